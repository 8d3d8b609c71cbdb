package org.uitto.samples.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that always has the same number of commands in flight: for each answer, or failure, it sends the next. Runs once.
 *
 * @param <Command> what the actor is told
 * @param <Reply> what it answers
 */
public final class ClosedLoop<Command, Reply> implements Load {
    /** Hears how each command ended; from many threads. */
    public interface Listener<Reply> {
        /** The command sent at {@code sentNanos} was answered now. */
        void onReply(long sentNanos, Reply reply);

        /** The command sent at {@code sentNanos} failed now. */
        void onFailure(long sentNanos, Throwable failure);
    }

    private final ActorSystem<?> system;
    private final Supplier<CompletionStage<Reply>> question;
    private final Listener<Reply> listener;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong toSend = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean stopping;

    /**
     * Sends nothing yet.
     *
     * @param timeout after which a command without an answer has failed
     */
    public ClosedLoop(
            ActorSystem<?> system,
            ActorRef<Command> actor,
            Function<ActorRef<Reply>, Command> command,
            Duration timeout,
            Listener<Reply> listener) {
        this(system, () -> AskPattern.ask(actor, command::apply, timeout, system.scheduler()), listener);
    }

    /**
     * Asks nothing yet.
     *
     * @param question asks once
     */
    public ClosedLoop(ActorSystem<?> system, Supplier<CompletionStage<Reply>> question, Listener<Reply> listener) {
        this.system = system;
        this.question = question;
        this.listener = listener;
    }

    @Override
    public void start(int count) {
        start(count, Long.MAX_VALUE);
    }

    /** Begins, with {@code count} commands in flight, and sends {@code total} in all, at least as many. */
    public void start(int count, long total) {
        inFlight.set(count);
        toSend.set(total - count);
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    @Override
    public CompletableFuture<Void> stop() {
        stopping = true;
        return drained;
    }

    private void next() {
        long sentNanos = System.nanoTime();
        // Without an executor the answer would be handed to a new thread each time where there are two cores or fewer.
        question.get()
                .whenCompleteAsync((reply, failure) -> ended(sentNanos, reply, failure), system.executionContext());
    }

    private void ended(long sentNanos, @Nullable Reply reply, @Nullable Throwable failure) {
        if (reply != null) {
            listener.onReply(sentNanos, reply);
        } else if (failure != null) {
            listener.onFailure(sentNanos, failure);
        }
        if (stopping || toSend.getAndDecrement() <= 0) {
            if (inFlight.decrementAndGet() == 0) {
                drained.complete(null);
            }
        } else {
            next();
        }
    }
}
