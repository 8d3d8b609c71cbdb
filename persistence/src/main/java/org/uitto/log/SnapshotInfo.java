package org.uitto.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Names one snapshot of a replicated state (paper §7). Two snapshots of the same group at the same position hold the same
 * state, though not always the same bytes.
 *
 * @param position of the last entry that the state includes; all that was committed up to it, and nothing else
 * @param configuration the newest up to the position
 * @param lengthBytes how large the serialized state is
 * @param checksum CRC-32C of its bytes
 */
public record SnapshotInfo(LogPosition position, Configuration configuration, int lengthBytes, long checksum) {
    public SnapshotInfo {
        if (position.index() < 1 || lengthBytes < 0) {
            throw new IllegalArgumentException(
                    "No snapshot of " + lengthBytes + " bytes can be at " + position + ": the first entry is 1/1");
        }
    }

    /** Names the snapshot of the state after {@code position} that is made of {@code bytes}. */
    public static SnapshotInfo of(LogPosition position, Configuration configuration, byte[] bytes) {
        return of(position, configuration, List.of(ByteBuffer.wrap(bytes)));
    }

    /** Names the snapshot of the state after {@code position} that is made of {@code pieces}, one behind the other. */
    public static SnapshotInfo of(LogPosition position, Configuration configuration, Iterable<ByteBuffer> pieces) {
        CRC32C checksum = new CRC32C();
        int length = 0;
        for (ByteBuffer piece : pieces) {
            length = Math.addExact(length, piece.remaining());
            checksum.update(piece.duplicate());
        }
        return new SnapshotInfo(position, configuration, length, checksum.getValue());
    }

    /** Whether {@code bytes} are those of this snapshot. */
    public boolean isOf(byte[] bytes) {
        return equals(of(position, configuration, bytes));
    }

    @Override
    public String toString() {
        return "snapshot " + position + " (" + lengthBytes + " bytes)";
    }
}
