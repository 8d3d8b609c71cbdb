package org.uitto.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;

/** On which storages the nodes of a test are: its own, which counts, and what peers have shown. */
final class KnownStorages implements StorageView {
    private final Map<NodeId, NodeStart> latest = new HashMap<>();
    private StorageRecord record;

    KnownStorages(NodeId self) {
        this.record = StorageRecord.begun(storageOf(self)).as(StorageRecord.Standing.FIRST);
    }

    /** The first storage of {@code node} in these tests. */
    static StorageId storageOf(NodeId node) {
        return new StorageId(node.value().hashCode());
    }

    /** From now on the node remembers this. */
    void save(StorageRecord newRecord) {
        record = newRecord;
    }

    /** {@code peer} has been heard of in a start on {@code storage}. */
    NodeStart started(NodeId peer, StorageId storage, long incarnation) {
        NodeStart start = new NodeStart(storage, incarnation, (int) incarnation);
        latest.put(peer, start);
        return start;
    }

    @Override
    public StorageRecord record() {
        return record;
    }

    @Override
    public NodeStart ownStart() {
        return new NodeStart(record.own(), 1, 1);
    }

    @Override
    public Optional<NodeStart> latestStart(NodeId peer) {
        return Optional.ofNullable(latest.get(peer));
    }

    @Override
    public StorageId unusedName() {
        return new StorageId(record.own().value() + 1_000);
    }
}
