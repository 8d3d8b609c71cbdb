package org.uitto.log.store;

import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.SnapshotTransfer.Chunk;

/** A snapshot on its way to the disk: how much of it is here, and how much is stored. */
final class SnapshotTask {
    private static final byte[] NO_ROOM = {};

    final StoredSnapshot target;
    /** All of it. What has not arrived yet is zeros. */
    final ByteString bytes;
    /** Where the bytes come from; null if they are all here. */
    final @Nullable NodeId source;
    /** How many bytes are here. */
    int arrivedBytes;
    /** How many parts are stored. */
    int storedParts;
    /** What {@link #bytes} shows, and arriving bytes fill. */
    private final byte[] room;

    private SnapshotTask(StoredSnapshot target, ByteString bytes, byte[] room, @Nullable NodeId source) {
        this.target = target;
        this.bytes = bytes;
        this.room = room;
        this.source = source;
    }

    /** A snapshot that is all here. */
    static SnapshotTask toStore(StoredSnapshot target, ByteString bytes) {
        SnapshotTask task = new SnapshotTask(target, bytes, NO_ROOM, null);
        task.arrivedBytes = bytes.length();
        return task;
    }

    /** A snapshot of which nothing is here. */
    static SnapshotTask toFetch(StoredSnapshot target, NodeId source) {
        byte[] room = new byte[target.info().lengthBytes()];
        return new SnapshotTask(target, ByteString.fromArrayUnsafe(room), room, source);
    }

    /** The same, with the rest of the bytes from another node, which has the same snapshot. */
    SnapshotTask goingOnFrom(NodeId otherSource) {
        SnapshotTask resumed = new SnapshotTask(target, bytes, room, otherSource);
        resumed.arrivedBytes = arrivedBytes;
        resumed.storedParts = storedParts;
        return resumed;
    }

    /** Where the part that is to be stored next ends. */
    int nextPartEnd() {
        return (int) Math.min(bytes.length(), (long) target.partBytes() * (storedParts + 1));
    }

    /** The part that is to be stored next, which must be here. */
    byte[] nextPart() {
        return bytes.slice(storedParts * target.partBytes(), nextPartEnd()).toArrayUnsafe();
    }

    /** Whether {@code chunk} is what comes next. */
    boolean awaits(Chunk chunk) {
        return source != null && chunk.info().equals(target.info()) && chunk.offset() == arrivedBytes;
    }

    /** Whether all bytes are those of the snapshot: what comes from another node may have suffered on its way. */
    boolean isAsSent() {
        return source == null || target.info().isOf(room);
    }

    /** Takes what comes next. */
    void take(ByteString chunk) {
        int count = Math.min(chunk.length(), room.length - arrivedBytes);
        chunk.take(count).copyToArray(room, arrivedBytes, count);
        arrivedBytes += count;
    }
}
