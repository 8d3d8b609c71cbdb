package org.uitto.log;

/**
 * A snapshot as one node keeps it. A node has room for two, so that the one in use is never written over: the next goes
 * where the one before was.
 *
 * @param slot in which of the two places it is: 0 or 1
 * @param partBytes the size of the parts in which it is stored, of all but the last; at least 1
 */
public record StoredSnapshot(SnapshotInfo info, int slot, int partBytes) {
    public StoredSnapshot {
        if (slot < 0 || slot > 1 || partBytes < 1) {
            throw new IllegalArgumentException(
                    "Snapshots are in slot 0 or 1 and in parts of at least a byte, not " + slot + " and " + partBytes);
        }
    }

    /** The position of the last entry that the state includes. */
    public LogPosition position() {
        return info.position();
    }

    /** In how many parts it is stored. */
    public int partCount() {
        return (int) (((long) info.lengthBytes() + partBytes - 1) / partBytes);
    }
}
