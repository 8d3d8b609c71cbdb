package org.uitto.log.store;

import org.apache.pekko.util.ByteString;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;

/**
 * What the snapshot storages of two nodes say to each other. The one that lacks a snapshot asks for it piece by piece: so
 * it goes on where it was when something got lost, no faster than it can store, and a piece that comes twice does no harm.
 * Any of these may be lost, delayed or duplicated.
 */
public sealed interface SnapshotTransfer {
    /** The node that sent this. */
    NodeId from();

    /**
     * "Give me the snapshot's bytes from here on."
     *
     * @param offset of the first byte wanted; less than the snapshot's length
     */
    record FetchChunk(NodeId from, SnapshotInfo info, int offset) implements SnapshotTransfer {}

    /**
     * Some bytes of a snapshot.
     *
     * @param bytes as many as the sender finds convenient; empty if it does not have the snapshot any more
     */
    record Chunk(NodeId from, SnapshotInfo info, int offset, ByteString bytes) implements SnapshotTransfer {}
}
