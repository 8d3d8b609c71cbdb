package org.uitto.role;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
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
        /**
         * From a start that is over, or one that has forgotten a later, or another storage though the one that was heard of
         * last is still heard of: what it says does not count.
         */
        BYGONE,
        SAME,
        /** From a later start than any message before. */
        RESTARTED,
        /** From another storage than the messages before. */
        ELSEWHERE
    }

    private record Heard(NodeStart start, long atNanos) {}

    private final Map<NodeId, Heard> latest = new HashMap<>();
    private final LongSupplier chance;
    private final long silenceNanos;
    private StorageRecord record;
    private NodeStart ownStart;

    /**
     * What {@code record} says, and nothing heard of yet.
     *
     * @param chance draws names
     * @param silenceNanos no storage that is in use is silent for so long: nothing else tells which of two is the later, and
     *     what was said long ago may arrive last
     */
    Storages(StorageRecord record, NodeStart ownStart, LongSupplier chance, long silenceNanos) {
        this.record = record;
        this.ownStart = ownStart;
        this.chance = chance;
        this.silenceNanos = silenceNanos;
    }

    /** Does what {@code mutation} says. */
    void apply(StorageSaved mutation) {
        record = mutation.value();
        ownStart = new NodeStart(record.own(), ownStart.incarnation(), ownStart.nonce());
    }

    /** Notes which start of its sender {@code envelope}, which has come now, is from. */
    Origin originOf(PeerEnvelope envelope, long nowNanos) {
        NodeId peer = envelope.message().from();
        NodeStart start = envelope.start();
        Heard known = latest.get(peer);
        Origin origin = known == null ? Origin.SAME : originOf(start, known, nowNanos);
        if (origin != Origin.BYGONE) {
            latest.put(peer, new Heard(start, nowNanos));
        }
        return origin;
    }

    private Origin originOf(NodeStart start, Heard known, long nowNanos) {
        if (start.equals(known.start())) {
            return Origin.SAME;
        } else if (start.storage().equals(known.start().storage())) {
            return start.isLaterThan(known.start()) ? Origin.RESTARTED : Origin.BYGONE;
        }
        return nowNanos - known.atNanos() >= silenceNanos ? Origin.ELSEWHERE : Origin.BYGONE;
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
        return Optional.ofNullable(latest.get(peer)).map(Heard::start);
    }

    @Override
    public StorageId unusedName() {
        return StorageId.drawn(chance.getAsLong());
    }
}
