package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.JournalDamagedException.Spot;

/** Learns what a segment holds from its records. Nothing is visible before {@link #publish}. */
final class SegmentScan {
    private final Segment segment;
    private final Map<String, EventStream> streams;
    private final List<Found> events = new ArrayList<>();
    private final List<Long> removed = new ArrayList<>();
    private final List<Segment> roster = new ArrayList<>();

    private record Found(Run run, long first, long last, int offset, int length) {}

    SegmentScan(Segment segment, Map<String, EventStream> streams) {
        this.segment = segment;
        this.streams = streams;
    }

    /** Takes in the next record; false if there is none. */
    boolean step(RecordScanner scanner) throws IOException {
        if (!scanner.next()) {
            return false;
        }
        ByteBuffer body = scanner.body();
        switch (scanner.type()) {
            case DEFINE -> {
                segment.overheadBytes += scanner.length();
                segment.newRun(streams.computeIfAbsent(
                        StandardCharsets.UTF_8.decode(body).toString(), EventStream::new));
            }
            case EVENTS -> {
                long first = body.getLong();
                long last = first + body.getInt();
                events.add(
                        new Found(segment.runs.get(scanner.number()), first, last, scanner.offset(), scanner.length()));
            }
            case STATE -> {
                Run run = segment.runs.get(scanner.number());
                run.stateHighest = Math.max(run.stateHighest, body.getLong());
                run.stateDeletedTo = Math.max(run.stateDeletedTo, body.getLong());
            }
            case ROSTER -> {
                segment.overheadBytes += scanner.end();
                while (body.hasRemaining()) {
                    Segment sealed = new Segment(body.getLong(), 0);
                    sealed.end = body.getInt();
                    sealed.chain = body.getInt();
                    roster.add(sealed);
                }
            }
            case REMOVED -> removed.add(body.getLong());
        }
        return true;
    }

    /** Takes in all records up to the first that is none. */
    void run(RecordScanner scanner) throws IOException {
        boolean more = true;
        while (more) {
            more = step(scanner);
        }
    }

    /** Lets the streams know of the events and deletions that were found. */
    void publish() {
        for (Found found : events) {
            found.run.stream.add(found.run, found.first, found.last, found.offset, found.length);
        }
        for (Run run : segment.runs) {
            run.stream.raise(run.stateHighest, run.stateDeletedTo);
        }
    }

    /** Whether nothing but a roster was found. */
    boolean isEmpty() {
        return segment.runs.isEmpty();
    }

    /** The sealed segments the journal consists of, by number. */
    List<Segment> roster() {
        return roster.stream().filter(older -> !removed.contains(older.number)).toList();
    }

    /** The error for a record at {@code offset} that is not whole, with what its own header and its place say. */
    JournalDamagedException damaged(Directory directory, DataFile file, int offset, String what) throws IOException {
        String path = directory.path() + "/" + file.name();
        String persistenceId = null;
        long sequenceNr = 0;
        if (file.sizeBytes() >= offset + RecordFormat.EVENTS_PAYLOAD) {
            ByteBuffer head = ByteBuffer.allocate(RecordFormat.EVENTS_PAYLOAD);
            file.read(head, offset);
            int number = head.getInt(RecordFormat.NUMBER);
            if (head.get(RecordFormat.TYPE) == RecordType.EVENTS.code()
                    && number >= 0
                    && number < segment.runs.size()) {
                persistenceId = segment.runs.get(number).stream.persistenceId;
                sequenceNr = head.getLong(RecordFormat.BODY);
            }
        }
        return new JournalDamagedException(new Spot(path, offset, persistenceId, sequenceNr), what + after());
    }

    private String after() {
        @Nullable Found last = events.isEmpty() ? null : events.get(events.size() - 1);
        return last == null
                ? ""
                : "; the last whole record before it is sequence number " + last.last + " of \""
                        + last.run.stream.persistenceId + "\"";
    }
}
