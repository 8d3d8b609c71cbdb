package org.uitto.samples.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.uitto.Raft;
import org.uitto.replicated.ReplicationException.Overloaded;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Replicas;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.ledger.Ledger;
import org.uitto.samples.soak.Sample;

/**
 * What becomes of a cluster, and of a client, that is asked for twice what it can do: by a client that sends at a steady rate, whatever comes
 * back.
 */
final class OverloadBench implements AutoCloseable {
    /** Pekko keeps the timer of each ask until then, though it has ended. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final int IN_FLIGHT = 1024;
    private static final int PAYLOAD_BYTES = 100;
    private static final String NODE_HEAP = "-Xmx384m";
    private static final int MIB = 1024 * 1024;

    private final LocalCluster cluster;
    private final ActorSystem<Void> client;
    private final ActorRef<Ledger.Command> ledger;
    private final byte[] payload = new byte[PAYLOAD_BYTES];

    /** Starts three nodes and waits until one leads. */
    OverloadBench() throws InterruptedException, ExecutionException, TimeoutException {
        this.cluster = LocalCluster.create(SampleActor.LEDGER, new LocalCluster.Options("", List.of(NODE_HEAP)));
        cluster.startAll();
        this.client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        this.ledger = Raft.get(client).ref(Ledger.Command.class, Ledger.NAME);
        long deadlineNanos = System.nanoTime() + READY_WITHIN.toNanos();
        while (!Replicas.ask(client, cluster, SampleActor.LEDGER, Duration.ofSeconds(1))
                .get()
                .areComplete()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("the nodes did not find a leader\n" + cluster.lastWords());
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    /**
     * All figures, by name.
     *
     * @param warming how long to let it warm up
     * @param measuring how long to measure what it can do, before and after
     * @param overload how long to ask for twice that
     */
    Map<String, Object> measure(Duration warming, Duration measuring, Duration overload)
            throws InterruptedException, ExecutionException, TimeoutException {
        capacity(warming);
        long before = capacity(measuring);
        Ends ends = new Ends();
        long offered = 2 * before;
        long maxNodeBytes = overload(offered, overload, ends);
        long after = capacity(measuring);
        double seconds = overload.toNanos() / 1e9;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("writes_per_second_before", before);
        figures.put("offered_per_second", offered);
        figures.put("sent_per_second", Math.round(ends.sent.sum() / seconds));
        figures.put("answered_per_second", Math.round(ends.answered.sum() / seconds));
        figures.put("overloaded_per_second", Math.round(ends.overloaded.sum() / seconds));
        figures.put("failed_otherwise", ends.others.sum());
        figures.put("node_heap", NODE_HEAP);
        figures.put("max_node_resident_mib", maxNodeBytes / MIB);
        figures.put("max_client_heap_mib", ends.maxHeapBytes / MIB);
        figures.put("writes_per_second_after", after);
        figures.put("after_to_before", Math.round(100.0 * after / before) / 100.0);
        return figures;
    }

    private CompletionStage<Ledger.Total> ask() {
        return AskPattern.ask(
                ledger, replyTo -> new Ledger.Append(payload, replyTo), ANSWER_WITHIN, client.scheduler());
    }

    private long capacity(Duration duration) throws InterruptedException, ExecutionException, TimeoutException {
        Ends ends = new Ends();
        ClosedLoop<Ledger.Command, Ledger.Total> loop = new ClosedLoop<>(client, this::ask, ends);
        loop.start(IN_FLIGHT);
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        long answered = ends.answered.sum();
        loop.stop().get(ANSWER_WITHIN.toSeconds() * 2, TimeUnit.SECONDS);
        return Math.round(answered / (duration.toNanos() / 1e9));
    }

    /** Returns the most memory that any node took meanwhile. */
    private long overload(long perSecond, Duration duration, Ends ends) throws InterruptedException {
        long startNanos = System.nanoTime();
        long nextSampleNanos = startNanos;
        long maxNodeBytes = 0;
        long sent = 0;
        for (long elapsed = 0; elapsed < duration.toNanos(); elapsed = System.nanoTime() - startNanos) {
            for (long due = (long) (perSecond * (elapsed / 1e9)); sent < due; sent++) {
                ask().whenCompleteAsync(ends, Runnable::run); // Where it ends, or the ends would pile up.
            }
            if (System.nanoTime() - nextSampleNanos >= 0) {
                nextSampleNanos += TimeUnit.SECONDS.toNanos(1);
                maxNodeBytes = Math.max(maxNodeBytes, maxNodeBytes());
                ends.lookAtHeap();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        ends.sent.add(sent);
        while (ends.ended() < sent) { // Each comes to an end of some kind, if only in time.
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return maxNodeBytes;
    }

    private long maxNodeBytes() {
        return Sample.of(cluster, 0, "", 0).memoryBytes().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        SampleSystem.stop(client);
        cluster.close();
    }

    /** How commands ended. */
    private static final class Ends
            implements ClosedLoop.Listener<Ledger.Total>,
                    java.util.function.BiConsumer<Ledger.@Nullable Total, @Nullable Throwable> {
        private final LongAdder sent = new LongAdder();
        private final LongAdder answered = new LongAdder();
        private final LongAdder overloaded = new LongAdder();
        private final LongAdder others = new LongAdder();
        private long maxHeapBytes;

        @Override
        public void onReply(long sentNanos, Ledger.Total reply) {
            answered.increment();
        }

        @Override
        public void onFailure(long sentNanos, Throwable failure) {
            (failure instanceof Overloaded || failure.getCause() instanceof Overloaded ? overloaded : others)
                    .increment();
        }

        @Override
        public void accept(Ledger.@Nullable Total reply, @Nullable Throwable failure) {
            if (failure == null) {
                answered.increment();
            } else {
                onFailure(0, failure);
            }
        }

        private long ended() {
            return answered.sum() + overloaded.sum() + others.sum();
        }

        private void lookAtHeap() {
            Runtime runtime = Runtime.getRuntime();
            maxHeapBytes = Math.max(maxHeapBytes, runtime.totalMemory() - runtime.freeMemory());
        }
    }
}
