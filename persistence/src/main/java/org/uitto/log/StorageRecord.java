package org.uitto.log;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node has to remember of its own storage and of its peers', so that nobody's lost disk goes unnoticed.
 *
 * @param own this node's
 * @param admitted whether this node's word counts: it does not while it is possible that an earlier storage of the same node
 *     has voted or acknowledged something that this one does not know of
 * @param peers the first storage that each peer has shown; it stays, whatever a peer shows later
 */
public record StorageRecord(StorageId own, boolean admitted, SortedMap<NodeId, StorageId> peers) {
    public StorageRecord {
        peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    }

    /** A storage that has just begun. */
    public static StorageRecord begun(StorageId own) {
        return new StorageRecord(own, false, Collections.emptySortedMap());
    }

    /** The same, with a say. */
    public StorageRecord asAdmitted() {
        return new StorageRecord(own, true, peers);
    }

    /** The same data under another name, without a say. */
    public StorageRecord renamed(StorageId name) {
        return new StorageRecord(name, false, peers);
    }

    /** The same, knowing {@code storage} as the first of {@code peer}, if it knew none. */
    public StorageRecord knowing(NodeId peer, StorageId storage) {
        SortedMap<NodeId, StorageId> more = new TreeMap<>(peers);
        more.putIfAbsent(peer, storage);
        return new StorageRecord(own, admitted, more);
    }
}
