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
 * the sealed bytes are dead, and more than {@link #SLACK_SEGMENTS} segments' worth, the one that is dead to the
 * largest part is emptied: what is live in it is copied to the end of the log, a little with each group, and then it is
 * removed.
 *
 * <p>So the files take at most twice the live bytes and a few segments, and copying costs at most as much as the space it
 * frees. For the store's one writer.
 */
final class Cleaner {
    static final int SLACK_SEGMENTS = 4;
    /** How much is copied with one group, at least; one record more than that at most. */
    private static final int STEP_BYTES = 256 << 10;

    /** How many segments are removed with one group, at most. */
    private static final int MOST_REMOVALS = 64;

    private static final Comparator<Segment> DEAD_PART =
            Comparator.comparingDouble(segment -> (double) segment.deadBytes() / segment.end);

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
        boolean isMoreToCome = !writer.isLatched();
        while (isMoreToCome) {
            if (emptying == null) {
                emptying = victim().map(Emptying::new).orElse(null);
            }
            isMoreToCome = emptying != null && removed.size() < MOST_REMOVALS && finish(emptying);
        }
    }

    /** Goes on with emptying a segment; true if nothing had to be copied and it is staged for removal. */
    private boolean finish(Emptying current) {
        boolean isDead = current.segment.liveBytes == 0;
        try {
            if (current.step()) {
                writer.putRemoved(current.segment);
                removed.add(current.segment);
                emptying = null;
                return isDead;
            }
        } catch (JournalFullException e) {
            paused = true;
        } catch (IOException | JournalDamagedException e) {
            warnings.accept("Segment " + current.segment.number + " is kept, though most of it is deleted, for what"
                    + " remains in it cannot be read: " + e.getMessage());
            current.segment.pinned = true;
            emptying = null;
        }
        return false;
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
        long deadBytes = 0;
        long keptBytes = 0;
        Segment most = null;
        for (Segment segment : writer.segments().values()) {
            if (segment == writer.active() || segment.pinned || segment.isRemoved) {
                continue;
            }
            if (segment.liveBytes == 0) {
                return Optional.of(segment);
            }
            deadBytes += segment.deadBytes();
            keptBytes += segment.end - segment.deadBytes();
            most = most == null || DEAD_PART.compare(segment, most) > 0 ? segment : most;
        }
        if (most != null && deadBytes > Math.max(keptBytes, slackBytes)) {
            return Optional.of(most);
        }
        writer.deadSpaceIsKnown();
        return Optional.empty();
    }

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
