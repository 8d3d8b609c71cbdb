package org.uitto.testkit;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen at a later virtual time, ordered by time and, within one instant, by when it was asked for. Cancelled
 * entries are swept out once they are the majority, so that a timer that is restarted a million times does not pile up.
 */
final class TimedQueue {
    private static final int SWEEP_FROM_COUNT = 256;

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long nextSequence;
    private int cancelledCount;

    /** An entry of a queue; its handle to the one who asked for it. */
    final class Entry implements Timed, Comparable<Entry> {
        private final long atNanos;
        private final long sequence = nextSequence++;
        private final Runnable task;
        private final @Nullable Incarnation owner;
        private boolean cancelled;
        private boolean taken;

        private Entry(long atNanos, Runnable task, @Nullable Incarnation owner) {
            this.atNanos = atNanos;
            this.task = task;
            this.owner = owner;
        }

        long atNanos() {
            return atNanos;
        }

        Runnable task() {
            return task;
        }

        @Nullable
        Incarnation owner() {
            return owner;
        }

        @Override
        public boolean cancel() {
            if (cancelled || taken) {
                return false;
            }
            cancelled = true;
            cancelledCount++;
            sweep();
            return true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    Entry add(long atNanos, Runnable task, @Nullable Incarnation owner) {
        Entry entry = new Entry(atNanos, task, owner);
        entries.add(entry);
        return entry;
    }

    /** Takes the earliest entry out if it is due by {@code untilNanos}; null if there is none. */
    @Nullable
    Entry pollUntil(long untilNanos) {
        for (Entry first = entries.peek(); first != null; first = entries.peek()) {
            if (first.cancelled) {
                entries.poll();
                cancelledCount--;
            } else if (first.atNanos > untilNanos) {
                return null;
            } else {
                entries.poll();
                first.taken = true;
                return first;
            }
        }
        return null;
    }

    /** Forgets what {@code owner} had asked for, and what was cancelled. */
    void removeAllOf(Incarnation owner) {
        entries.removeIf(entry -> entry.cancelled || entry.owner == owner);
        cancelledCount = 0;
    }

    private void sweep() {
        if (cancelledCount > SWEEP_FROM_COUNT && cancelledCount > entries.size() / 2) {
            entries.removeIf(entry -> entry.cancelled);
            cancelledCount = 0;
        }
    }
}
