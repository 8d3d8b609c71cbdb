package org.uitto.samples.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.uitto.NodeStatus;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.NodeStatuses;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.ledger.Ledger;

/** What many groups on the same three nodes cost: while nothing is asked of them, when a node starts again, and at work. */
final class GroupsBench implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /** No page: it would ask for the status of each group all the time. */
    private static final String SETTINGS = """
            uitto-web.addresses = null
            uitto-web.addresses {}
            uitto-ledgers.count =\s""";

    private static final int ACTIVE = 100;
    private static final int IN_FLIGHT = 256;
    private static final int IN_FLIGHT_EACH = 64;
    private static final int PAYLOAD_BYTES = 100;

    private final int count;
    private final LocalCluster cluster;
    private final ActorSystem<Void> client;
    private final NodeStatuses statuses;

    /** Starts nothing but the client yet. */
    GroupsBench(int count) {
        this.count = count;
        this.cluster = LocalCluster.create(SampleActor.LEDGERS, new LocalCluster.Options(SETTINGS + count, List.of()));
        this.client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        this.statuses = new NodeStatuses(client, cluster);
    }

    /** All figures, by name. */
    Map<String, Object> measure(Duration duration) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("groups", count);
        long startNanos = System.nanoTime();
        cluster.startAll();
        for (String node : cluster.nodes()) {
            awaitAll(node, GroupsBench::hasLeader);
        }
        figures.put("all_have_leaders_after_s", secondsSince(startNanos));
        for (String node : cluster.nodes()) {
            awaitAll(node, replica -> replica.group().quiescent());
        }
        figures.put("all_are_quiescent_after_s", secondsSince(startNanos));
        TimeUnit.NANOSECONDS.sleep(duration.toNanos()); // What starting has left to do, compiling above all.
        figures.put("idle_cpu_percent_of_a_core_per_node", idlePercent(duration));
        String node = cluster.nodes().get(cluster.nodes().size() - 1);
        cluster.stopAndWait(node);
        long restartNanos = System.nanoTime();
        cluster.start(node);
        awaitAll(node, GroupsBench::hasLeader);
        figures.put("restart_of_a_node_s", secondsSince(restartNanos));
        int active = Math.min(ACTIVE, count);
        perSecond(1, IN_FLIGHT, duration); // To warm up.
        perSecond(active, IN_FLIGHT, duration);
        figures.put("in_flight", IN_FLIGHT);
        figures.put("writes_per_second_over_1", perSecond(1, IN_FLIGHT, duration));
        figures.put("writes_per_second_over_" + active, perSecond(active, IN_FLIGHT, duration));
        figures.put("in_flight_each", IN_FLIGHT_EACH);
        figures.put("writes_per_second_over_1_each", perSecond(1, IN_FLIGHT_EACH, duration));
        figures.put("writes_per_second_over_" + active + "_each", perSecond(active, active * IN_FLIGHT_EACH, duration));
        return figures;
    }

    private static double secondsSince(long nanos) {
        return Math.round((System.nanoTime() - nanos) / 1e8) / 10.0;
    }

    /** Waits until all of {@code node}'s groups are as they should be. */
    private void awaitAll(String node, Predicate<ReplicaStatus> isWell) throws InterruptedException, TimeoutException {
        statuses.await(node, LOOK_EVERY, READY_WITHIN, status -> areAll(status, isWell));
    }

    private boolean areAll(NodeStatus status, Predicate<ReplicaStatus> isWell) {
        return status.groups().size() == count && status.groups().stream().allMatch(isWell);
    }

    /** Whether it knows a leader, and has applied what is committed. */
    private static boolean hasLeader(ReplicaStatus replica) {
        return replica.group().leader().isPresent()
                && replica.appliedIndex() == replica.group().log().commitIndex();
    }

    private double idlePercent(Duration duration) throws InterruptedException {
        Duration before = cluster.cpuTime();
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        double perNode = (double) cluster.cpuTime().minus(before).toNanos()
                / cluster.nodes().size();
        return Math.round(perNode / duration.toNanos() * 1000) / 10.0;
    }

    /** How many writes a second {@code active} groups get done together, by turns, with {@code inFlight} under way in all. */
    private long perSecond(int active, int inFlight, Duration duration)
            throws InterruptedException, ExecutionException, TimeoutException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        List<ActorRef<Ledger.Command>> ledgers = IntStream.range(0, active)
                .mapToObj(i -> Raft.get(client).ref(Ledger.Command.class, Ledger.NAME + "-" + i))
                .toList();
        AtomicInteger turn = new AtomicInteger();
        Supplier<CompletionStage<Ledger.Total>> question = () -> AskPattern.ask(
                ledgers.get(Math.floorMod(turn.getAndIncrement(), active)),
                replyTo -> new Ledger.Append(payload, replyTo),
                ANSWER_WITHIN,
                client.scheduler());
        Answers answers = new Answers();
        ClosedLoop<Ledger.Command, Ledger.Total> loop = new ClosedLoop<>(client, question, answers);
        long startNanos = System.nanoTime();
        loop.start(inFlight);
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        long perSecond = Math.round(answers.replies.sum() / ((System.nanoTime() - startNanos) / 1e9));
        loop.stop().get(ANSWER_WITHIN.toSeconds() * 2, TimeUnit.SECONDS);
        if (answers.failures.sum() > 0) {
            throw new IllegalStateException(
                    answers.failures.sum() + " writes failed: " + answers.firstFailure.get(),
                    answers.firstFailure.get());
        }
        return perSecond;
    }

    @Override
    public void close() {
        SampleSystem.stop(client);
        cluster.close();
    }

    /** How many there were. */
    private static final class Answers implements ClosedLoop.Listener<Ledger.Total> {
        private final LongAdder replies = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

        @Override
        public void onReply(long sentNanos, Ledger.Total reply) {
            replies.increment();
        }

        @Override
        public void onFailure(long sentNanos, Throwable failure) {
            failures.increment();
            firstFailure.compareAndSet(null, failure);
        }
    }
}
