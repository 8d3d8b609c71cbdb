package org.uitto.journal.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a record: length in bytes with everything (4 bytes), {@link RecordType#code()} (1), zero (1), the offset
 * in this segment up to which all was synced before the record was written (4), number of the persistence id within the
 * segment (4), body, checksum (4). Big endian.
 *
 * <p>The checksum is the CRC-32C of the four bytes before the record, which are the checksum of the record before it or of
 * the segment's header, of the segment's number and the record's offset, and of the record itself. So a record is valid
 * in its place only, and any record can be verified alone, with the four bytes before it.
 */
final class RecordFormat {
    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int ZERO = 5;
    static final int SYNCED = 6;
    static final int NUMBER = 10;
    static final int BODY = 14;
    static final int CHAIN_BYTES = Integer.BYTES;
    static final int OVERHEAD_BYTES = BODY + CHAIN_BYTES;
    static final int EVENTS_PAYLOAD = BODY + Long.BYTES + Integer.BYTES;
    static final int MAX_RECORD_BYTES = 512 << 20;
    static final int ROSTER_ENTRY_BYTES = Long.BYTES + 2 * Integer.BYTES;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer place = ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES);

    /**
     * The checksum that {@code record} must carry.
     *
     * @param previous the checksum before the record
     * @param segment the number of its segment
     * @param offset where in the segment it begins
     * @param record from its position, the record's {@code length} bytes, checksum included; left as it is
     */
    int checksum(int previous, long segment, int offset, ByteBuffer record, int length) {
        crc.reset();
        crc.update(
                place.clear().putInt(previous).putLong(segment).putInt(offset).flip());
        crc.update(record.slice(record.position(), length - CHAIN_BYTES));
        return (int) crc.getValue();
    }

    /** The CRC-32C of all that remains in {@code bytes}, whose position stays. */
    static int crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /**
     * Whether the header at {@code at} in {@code bytes} could be one of a record with {@code room} bytes from there to the
     * end of the segment; cheap, and true of every valid record.
     */
    static boolean plausible(ByteBuffer bytes, int at, int offset, int room) {
        RecordType type = RecordType.of(bytes.get(at + TYPE));
        if (type == null || bytes.get(at + ZERO) != 0) {
            return false;
        }
        int length = bytes.getInt(at + LENGTH);
        int synced = bytes.getInt(at + SYNCED);
        return length >= OVERHEAD_BYTES + type.leastBodyBytes()
                && length <= Math.min(room, MAX_RECORD_BYTES)
                && synced >= 0
                && synced <= offset;
    }
}
