package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the records of one run, each verified before it is handed out. */
final class RunReader implements Closeable {
    private static final int READ_AHEAD_BYTES = 256 << 10;
    /** Reading a gap of this size along costs less than another read. */
    private static final int GAP_BYTES = 8 << 10;

    private final Directory directory;
    private final Run run;
    private final DataFile file;
    private final Window window;
    private final RecordFormat format = new RecordFormat();

    /** Opens the run's segment. */
    RunReader(Directory directory, Run run) throws IOException {
        this.directory = directory;
        this.run = run;
        this.file = directory.open(FileNames.segment(run.segment.number));
        this.window = new Window(file, READ_AHEAD_BYTES);
    }

    /** Where the records are that touch {@code from} to {@code to}, both inclusive. */
    RecordTable table(long from, long to) throws IOException {
        RecordTable inMemory = run.stream.tablePart(run, from, to);
        if (inMemory != null) {
            return inMemory;
        }
        Optional<RecordTable> indexed = SegmentIndex.readTable(directory, run);
        return (indexed.isPresent() ? indexed.get() : scanned()).part(from, to);
    }

    /** The table as the segment itself has it, for when its index is of no use. */
    private RecordTable scanned() throws IOException {
        ByteBuffer header = window.at(0, SegmentHeader.BYTES, (int) file.sizeBytes());
        RecordTable table = new RecordTable();
        if (SegmentHeader.read(header) instanceof SegmentHeader.Begun begun) {
            int end = run.segment.end;
            RecordScanner scanner = new RecordScanner(file, run.segment.number, end, begun.checksum());
            while (scanner.next()) {
                if (scanner.type() == RecordType.EVENTS && scanner.number() == run.number) {
                    ByteBuffer body = scanner.body();
                    long first = body.getLong();
                    table.add(first, first + body.getInt(), scanner.offset(), scanner.length());
                }
            }
            if (scanner.end() == end) {
                return table;
            }
            throw damaged(scanner.end(), 0, "neither the segment nor its index is whole");
        }
        throw damaged(0, 0, "the header of the segment is damaged");
    }

    /** The events of record {@code row} of {@code table}, verified; valid until the next call. */
    ByteBuffer events(RecordTable table, int row) throws IOException {
        int offset = table.offset(row);
        int length = table.length(row);
        ByteBuffer bytes;
        try {
            bytes = window.at(
                    offset - RecordFormat.CHAIN_BYTES, length + RecordFormat.CHAIN_BYTES, endOfStretch(table, row));
        } catch (EOFException e) {
            throw damaged(offset, table.first(row), "the file ends before it");
        }
        int previous = bytes.getInt(0);
        ByteBuffer record = bytes.slice(RecordFormat.CHAIN_BYTES, length);
        long first = record.getLong(RecordFormat.BODY);
        boolean whole = record.getInt(RecordFormat.LENGTH) == length
                && record.getInt(length - RecordFormat.CHAIN_BYTES)
                        == format.checksum(previous, run.segment.number, offset, record, length);
        boolean expected = record.get(RecordFormat.TYPE) == RecordType.EVENTS.code()
                && record.getInt(RecordFormat.NUMBER) == run.number
                && first == table.first(row)
                && first + record.getInt(RecordFormat.BODY + Long.BYTES) == table.last(row);
        if (!whole || !expected) {
            throw damaged(
                    offset,
                    table.first(row),
                    whole ? "another record is in its place" : "the checksum of the record does not match");
        }
        return record.slice(
                RecordFormat.EVENTS_PAYLOAD, length - RecordFormat.EVENTS_PAYLOAD - RecordFormat.CHAIN_BYTES);
    }

    /** How far the next records of the table lie so close together that they are best read at once. */
    private int endOfStretch(RecordTable table, int row) {
        int end = table.offset(row) + table.length(row);
        for (int next = row + 1; next < table.count(); next++) {
            int offset = table.offset(next);
            if (offset < end || offset > end + GAP_BYTES || offset > table.offset(row) + READ_AHEAD_BYTES) {
                break;
            }
            end = offset + table.length(next);
        }
        return end;
    }

    private JournalDamagedException damaged(long offset, long sequenceNr, String what) {
        return new JournalDamagedException(
                new JournalDamagedException.Spot(
                        directory.path() + "/" + file.name(), offset, run.stream.persistenceId, sequenceNr),
                what);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
