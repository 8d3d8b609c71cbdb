package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the index of a sealed segment says of it: whose events were where, whatever became of the segment. */
final class IndexedEvents {
    final Segment segment;
    private final List<RecordTable> tables;

    private IndexedEvents(Segment segment, List<RecordTable> tables) {
        this.segment = segment;
        this.tables = tables;
    }

    /** The whole index of {@code sealed}, of which number, end and chain are known; empty if there is none. */
    static Optional<IndexedEvents> read(Directory directory, UUID journalId, Segment sealed) throws IOException {
        Segment segment = new Segment(sealed.number, 0);
        segment.end = sealed.end;
        segment.chain = sealed.chain;
        if (!SegmentIndex.readSummary(directory, journalId, segment, EventStream::new)) {
            return Optional.empty();
        }
        List<RecordTable> tables = new ArrayList<>();
        for (Run run : segment.runs) {
            Optional<RecordTable> table = SegmentIndex.readTable(directory, run);
            if (table.isEmpty()) {
                return Optional.empty();
            }
            tables.add(table.get());
        }
        return Optional.of(new IndexedEvents(segment, tables));
    }

    /** The events of the records that begin in the stretch, neighbours put together. */
    List<JournalFinding.Range> within(SegmentSurvey.Stretch stretch) {
        List<JournalFinding.Range> ranges = new ArrayList<>();
        for (Run run : segment.runs) {
            RecordTable table = tables.get(run.number);
            long first = 0;
            long last = 0;
            for (int row = 0; row < table.count(); row++) {
                if (table.offset(row) < stretch.from() || table.offset(row) >= stretch.to()) {
                    continue;
                }
                if (first > 0 && table.first(row) > last + 1) {
                    ranges.add(new JournalFinding.Range(run.stream.persistenceId, first, last));
                    first = 0;
                }
                first = first == 0 ? table.first(row) : first;
                last = Math.max(last, table.last(row));
            }
            if (first > 0) {
                ranges.add(new JournalFinding.Range(run.stream.persistenceId, first, last));
            }
        }
        return ranges;
    }

    /** Whether the segment itself, read whole, has just this. */
    boolean agreesWith(SegmentSurvey survey) {
        if (survey.names.size() != segment.runs.size()) {
            return false;
        }
        for (Run run : segment.runs) {
            RecordTable found = survey.tables.getOrDefault(run.number, new RecordTable());
            boolean isSame = run.stream.persistenceId.equals(survey.names.get(run.number))
                    && Arrays.equals(bytes(found.part(0, Long.MAX_VALUE)), bytes(tables.get(run.number)));
            if (!isSame) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(RecordTable table) {
        ByteBuffer bytes = ByteBuffer.allocate(table.boundBytes());
        table.put(bytes);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
