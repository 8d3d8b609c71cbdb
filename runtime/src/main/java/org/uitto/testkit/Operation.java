package org.uitto.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One operation of a client, as the client saw it.
 *
 * @param <I> what was asked for
 * @param <R> what was answered
 * @param client who called; a client has at most one operation under way
 * @param input what was asked for
 * @param callNanos when it was called
 * @param returnNanos when the answer came; not before the call. Without meaning if {@code outcome} is UNKNOWN
 * @param outcome whether it took effect
 * @param result the answer; null unless {@code outcome} is OK
 */
public record Operation<I, R>(
        String client,
        I input,
        long callNanos,
        long returnNanos,
        Outcome outcome,
        @Nullable R result) {
    /** Whether an operation took effect, as far as its client knows. */
    public enum Outcome {
        /** It did, once, and has a result. */
        OK,
        /** It did not and never will. */
        FAIL,
        /** Nobody knows: it may have, or may yet at any later time, or never. */
        UNKNOWN
    }

    public Operation {
        if (outcome != Outcome.UNKNOWN && returnNanos < callNanos) {
            throw new IllegalArgumentException(
                    input + " of " + client + " returned at " + returnNanos + ", before its call at " + callNanos);
        }
        if ((outcome == Outcome.OK) != (result != null)) {
            throw new IllegalArgumentException(input + " of " + client + " is " + outcome + " with result " + result);
        }
    }

    @Override
    public String toString() {
        String end = outcome == Outcome.UNKNOWN ? "" : Long.toString(returnNanos);
        return client + " [" + callNanos + ".." + end + "] " + input + " -> " + (result == null ? outcome : result);
    }
}
