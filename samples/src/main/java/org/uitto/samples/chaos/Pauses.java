package org.uitto.samples.chaos;

import java.util.ArrayList;
import java.util.List;
import org.uitto.testkit.Operation;

/** When the keyed store gave nobody an answer, from the first answer to the end of the clients. */
final class Pauses {
    private final long[] answered;
    private final long endNanos;

    /** From one answer to the next, or to the end. */
    record Pause(long fromNanos, long untilNanos) {
        long nanos() {
            return untilNanos - fromNanos;
        }
    }

    private Pauses(long[] answered, long endNanos) {
        this.answered = answered;
        this.endNanos = endNanos;
    }

    static Pauses of(RunOutcome run) {
        long[] answered = run.store().stream()
                .filter(operation -> operation.outcome() == Operation.Outcome.OK)
                .mapToLong(Operation::returnNanos)
                .filter(nanos -> nanos < run.endNanos())
                .sorted()
                .toArray();
        return new Pauses(answered, run.endNanos());
    }

    /** The longest of all, in nanoseconds. */
    long longestNanos() {
        return longestNanos(0, endNanos);
    }

    /** The longest of those that touch a part of the run. */
    long longestNanos(long fromNanos, long toNanos) {
        long longest = answered.length == 0 ? endNanos : 0;
        for (int i = 0; i < answered.length; i++) {
            Pause pause = after(i);
            if (pause.untilNanos() >= fromNanos && pause.fromNanos() <= toNanos) {
                longest = Math.max(longest, pause.nanos());
            }
        }
        return longest;
    }

    /** Those that lasted for {@code leastNanos} or longer. */
    List<Pause> atLeast(long leastNanos) {
        List<Pause> pauses = new ArrayList<>();
        for (int i = 0; i < answered.length; i++) {
            if (after(i).nanos() >= leastNanos) {
                pauses.add(after(i));
            }
        }
        return pauses;
    }

    private Pause after(int answer) {
        return new Pause(answered[answer], answer + 1 < answered.length ? answered[answer + 1] : endNanos);
    }
}
