package org.uitto.journal.segment;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The first bytes of a segment: magic (8 bytes), format version (4), zero (4), segment number (8), size of the file (8),
 * id of the journal (16), checksum at the end of the segment before it (4), zeros, checksum of all this (4).
 *
 * @param number 1 for the first segment of a journal, then counting up
 * @param sizeBytes the length of the file; it is preallocated and never changes
 * @param journalId which journal the segment belongs to
 * @param seed the checksum that ends the segment before; 0 in the first
 */
record SegmentHeader(long number, int sizeBytes, UUID journalId, int seed) {
    static final int BYTES = 64;
    static final int FORMAT_VERSION = 1;
    private static final long MAGIC = 0x554954544F534547L; // "UITTOSEG"
    private static final int CHECKSUM = BYTES - Integer.BYTES;

    /** Writes the header at the buffer's position and returns its checksum, where the chain of records begins. */
    int put(ByteBuffer target) {
        int start = target.position();
        target.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(0).putLong(number).putLong(sizeBytes);
        target.putLong(journalId.getMostSignificantBits()).putLong(journalId.getLeastSignificantBits());
        target.putInt(seed);
        while (target.position() < start + CHECKSUM) {
            target.put((byte) 0);
        }
        int checksum = RecordFormat.crc32c(target.slice(start, CHECKSUM));
        target.putInt(checksum);
        return checksum;
    }

    /** What the first {@link #BYTES} bytes of a file are. */
    static Reading read(ByteBuffer bytes) {
        if (isZero(bytes)) {
            return new Unbegun();
        }
        long magic = bytes.getLong(0);
        int version = bytes.getInt(Long.BYTES);
        if (magic == MAGIC && version > FORMAT_VERSION && version < 1 << 16) {
            return new Newer(version);
        }
        int checksum = bytes.getInt(CHECKSUM);
        if (magic != MAGIC || version != FORMAT_VERSION || checksum != RecordFormat.crc32c(bytes.slice(0, CHECKSUM))) {
            return new Invalid();
        }
        return new Begun(
                new SegmentHeader(
                        bytes.getLong(16),
                        Math.toIntExact(bytes.getLong(24)),
                        new UUID(bytes.getLong(32), bytes.getLong(40)),
                        bytes.getInt(48)),
                checksum);
    }

    private static boolean isZero(ByteBuffer bytes) {
        for (int i = 0; i < BYTES; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** What stands where a header should. */
    sealed interface Reading {}

    /** A header; {@code checksum} is where the chain begins. */
    record Begun(SegmentHeader header, int checksum) implements Reading {}

    /** Zeros: the segment was made ahead of need. */
    record Unbegun() implements Reading {}

    /** A header of a later version of this format. */
    record Newer(int version) implements Reading {}

    /** Neither: torn or damaged. */
    record Invalid() implements Reading {}
}
