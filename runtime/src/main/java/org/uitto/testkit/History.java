package org.uitto.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What the clients of a run did and saw, recorded as it happens; for the one thread of a world.
 *
 * @param <I> what is asked for
 * @param <R> what is answered
 */
public final class History<I, R> {
    private final LongSupplier clock;
    private final List<Operation<I, R>> complete = new ArrayList<>();
    private final Set<Call> open = new LinkedHashSet<>();

    /** A history whose times come from {@code clock}, such as {@code world::nowNanos}: one clock for all clients. */
    public History(LongSupplier clock) {
        this.clock = clock;
    }

    /** An operation that a client has called and that has not come back. It is completed at most once. */
    public final class Call {
        private final String client;
        private final I input;
        private final long callNanos;

        private Call(String client, I input) {
            this.client = client;
            this.input = input;
            this.callNanos = clock.getAsLong();
        }

        /** It took effect and this is its result. */
        public void ok(R result) {
            if (open.remove(this)) {
                long now = clock.getAsLong();
                complete.add(new Operation<>(client, input, callNanos, now, Operation.Outcome.OK, result));
            }
        }

        /** It had no effect and never will. */
        public void fail() {
            if (open.remove(this)) {
                long now = clock.getAsLong();
                complete.add(new Operation<>(client, input, callNanos, now, Operation.Outcome.FAIL, null));
            }
        }

        /** The client gave up on it; it may take effect or not. */
        public void unknown() {
            if (open.remove(this)) {
                complete.add(unknownOperation());
            }
        }

        private Operation<I, R> unknownOperation() {
            return new Operation<>(client, input, callNanos, clock.getAsLong(), Operation.Outcome.UNKNOWN, null);
        }
    }

    /** Records that {@code client} calls {@code input} now. */
    public Call call(String client, I input) {
        Call call = new Call(client, input);
        open.add(call);
        return call;
    }

    /** How many operations have come to an end, known or not. */
    public int endedCount() {
        return complete.size();
    }

    /** Everything so far; what has not come back is of unknown outcome. */
    public List<Operation<I, R>> operations() {
        List<Operation<I, R>> all = new ArrayList<>(complete);
        open.forEach(call -> all.add(call.unknownOperation()));
        return all;
    }
}
