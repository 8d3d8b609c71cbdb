package org.uitto.samples.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.uitto.replicated.ReplicationException;
import org.uitto.testkit.Operation;
import org.uitto.testkit.Operation.Outcome;

/**
 * What clients did and saw, recorded as it happens. Thread-safe.
 *
 * @param <I> what is asked for
 * @param <R> what is answered
 */
final class Recorder<I, R> {
    private final long startNanos;
    private final Queue<Operation<I, R>> operations = new ConcurrentLinkedQueue<>();

    /** How an operation is carried out: blocks until it has ended. */
    interface Call<R> {
        R make() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /** Times are counted from {@code startNanos} of {@link System#nanoTime}. */
    Recorder(long startNanos) {
        this.startNanos = startNanos;
    }

    /**
     * Makes a call and records how it ended: what is known to be without effect has failed, anything else that is no answer
     * is of unknown outcome.
     *
     * @param client is asked for its id when the operation has ended
     */
    Operation<I, R> record(Supplier<String> client, I input, Call<R> call) throws InterruptedException {
        long calledNanos = System.nanoTime() - startNanos;
        Outcome outcome;
        R result = null;
        try {
            result = call.make();
            outcome = Outcome.OK;
        } catch (ExecutionException e) {
            boolean withoutEffect = e.getCause() instanceof ReplicationException failure && failure.isWithoutEffect();
            outcome = withoutEffect ? Outcome.FAIL : Outcome.UNKNOWN;
        } catch (TimeoutException e) {
            outcome = Outcome.UNKNOWN;
        } catch (InterruptedException e) {
            operations.add(new Operation<>(client.get(), input, calledNanos, now(), Outcome.UNKNOWN, null));
            throw e;
        }
        Operation<I, R> operation = new Operation<>(client.get(), input, calledNanos, now(), outcome, result);
        operations.add(operation);
        return operation;
    }

    private long now() {
        return System.nanoTime() - startNanos;
    }

    /** Everything that has ended, in the order of the calls. */
    List<Operation<I, R>> operations() {
        List<Operation<I, R>> sorted = new ArrayList<>(operations);
        sorted.sort(Comparator.comparingLong(Operation::callNanos));
        return sorted;
    }
}
