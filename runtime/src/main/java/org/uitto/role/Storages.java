package org.uitto.role;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.uitto.core.StorageView;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.role.RaftInput.PeerEnvelope;

/** On which storages a node and its peers are, and in which start of them. Owned by one actor; not thread-safe. */
final class Storages implements StorageView {
    /** How a peer's message relates to the starts of that peer that this node has heard of. */
    enum Origin {
        /** From a start that is over, or one that has forgotten a later: what it says does not count. */
        BYGONE,
        SAME,
        /** From a later start than any message before. */
        RESTARTED,
        /** From another storage than the message before. */
        ELSEWHERE
    }

    private final Map<NodeId, NodeStart> latest = new HashMap<>();
    private final java.util.function.LongSupplier chance;
    private StorageRecord record;
    private NodeStart ownStart;

    /** @param chance draws names */
    Storages(StorageRecord record, NodeStart ownStart, java.util.function.LongSupplier chance) {
        this.record = record;
        this.ownStart = ownStart;
        this.chance = chance;
    }

    /** Does what {@code mutation} says. */
    void apply(StorageSaved mutation) {
        record = mutation.value();
        ownStart = new NodeStart(record.own(), ownStart.incarnation(), ownStart.nonce());
    }

    /** Notes which start of its sender {@code envelope} is from. */
    Origin originOf(PeerEnvelope envelope) {
        NodeId peer = envelope.message().from();
        NodeStart start = envelope.start();
        NodeStart known = latest.get(peer);
        Origin origin;
        if (known == null || known.equals(start)) {
            origin = Origin.SAME;
        } else if (!known.storage().equals(start.storage())) {
            origin = Origin.ELSEWHERE;
        } else {
            origin = start.isLaterThan(known) ? Origin.RESTARTED : Origin.BYGONE;
        }
        if (origin != Origin.BYGONE) {
            latest.put(peer, start);
        }
        return origin;
    }

    @Override
    public StorageRecord record() {
        return record;
    }

    @Override
    public NodeStart ownStart() {
        return ownStart;
    }

    @Override
    public Optional<NodeStart> latestStart(NodeId peer) {
        return Optional.ofNullable(latest.get(peer));
    }

    @Override
    public StorageId unusedName() {
        return StorageId.drawn(chance.getAsLong());
    }
}
