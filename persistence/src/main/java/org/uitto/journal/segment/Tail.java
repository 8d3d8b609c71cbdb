package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.uitto.journal.segment.JournalDamagedException.Spot;

/**
 * What is behind the last whole record of the last segment. Zeros are unused space. Anything else is a group that was
 * being written when the process or the machine stopped, unless there is evidence that it had been acknowledged: a record
 * that is whole and says that at the time it was written, this place was synced.
 */
final class Tail {
    private static final int READ_BYTES = 1 << 20;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(READ_BYTES).asReadOnlyBuffer();

    private final Directory directory;
    private final DataFile file;
    private final long segment;
    private final int sizeBytes;
    private final Window window;
    private final RecordFormat format = new RecordFormat();

    Tail(Directory directory, DataFile file, long segment) throws IOException {
        this.directory = directory;
        this.file = file;
        this.segment = segment;
        this.sizeBytes = Math.toIntExact(file.sizeBytes());
        this.window = new Window(file, READ_BYTES);
    }

    /**
     * Puts zeros in place of a torn group from {@code end} on, durably.
     *
     * @param end behind the last whole record; 0 if there is no whole header
     * @throws JournalDamagedException if what is there had been acknowledged
     */
    void cut(int end, Optional<SyncedMark> mark, Consumer<String> warnings) throws IOException {
        if (end == 0 && mark.isPresent() && mark.get().segment() >= segment) {
            throw damaged(end, "the header of the segment is damaged, and events in it were acknowledged");
        }
        int used = endOfUse(end);
        if (used == end) {
            return;
        }
        OptionalInt later = laterGroup(end, used);
        if (later.isPresent()) {
            throw damaged(end, "no whole record is there, and a whole one of a later group is at " + later.getAsInt());
        }
        for (int offset = end; offset < used; ) {
            ByteBuffer zeros = ZEROS.duplicate().limit(Math.min(READ_BYTES, used - offset));
            file.write(zeros, offset);
            offset += zeros.limit();
        }
        file.force();
        warnings.accept("Cut a torn tail off " + directory.path() + "/" + file.name() + " at offset " + end + ": up to "
                + (used - end) + " bytes of a group of writes that was never acknowledged.");
    }

    /** The offset behind the last byte that is not zero; at least {@code from}. */
    int endOfUse(int from) throws IOException {
        int used = from;
        for (int offset = from; offset < sizeBytes; ) {
            int bytes = Math.min(READ_BYTES, sizeBytes - offset);
            ByteBuffer part = window.at(offset, bytes, offset + bytes);
            // Nearly all of a new segment is zeros, and comparing is much faster than looking at each byte.
            if (part.mismatch(ZEROS.slice(0, bytes)) >= 0) {
                used = offset + lengthWithoutZeros(part);
            }
            offset += bytes;
        }
        return used;
    }

    private static int lengthWithoutZeros(ByteBuffer bytes) {
        int length = bytes.limit();
        while (length > 0 && bytes.get(length - 1) == 0) {
            length--;
        }
        return length;
    }

    /** Where a whole record is that was written when more than all up to {@code from} had been synced. */
    OptionalInt laterGroup(int from, int used) throws IOException {
        OptionalInt next = nextWhole(from + 1, used);
        while (next.isPresent()) {
            int offset = next.getAsInt();
            ByteBuffer head = window.at(offset, RecordFormat.BODY, sizeBytes);
            if (head.getInt(RecordFormat.SYNCED) > from) {
                return next;
            }
            next = nextWhole(offset + head.getInt(RecordFormat.LENGTH), used);
        }
        return OptionalInt.empty();
    }

    /** The first offset at or behind {@code from} where a whole record is that ends by {@code used}. */
    OptionalInt nextWhole(int from, int used) throws IOException {
        int last = used - RecordFormat.OVERHEAD_BYTES;
        for (int offset = Math.max(from, SegmentHeader.BYTES); offset <= last; offset++) {
            ByteBuffer head = window.at(offset, RecordFormat.BODY, sizeBytes);
            if (RecordFormat.plausible(head, 0, offset, used - offset)
                    && isWhole(offset, head.getInt(RecordFormat.LENGTH))) {
                return OptionalInt.of(offset);
            }
        }
        return OptionalInt.empty();
    }

    private boolean isWhole(int offset, int length) throws IOException {
        ByteBuffer bytes = window.at(offset - RecordFormat.CHAIN_BYTES, length + RecordFormat.CHAIN_BYTES, sizeBytes);
        ByteBuffer record = bytes.slice(RecordFormat.CHAIN_BYTES, length);
        return record.getInt(length - RecordFormat.CHAIN_BYTES)
                == format.checksum(bytes.getInt(0), segment, offset, record, length);
    }

    private JournalDamagedException damaged(int offset, String what) {
        return new JournalDamagedException(new Spot(directory.path() + "/" + file.name(), offset), what);
    }
}
