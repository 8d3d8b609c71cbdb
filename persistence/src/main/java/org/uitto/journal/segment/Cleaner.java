package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the space of deleted events back. A sealed segment of which nothing is live is removed. When more than half of
 * the sealed bytes are dead, and more than {@link #SLACK_SEGMENTS} segments' worth, the segment with the least live bytes
 * is emptied: what is live in it is copied to the end of the log, a little with each group, and then it is removed.
 *
 * <p>So the files take at most twice the live bytes and a few segments, and copying costs at most as much as the space it
 * frees. For the store's one writer.
 */
final class Cleaner {
    static final int SLACK_SEGMENTS = 4;
    /** How much is copied with one group, at least; one record more than that at most. */
    private static final int STEP_BYTES = 256 << 10;

    private final Directory directory;
    private final GroupWriter writer;
    private final Chores chores;
    private final Consumer<String> warnings;
    private final long slackBytes;
    private final List<Segment> removed = new ArrayList<>();
    private @Nullable Emptying emptying;
    private boolean paused;

    Cleaner(Directory directory, GroupWriter writer, Chores chores, Consumer<String> warnings, int segmentSizeBytes) {
        this.directory = directory;
        this.writer = writer;
        this.chores = chores;
        this.warnings = warnings;
        this.slackBytes = (long) SLACK_SEGMENTS * segmentSizeBytes;
    }

    boolean isDue() {
        return !paused && (emptying != null || victim().isPresent());
    }

    /** Stages as much as goes with one group. */
    void stageStep() {
        paused = false;
        if (writer.isLatched()) {
            return;
        }
        if (emptying == null) {
            emptying = victim().map(Emptying::new).orElse(null);
        }
        Emptying current = emptying;
        if (current == null) {
            return;
        }
        try {
            if (current.step()) {
                writer.putRemoved(current.segment);
                removed.add(current.segment);
                emptying = null;
            }
        } catch (JournalFullException e) {
            paused = true;
        } catch (IOException | JournalDamagedException e) {
            warnings.accept("Segment " + current.segment.number + " is kept, though most of it is deleted, for what"
                    + " remains in it cannot be read: " + e.getMessage());
            current.segment.pinned = true;
            emptying = null;
        }
    }

    /** What was staged is durable: the emptied segments are no longer needed. */
    void afterFlush() {
        for (Segment segment : removed) {
            segment.runs.forEach(run -> run.stream.drop(run));
            writer.segments().remove(segment.number);
            chores.add("remove segment " + segment.number, () -> {
                directory.delete(FileNames.index(segment.number));
                directory.delete(FileNames.segment(segment.number));
                directory.force();
            });
        }
        removed.clear();
    }

    private Optional<Segment> victim() {
        if (!writer.deadSpaceGrew()) {
            return Optional.empty();
        }
        long sealedBytes = 0;
        long liveBytes = 0;
        Segment least = null;
        for (Segment segment : writer.segments().values()) {
            if (segment != writer.active() && !segment.pinned) {
                sealedBytes += segment.end;
                liveBytes += segment.liveBytes;
                least = least == null || LEAST_LIVE.compare(segment, least) < 0 ? segment : least;
            }
        }
        if (least != null && (least.liveBytes == 0 || sealedBytes - liveBytes > Math.max(liveBytes, slackBytes))) {
            return Optional.of(least);
        }
        writer.deadSpaceIsKnown();
        return Optional.empty();
    }

    private static final Comparator<Segment> LEAST_LIVE =
            Comparator.comparingDouble(segment -> (double) segment.liveBytes / segment.end);

    /** How far a segment has been emptied. */
    private final class Emptying {
        private final Segment segment;
        private int run;
        private long copiedTo;

        Emptying(Segment segment) {
            this.segment = segment;
        }

        /** Copies some of what is live; true once nothing is left. */
        boolean step() throws IOException {
            int left = STEP_BYTES;
            while (run < segment.runs.size()) {
                if (left <= 0) {
                    return false;
                }
                Run from = segment.runs.get(run);
                left -= copyState(from);
                left = copyEvents(from, left);
            }
            return true;
        }

        private int copyState(Run from) {
            EventStream stream = from.stream;
            if (stream.stateRun != from) {
                return 0;
            }
            writer.putState(stream, stream.stagedHighest, stream.stagedDeletedTo);
            return from.stateBytes();
        }

        /** Copies events of the run and goes on to the next run if all are; returns what is left of the step. */
        private int copyEvents(Run from, int leftBytes) throws IOException {
            EventStream stream = from.stream;
            int left = leftBytes;
            if (stream.liveRuns().contains(from)) {
                try (RunReader reader = new RunReader(directory, from)) {
                    long begin = Math.max(copiedTo, stream.deletedTo()) + 1;
                    RecordTable table = reader.table(begin, Long.MAX_VALUE);
                    for (int row = 0; row < table.count(); row++) {
                        if (left <= 0) {
                            return left;
                        }
                        ByteBuffer events = reader.events(table, row);
                        writer.putEvents(
                                stream,
                                table.first(row),
                                table.last(row),
                                target -> target.put(events),
                                events.remaining(),
                                true);
                        copiedTo = table.last(row);
                        left -= table.length(row);
                    }
                }
            }
            run++;
            copiedTo = 0;
            return left;
        }
    }
}
