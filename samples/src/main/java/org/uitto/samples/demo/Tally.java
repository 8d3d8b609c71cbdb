package org.uitto.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.counter.Counter;

/** How the additions of one ended, each, and how long the failovers took. Thread-safe. */
final class Tally implements ClosedLoop.Listener<Counter.Value> {
    /** How many additions ended how. */
    record Counts(long acknowledged, long unknown, long withoutEffect) {
        long total() {
            return acknowledged + unknown + withoutEffect;
        }
    }

    private long acknowledged;
    private long unknown;
    private long withoutEffect;
    private final BitSet answers = new BitSet();
    private Optional<String> contradiction = Optional.empty();

    private OptionalLong killedAtNanos = OptionalLong.empty();
    private final List<Duration> failovers = new ArrayList<>();

    @Override
    public synchronized void onReply(long sentNanos, Counter.Value reply) {
        acknowledged++;
        checkAnswer(reply.value());
        if (killedAtNanos.isPresent() && sentNanos - killedAtNanos.getAsLong() > 0) {
            failovers.add(Duration.ofNanos(System.nanoTime() - killedAtNanos.getAsLong()));
            killedAtNanos = OptionalLong.empty();
        }
    }

    /** Each addition of one makes a value of its own; the same answer twice means that one of the two was lost. */
    private void checkAnswer(long value) {
        if (value < 1 || value > Integer.MAX_VALUE) {
            contradiction = Optional.of("an addition was answered with " + value);
        } else if (answers.get((int) value)) {
            contradiction = Optional.of("two additions were answered with " + value);
        } else {
            answers.set((int) value);
        }
    }

    @Override
    public synchronized void onFailure(long sentNanos, Throwable failure) {
        if (failure instanceof ReplicationException.Rejected) {
            contradiction = Optional.of("an addition was rejected: " + failure.getMessage());
        }
        if (failure instanceof ReplicationException replication && replication.isWithoutEffect()) {
            withoutEffect++;
        } else {
            unknown++;
        }
    }

    /** Times the failover from here on: until the first answer to a command that is sent later. */
    synchronized void killed(long nowNanos) {
        killedAtNanos = OptionalLong.of(nowNanos);
    }

    synchronized boolean isFailingOver() {
        return killedAtNanos.isPresent();
    }

    synchronized List<Duration> failovers() {
        return List.copyOf(failovers);
    }

    synchronized Counts counts() {
        return new Counts(acknowledged, unknown, withoutEffect);
    }

    /** What can't be true of one counter. */
    synchronized Optional<String> contradiction() {
        return contradiction;
    }
}
