package org.uitto.journal.segment;

import java.nio.ByteBuffer;

/** The records of a group, put together to be written with one write. */
final class GroupBuffer {
    private static final int INITIAL_BYTES = 256 << 10;
    /** Above this the buffer is not kept for the next group. */
    private static final int KEPT_BYTES = 16 << 20;

    private final RecordFormat format = new RecordFormat();
    private ByteBuffer bytes = ByteBuffer.allocateDirect(INITIAL_BYTES);
    private long segment;
    private int start;
    private int chain;
    private int recordStart;

    /** Begins a group at {@code start} in a segment, behind the record that {@code chain} ends. */
    void begin(long segmentNumber, int startOffset, int startChain) {
        segment = segmentNumber;
        start = startOffset;
        chain = startChain;
        if (bytes.capacity() > KEPT_BYTES) {
            bytes = ByteBuffer.allocateDirect(INITIAL_BYTES);
        }
        bytes.clear();
    }

    void putHeader(SegmentHeader header) {
        chain = header.put(bytes);
    }

    /**
     * Begins a record.
     *
     * @return where {@code bodyBytes} bytes are to be put before {@link #endRecord}
     */
    ByteBuffer beginRecord(RecordType type, int number, int bodyBytes) {
        recordStart = bytes.position();
        int length = RecordFormat.OVERHEAD_BYTES + bodyBytes;
        if (bytes.remaining() < length) {
            long capacity = Math.max(2L * bytes.capacity(), (long) recordStart + length);
            ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(capacity, Integer.MAX_VALUE));
            bytes = larger.put(bytes.flip());
        }
        bytes.putInt(length).put(type.code()).put((byte) 0).putInt(start).putInt(number);
        return bytes;
    }

    /** Ends the record and returns its offset in the segment. */
    int endRecord() {
        int length = bytes.position() - recordStart + RecordFormat.CHAIN_BYTES;
        int offset = start + recordStart;
        bytes.putInt(0);
        chain = format.checksum(chain, segment, offset, bytes.duplicate().position(recordStart), length);
        bytes.putInt(bytes.position() - Integer.BYTES, chain);
        return offset;
    }

    /** How many bytes the group has so far. */
    int sizeBytes() {
        return bytes.position();
    }

    /** Where in the segment it begins. */
    int start() {
        return start;
    }

    /** Where in the segment the next record would begin. */
    int end() {
        return start + bytes.position();
    }

    /** The checksum that ends the last record. */
    int chain() {
        return chain;
    }

    /** All of the group, to be written. */
    ByteBuffer bytes() {
        return bytes.duplicate().flip();
    }
}
