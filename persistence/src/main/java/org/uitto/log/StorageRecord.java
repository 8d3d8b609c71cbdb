package org.uitto.log;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node has to remember of its own storage and of its peers', so that nobody's lost disk goes unnoticed.
 *
 * @param own this node's
 * @param standing whether this node's word counts
 * @param peers the first storage that each peer has shown; it stays, whatever a peer shows later
 */
public record StorageRecord(StorageId own, Standing standing, SortedMap<NodeId, StorageId> peers) {
    /** Whether a node's word counts, and why. */
    public enum Standing {
        /** It does not: an earlier storage of the same node may have voted or acknowledged something that this one does not know of. */
        NEWCOMER,
        /** It counts since the log says so: whatever an earlier storage has promised makes no difference any more. */
        BY_THE_LOG,
        /** It counts since all peers have said that this is the first storage of this node. */
        FIRST
    }

    public StorageRecord {
        peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    }

    /** A storage that has just begun. */
    public static StorageRecord begun(StorageId own) {
        return new StorageRecord(own, Standing.NEWCOMER, Collections.emptySortedMap());
    }

    /** Whether this node's word counts. */
    public boolean admitted() {
        return standing != Standing.NEWCOMER;
    }

    /** The same, with another standing. */
    public StorageRecord as(Standing newStanding) {
        return new StorageRecord(own, newStanding, peers);
    }

    /** The same data under another name, without a say. */
    public StorageRecord renamed(StorageId name) {
        return new StorageRecord(name, Standing.NEWCOMER, peers);
    }

    /** The same, knowing {@code storage} as the first of {@code peer}, if it knew none. */
    public StorageRecord knowing(NodeId peer, StorageId storage) {
        SortedMap<NodeId, StorageId> more = new TreeMap<>(peers);
        more.putIfAbsent(peer, storage);
        return new StorageRecord(own, standing, more);
    }
}
