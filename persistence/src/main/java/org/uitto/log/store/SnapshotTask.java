package org.uitto.log.store;

import java.util.Arrays;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.SnapshotTransfer.Chunk;

/** A snapshot on its way to the disk: how much of it is here, and how much is stored. */
final class SnapshotTask {
    final StoredSnapshot target;
    final byte[] bytes;
    /** Where the bytes come from; null if they are all here. */
    final @Nullable NodeId source;
    /** How many bytes are here. */
    int arrivedBytes;
    /** How many parts are stored. */
    int storedParts;

    SnapshotTask(StoredSnapshot target, byte[] bytes, @Nullable NodeId source) {
        this.target = target;
        this.bytes = bytes;
        this.source = source;
        this.arrivedBytes = source == null ? bytes.length : 0;
    }

    /** The same, with the rest of the bytes from another node, which has the same snapshot. */
    SnapshotTask goingOnFrom(NodeId otherSource) {
        SnapshotTask resumed = new SnapshotTask(target, bytes, otherSource);
        resumed.arrivedBytes = arrivedBytes;
        resumed.storedParts = storedParts;
        return resumed;
    }

    /** Where the part that is to be stored next ends. */
    int nextPartEnd() {
        return (int) Math.min(bytes.length, (long) target.partBytes() * (storedParts + 1));
    }

    /** The part that is to be stored next, which must be here. */
    byte[] nextPart() {
        return Arrays.copyOfRange(bytes, storedParts * target.partBytes(), nextPartEnd());
    }

    /** Whether {@code chunk} is what comes next. */
    boolean awaits(Chunk chunk) {
        return source != null && chunk.info().equals(target.info()) && chunk.offset() == arrivedBytes;
    }

    /** Takes what comes next. */
    void take(ByteString chunk) {
        int count = Math.min(chunk.length(), bytes.length - arrivedBytes);
        chunk.take(count).copyToArray(bytes, arrivedBytes, count);
        arrivedBytes += count;
    }
}
