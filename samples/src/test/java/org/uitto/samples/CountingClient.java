package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;

/** Adds to the counter of a cluster, one at a time, and knows what must be there. */
public final class CountingClient implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalCluster cluster;
    private final ActorSystem<Void> system;
    private final ActorRef<Counter.Command> counter;
    private long acknowledged;
    private long unknown;
    private String lastFailure = "none yet";

    /** A client of {@code cluster}. */
    public CountingClient(LocalCluster cluster) {
        this.cluster = cluster;
        this.system = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        this.counter = Raft.get(system).ref(Counter.Command.class, Counter.NAME);
    }

    /** Adds 1 until {@code times} have been acknowledged. */
    public void add(int times) {
        long target = acknowledged + times;
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged < target) {
            assertInTime(deadlineNanos);
            try {
                ask(replyTo -> new Counter.Add(1, replyTo));
                acknowledged++;
            } catch (ReplicationException e) {
                unknown += e.isWithoutEffect() ? 0 : 1;
                lastFailure = String.valueOf(e.getMessage());
            }
        }
    }

    /** Checks that nothing that was acknowledged is lost, and nothing else was counted. */
    public void check() {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            assertInTime(deadlineNanos);
            try {
                long sum = ask(Counter.Get::new);
                assertTrue(
                        sum >= acknowledged && sum <= acknowledged + unknown,
                        "the counter is " + sum + " after " + acknowledged + " acknowledged and " + unknown
                                + " unknown outcomes");
                return;
            } catch (ReplicationException e) {
                lastFailure = String.valueOf(e.getMessage()); // No leader yet.
            }
        }
    }

    private long ask(Function<ActorRef<Counter.Value>, Counter.Command> command) {
        try {
            return AskPattern.ask(counter, command::apply, ANSWER_WITHIN, system.scheduler())
                    .toCompletableFuture()
                    .join()
                    .value();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ReplicationException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void assertInTime(long deadlineNanos) {
        assertTrue(
                System.nanoTime() - deadlineNanos < 0,
                "no leader answers; the last failure: " + lastFailure + "\n" + cluster.lastWords());
    }

    @Override
    public void close() {
        SampleSystem.stop(system);
    }
}
