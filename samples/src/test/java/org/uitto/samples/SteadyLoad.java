package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;

/** A client that adds to the counter of a cluster without a break, and knows what must be there and how long it had to wait. */
final class SteadyLoad implements AutoCloseable, ClosedLoop.Listener<Counter.Value> {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalCluster cluster;
    private final ActorSystem<Void> system;
    private final ActorRef<Counter.Command> counter;
    private static final Config PATIENT = ConfigFactory.parseString("uitto.proxy.give-up-after = 120 s");

    private final ClosedLoop<Counter.Command, Counter.Value> loop;

    // Guarded by this object's lock.
    private long acknowledged;
    private long unknown;
    private long lastReplyNanos;
    private long longestPauseNanos;
    private String lastFailure = "none yet";

    /** Begins, once the cluster has answered for the first time. */
    SteadyLoad(LocalCluster cluster, int inFlight) {
        this.cluster = cluster;
        this.system = SampleSystem.startClient(PATIENT.withFallback(SampleSystem.load(cluster.clientConfig())));
        this.counter = Raft.get(system).ref(Counter.Command.class, Counter.NAME);
        this.loop = new ClosedLoop<>(system, counter, replyTo -> new Counter.Add(1, replyTo), PATIENCE, this);
        sum();
        lastReplyNanos = System.nanoTime();
        loop.start(inFlight);
    }

    @Override
    public synchronized void onReply(long sentNanos, Counter.Value reply) {
        long now = System.nanoTime();
        acknowledged++;
        longestPauseNanos = Math.max(longestPauseNanos, now - lastReplyNanos);
        lastReplyNanos = now;
    }

    @Override
    public synchronized void onFailure(long sentNanos, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof ReplicationException replication) || !replication.isWithoutEffect()) {
            unknown++;
        }
        lastFailure = String.valueOf(cause);
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized long unknown() {
        return unknown;
    }

    synchronized String lastFailure() {
        return lastFailure;
    }

    synchronized Duration longestPause() {
        return Duration.ofNanos(longestPauseNanos);
    }

    /** Waits until a good many more have been acknowledged, of those that were sent later than now. */
    void awaitProgress() {
        long target = acknowledged() + 200;
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged() < target) {
            assertTrue(
                    System.nanoTime() - deadlineNanos < 0,
                    () -> "the client does not go on; its last failure: " + lastFailure() + "\n" + cluster.lastWords());
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /** Sends no more, and waits for the answers. */
    void end() {
        loop.stop().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** What the counter is, however long it takes somebody to lead. */
    long sum() {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return AskPattern.<Counter.Command, Counter.Value>ask(
                                counter, Counter.Get::new, PATIENCE, system.scheduler())
                        .toCompletableFuture()
                        .join()
                        .value();
            } catch (CompletionException e) {
                assertTrue(
                        e.getCause() instanceof ReplicationException && System.nanoTime() - deadlineNanos < 0,
                        () -> e.getCause() + "\n" + cluster.lastWords());
            }
        }
    }

    /** What has happened, in a line. */
    synchronized String inWords() {
        return acknowledged + " acknowledged, " + unknown + " unknown, longest pause "
                + Duration.ofNanos(longestPauseNanos).toMillis() + " ms";
    }

    @Override
    public void close() {
        SampleSystem.stop(system);
    }
}
