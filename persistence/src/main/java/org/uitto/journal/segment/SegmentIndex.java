package org.uitto.journal.segment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The file beside a sealed segment that says what is in it, so that opening a journal reads no events: the tables of its
 * runs, then a summary of each run, then where the summary begins (4 bytes) and the checksum of summary and that (4).
 * Only a shortcut: one that is missing or not whole is made again from the segment.
 */
final class SegmentIndex {
    private static final int MAGIC = 0x55494458; // "UIDX"
    private static final int TRAILER_BYTES = 2 * Integer.BYTES;
    private static final int ENTRY_BYTES = 5 * Long.BYTES + 6 * Integer.BYTES;

    private SegmentIndex() {}

    /** Writes the index of a sealed segment and then lets go of the tables in memory. */
    static void write(Directory directory, UUID journalId, Segment segment) throws IOException {
        List<RecordTable> tables = new ArrayList<>();
        long boundBytes = SegmentHeader.BYTES + TRAILER_BYTES;
        for (Run run : segment.runs) {
            RecordTable table = run.stream.tablePart(run, 0, Long.MAX_VALUE);
            tables.add(table == null ? new RecordTable() : table);
            boundBytes +=
                    tables.get(tables.size() - 1).boundBytes() + ENTRY_BYTES + 3L * run.stream.persistenceId.length();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(boundBytes));
        List<Run.Block> blocks = new ArrayList<>();
        for (RecordTable table : tables) {
            int start = bytes.position();
            table.put(bytes);
            int length = bytes.position() - start;
            blocks.add(new Run.Block(start, length, RecordFormat.crc32c(bytes.slice(start, length))));
        }
        putSummary(bytes, journalId, segment, tables, blocks);
        bytes.flip();
        try (DataFile file = directory.create(FileNames.index(segment.number), bytes.limit(), () -> true)) {
            file.write(bytes, 0);
            file.force();
        }
        for (int i = 0; i < blocks.size(); i++) {
            Run run = segment.runs.get(i);
            run.stream.tableIsDurable(run, blocks.get(i), tables.get(i).count());
        }
    }

    private static void putSummary(
            ByteBuffer bytes, UUID journalId, Segment segment, List<RecordTable> tables, List<Run.Block> blocks) {
        int start = bytes.position();
        bytes.putInt(MAGIC).putInt(SegmentHeader.FORMAT_VERSION);
        bytes.putLong(journalId.getMostSignificantBits()).putLong(journalId.getLeastSignificantBits());
        bytes.putLong(segment.number).putInt(segment.end).putInt(segment.chain);
        bytes.putInt(segment.overheadBytes).putInt(segment.runs.size());
        for (int i = 0; i < blocks.size(); i++) {
            Run run = segment.runs.get(i);
            Run.Block block = blocks.get(i);
            byte[] name = run.stream.persistenceId.getBytes(StandardCharsets.UTF_8);
            bytes.putInt(name.length).put(name);
            bytes.putLong(run.firstSequenceNr).putLong(run.lastSequenceNr).putLong(run.recordBytes);
            bytes.putInt(tables.get(i).count()).putLong(run.stateHighest).putLong(run.stateDeletedTo);
            bytes.putInt(block.offset()).putInt(block.bytes()).putInt(block.checksum());
        }
        bytes.putInt(start);
        bytes.putInt(RecordFormat.crc32c(bytes.slice(start, bytes.position() - start)));
    }

    /**
     * Fills {@code segment}, of which number, end and chain are known, with its runs.
     *
     * @return whether there is a whole index of just this segment
     */
    static boolean readSummary(
            Directory directory, UUID journalId, Segment segment, Function<String, EventStream> streams)
            throws IOException {
        try (DataFile file = directory.open(FileNames.index(segment.number))) {
            int size = Math.toIntExact(file.sizeBytes());
            if (size < TRAILER_BYTES) {
                return false;
            }
            ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES);
            file.read(trailer, size - TRAILER_BYTES);
            int start = trailer.getInt(0);
            if (start < 0 || start > size - TRAILER_BYTES) {
                return false;
            }
            ByteBuffer summary = ByteBuffer.allocate(size - Integer.BYTES - start);
            file.read(summary, start);
            summary.flip();
            if (RecordFormat.crc32c(summary) != trailer.getInt(Integer.BYTES)) {
                return false;
            }
            return parse(summary, journalId, segment, streams);
        } catch (NoSuchFileException | EOFException | BufferUnderflowException e) {
            return false;
        }
    }

    private static boolean parse(
            ByteBuffer summary, UUID journalId, Segment segment, Function<String, EventStream> streams) {
        boolean fits = summary.getInt() == MAGIC
                && summary.getInt() == SegmentHeader.FORMAT_VERSION
                && new UUID(summary.getLong(), summary.getLong()).equals(journalId)
                && summary.getLong() == segment.number
                && summary.getInt() == segment.end
                && summary.getInt() == segment.chain;
        if (!fits) {
            return false;
        }
        segment.overheadBytes = summary.getInt();
        for (int left = summary.getInt(); left > 0; left--) {
            byte[] name = new byte[summary.getInt()];
            summary.get(name);
            Run run = segment.newRun(streams.apply(new String(name, StandardCharsets.UTF_8)));
            run.firstSequenceNr = summary.getLong();
            run.lastSequenceNr = summary.getLong();
            run.recordBytes = summary.getLong();
            run.records = summary.getInt();
            run.stateHighest = summary.getLong();
            run.stateDeletedTo = summary.getLong();
            run.block = new Run.Block(summary.getInt(), summary.getInt(), summary.getInt());
        }
        return true;
    }

    /** The table of a run, or empty if the index does not have it whole. */
    static Optional<RecordTable> readTable(Directory directory, Run run) throws IOException {
        Run.Block block = run.stream.block(run);
        if (block == null) {
            return Optional.empty();
        }
        try (DataFile file = directory.open(FileNames.index(run.segment.number))) {
            ByteBuffer bytes = ByteBuffer.allocate(block.bytes());
            file.read(bytes, block.offset());
            bytes.flip();
            return RecordFormat.crc32c(bytes) == block.checksum()
                    ? Optional.of(RecordTable.read(bytes, run.records))
                    : Optional.empty();
        } catch (NoSuchFileException | EOFException e) {
            return Optional.empty();
        }
    }
}
