package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of one persistence id's events, in order of sequence number, beside a writer that goes on. For one thread.
 *
 * <p>A stream's events are in several runs, each sorted. Their ranges overlap where events were copied out of a segment
 * that is mostly dead, so this is a merge; of a record met twice, the newer copy is taken.
 */
public final class Replay implements Closeable {
    private final Directory directory;
    private final @Nullable EventStream stream;
    private final long to;
    /** All up to here, inclusive, has been handed out or is not wanted. */
    private long done;

    private final PriorityQueue<Cursor> cursors = new PriorityQueue<>(Comparator.comparingLong(Cursor::nextSequenceNr)
            .thenComparing(Cursor::segmentNumber, Comparator.reverseOrder()));

    Replay(Directory directory, @Nullable EventStream stream, long from, long to) {
        this.directory = directory;
        this.stream = stream;
        this.to = to;
        this.done = from - 1;
        collect();
    }

    /**
     * The next atomic write that has events in the range. It may begin before it, or before what is deleted, and end
     * behind it.
     *
     * @throws JournalDamagedException if it cannot be read as it was written
     */
    public Optional<StoredEvents> next() throws IOException {
        while (true) {
            Cursor cursor = cursors.peek();
            if (cursor == null) {
                return Optional.empty();
            }
            try {
                cursor.open();
            } catch (NoSuchFileException e) {
                collectAfterRemoval(cursor);
                continue;
            }
            cursors.poll();
            cursor.skipTo(done + 1);
            if (cursor.isAtEnd()) {
                cursor.close();
            } else if (isBehind(cursor)) {
                cursors.add(cursor);
            } else {
                StoredEvents events = cursor.take();
                done = events.lastSequenceNr();
                cursors.add(cursor);
                return Optional.of(events);
            }
        }
    }

    /** Whether another cursor comes first now that this one's place is known exactly. */
    private boolean isBehind(Cursor cursor) {
        Cursor other = cursors.peek();
        return other != null && cursors.comparator().compare(other, cursor) < 0;
    }

    private void collect() {
        if (stream == null) {
            return;
        }
        done = Math.max(done, stream.deletedTo());
        for (Run run : stream.liveRuns()) {
            Cursor cursor = new Cursor(run);
            if (cursor.firstSequenceNr <= to && cursor.lastSequenceNr > done) {
                cursors.add(cursor);
            }
        }
    }

    /** The segment is gone: its events were copied or deleted before it went, so they are sought anew. */
    private void collectAfterRemoval(Cursor gone) throws IOException {
        EventStream of = gone.run.stream;
        if (of.liveRuns().contains(gone.run)) {
            throw new JournalDamagedException(
                    new JournalDamagedException.Spot(
                            directory.path() + "/" + FileNames.segment(gone.segmentNumber()),
                            0,
                            of.persistenceId,
                            Math.max(done + 1, gone.firstSequenceNr)),
                    "the segment is missing");
        }
        close();
        collect();
    }

    @Override
    public void close() throws IOException {
        for (Cursor cursor : cursors) {
            cursor.close();
        }
        cursors.clear();
    }

    /** A place in one run. */
    private final class Cursor {
        private final Run run;
        private final long firstSequenceNr;
        private final long lastSequenceNr;
        private @Nullable RunReader reader;
        private RecordTable table = new RecordTable();
        private int row;

        Cursor(Run run) {
            this.run = run;
            synchronized (run.stream) {
                firstSequenceNr = run.firstSequenceNr;
                lastSequenceNr = run.lastSequenceNr;
            }
        }

        long segmentNumber() {
            return run.segment.number;
        }

        long nextSequenceNr() {
            if (reader == null) {
                return firstSequenceNr;
            }
            return isAtEnd() ? Long.MAX_VALUE : table.first(row);
        }

        void open() throws IOException {
            if (reader == null) {
                RunReader opened = new RunReader(directory, run);
                try {
                    table = opened.table(done + 1, to);
                } catch (IOException | RuntimeException e) {
                    opened.close();
                    throw e;
                }
                reader = opened;
            }
        }

        void skipTo(long sequenceNr) {
            while (!isAtEnd() && table.last(row) < sequenceNr) {
                row++;
            }
        }

        boolean isAtEnd() {
            return row >= table.count();
        }

        StoredEvents take() throws IOException {
            if (reader == null) {
                throw new IllegalStateException("Not open: " + run.segment.number);
            }
            int taken = row++;
            return new StoredEvents(table.first(taken), table.last(taken), reader.events(table, taken));
        }

        void close() throws IOException {
            if (reader != null) {
                reader.close();
                reader = null;
            }
        }
    }
}
