package org.uitto.journal.segment;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How far the journal was synced at some time: evidence, kept in a file of its own, that all before it had been
 * acknowledged. Written after each fsync and not synced itself, so after a loss of power it may be older than the truth,
 * never newer.
 *
 * @param segment the segment that was written to
 * @param end the offset behind the last synced record there
 * @param chain the checksum of that record
 */
record SyncedMark(long segment, int end, int chain) {
    static final int BYTES = 32;
    private static final int MAGIC = 0x55534D31; // "USM1"
    private static final int CHECKSUM = 20;

    void put(ByteBuffer target) {
        int start = target.position();
        target.putInt(MAGIC).putLong(segment).putInt(end).putInt(chain);
        target.putInt(RecordFormat.crc32c(target.slice(start, CHECKSUM)));
        target.putLong(0);
    }

    /** The mark in {@code bytes}, or empty if there is none that is whole. */
    static Optional<SyncedMark> read(ByteBuffer bytes) {
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CHECKSUM) != RecordFormat.crc32c(bytes.slice(0, CHECKSUM))) {
            return Optional.empty();
        }
        return Optional.of(new SyncedMark(bytes.getLong(4), bytes.getInt(12), bytes.getInt(16)));
    }
}
