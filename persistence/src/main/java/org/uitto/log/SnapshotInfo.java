package org.uitto.log;

import java.util.zip.CRC32C;
import org.apache.pekko.util.ByteString;

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
    public static SnapshotInfo of(LogPosition position, Configuration configuration, ByteString bytes) {
        return new SnapshotInfo(position, configuration, bytes.length(), checksumOf(bytes));
    }

    /** Whether {@code bytes} are those of this snapshot. */
    public boolean isOf(ByteString bytes) {
        return bytes.length() == lengthBytes && checksumOf(bytes) == checksum;
    }

    private static long checksumOf(ByteString bytes) {
        CRC32C checksum = new CRC32C();
        bytes.getByteBuffers().forEach(checksum::update);
        return checksum.getValue();
    }

    @Override
    public String toString() {
        return "snapshot " + position + " (" + lengthBytes + " bytes)";
    }
}
