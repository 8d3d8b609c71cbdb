package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the records of a segment from first to last, and stops at the first that is none. */
final class RecordScanner {
    private static final int READ_AHEAD_BYTES = 1 << 20;

    private final Window window;
    private final long segment;
    private final int sizeBytes;
    private final RecordFormat format = new RecordFormat();
    private ByteBuffer record = ByteBuffer.allocate(0);
    private @Nullable RecordType type;
    private int offset;
    private int end;
    private int chain;

    /**
     * Begins behind the header.
     *
     * @param sizeBytes how much of the file is to be read
     * @param chain the checksum of the header
     */
    RecordScanner(DataFile file, long segment, int sizeBytes, int chain) {
        this(file, segment, sizeBytes, SegmentHeader.BYTES, chain);
    }

    /** Begins at {@code offset}, where {@code chain} is the checksum that stands before it. */
    RecordScanner(DataFile file, long segment, int sizeBytes, int offset, int chain) {
        this.window = new Window(file, READ_AHEAD_BYTES);
        this.segment = segment;
        this.sizeBytes = sizeBytes;
        this.chain = chain;
        this.end = offset;
    }

    /** Goes to the next record; false if there is no valid one at {@link #end()}. */
    boolean next() throws IOException {
        int room = sizeBytes - end;
        if (room < RecordFormat.OVERHEAD_BYTES) {
            return false;
        }
        ByteBuffer head = window.at(end, RecordFormat.BODY, sizeBytes);
        if (!RecordFormat.plausible(head, 0, end, room)) {
            return false;
        }
        int length = head.getInt(RecordFormat.LENGTH);
        ByteBuffer candidate = window.at(end, length, sizeBytes);
        int checksum = candidate.getInt(length - RecordFormat.CHAIN_BYTES);
        if (checksum != format.checksum(chain, segment, end, candidate, length)) {
            return false;
        }
        record = candidate;
        type = RecordType.of(candidate.get(RecordFormat.TYPE));
        offset = end;
        end += length;
        chain = checksum;
        return true;
    }

    /** The type of the current record. */
    RecordType type() {
        if (type == null) {
            throw new IllegalStateException("No record was read yet");
        }
        return type;
    }

    /** The number by which the current record names a persistence id. */
    int number() {
        return record.getInt(RecordFormat.NUMBER);
    }

    /** Where the current record begins. */
    int offset() {
        return offset;
    }

    /** The size of the current record in bytes, with everything. */
    int length() {
        return end - offset;
    }

    /** The body of the current record, valid until the next is read. */
    ByteBuffer body() {
        return record.slice(RecordFormat.BODY, length() - RecordFormat.OVERHEAD_BYTES);
    }

    /** Where the next record begins. */
    int end() {
        return end;
    }

    /** The checksum that ends the current record. */
    int chain() {
        return chain;
    }
}
