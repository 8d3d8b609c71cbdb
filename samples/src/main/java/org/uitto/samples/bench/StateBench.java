package org.uitto.samples.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.NodeStatus;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.SnapshotOutcome;
import org.uitto.role.GroupStatus;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.NodeStatuses;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.hoard.Hoard;

/**
 * What small writes take while a large state is turned into a snapshot, and while a follower that has missed too much takes one over.
 * Each of these is measured from its beginning to its end, however long it takes.
 */
final class StateBench implements AutoCloseable {
    /** How large the state is, and how many small writes are under way. */
    record Size(int mebibytes, int inFlight) {}

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int SHELF_BYTES = 64 * 1024;
    private static final int SMALL_BYTES = 100;
    private static final int FILLING = 16;
    private static final int MIB = 1024 * 1024;

    /** How often every node takes a snapshot. */
    private static final int ROUNDS = 2;

    /** What stays in the log although a snapshot has it. */
    private static final int RETAINED_BYTES = 2 * MIB;

    private final Size size;
    private final String heap;
    private final LocalCluster cluster;
    private final ActorSystem<Void> client;
    private final NodeStatuses statuses;
    private final ActorRef<Hoard.Command> hoard;
    private final Writes writes = new Writes();

    /** Starts nothing but the client yet. */
    StateBench(Size size) {
        this.size = size;
        this.heap = "-Xmx" + (512 + 8L * size.mebibytes()) + "m";
        String settings = """
                uitto.kryo.limits.max-message-bytes = %d MiB
                uitto.snapshot.after-log-bytes = %d MiB
                uitto.snapshot.retained-log-bytes = %d
                """.formatted(64 + 2L * size.mebibytes(), 1024 + 2L * size.mebibytes(), RETAINED_BYTES);
        this.cluster = LocalCluster.create(SampleActor.HOARD, new LocalCluster.Options(settings, List.of(heap)));
        this.client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        this.statuses = new NodeStatuses(client, cluster);
        this.hoard = Raft.get(client).ref(Hoard.Command.class, Hoard.NAME);
    }

    /** All figures, by name. */
    Map<String, Object> measure(Duration duration) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("state_mib", size.mebibytes());
        figures.put("in_flight", size.inFlight());
        figures.put("node_heap", heap);
        cluster.startAll();
        fill();
        ClosedLoop<Hoard.Command, Hoard.Held> loop = new ClosedLoop<>(client, this::writeSmall, writes);
        loop.start(size.inFlight());
        snapshotsEverywhere(); // So that the log is short; and to warm up.
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        double plain = phase(figures, "plain", () -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()));
        double during = phase(figures, "snapshot", () -> {
            for (int round = 0; round < ROUNDS; round++) {
                snapshotsEverywhere();
            }
        });
        String follower = follower();
        long snapshotIndex = leaveBehind(follower);
        cluster.start(follower);
        await(follower, status -> true);
        double installing = phase(
                figures,
                "installation",
                () -> await(
                        follower,
                        status ->
                                status.group().log().snapshot().isPresent() && status.appliedIndex() >= snapshotIndex));
        loop.stop().get(ANSWER_WITHIN.toSeconds() * 2, TimeUnit.SECONDS);
        figures.put("snapshot_p99_to_plain", ratio(during, plain));
        figures.put("installation_p99_to_plain", ratio(installing, plain));
        figures.put("failed_writes", writes.failures.sum());
        return figures;
    }

    private static double ratio(double figure, double toFigure) {
        return Math.round(100 * figure / toFigure) / 100.0;
    }

    /** What a phase consists of. */
    @FunctionalInterface
    private interface Course {
        void run() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /** Notes what the writes took during {@code course}. Returns their 99th percentile. */
    private double phase(Map<String, Object> figures, String name, Course course)
            throws InterruptedException, ExecutionException, TimeoutException {
        writes.next();
        long startNanos = System.nanoTime();
        course.run();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        Histogram nanos = writes.next();
        double p99 = nanos.getValueAtPercentile(99);
        figures.put(name + "_s", Math.round(seconds * 10) / 10.0);
        figures.put(name + "_writes_per_second", Math.round(nanos.getTotalCount() / seconds));
        figures.put(name + "_p50_us", Math.round(nanos.getValueAtPercentile(50) / 1e3));
        figures.put(name + "_p99_us", Math.round(p99 / 1e3));
        figures.put(name + "_max_us", Math.round(nanos.getMaxValue() / 1e3));
        return p99;
    }

    /** Fills as many shelves as make up the size, in order. */
    private void fill() throws InterruptedException, ExecutionException, TimeoutException {
        await(cluster.nodes().get(0), status -> status.group().leader().isPresent());
        byte[] bytes = new byte[SHELF_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        int shelves = size.mebibytes() * (MIB / SHELF_BYTES);
        CompletableFuture<?>[] latest = new CompletableFuture<?>[FILLING];
        for (int shelf = 0; shelf < shelves; shelf++) {
            CompletableFuture<?> before = latest[shelf % FILLING];
            if (before != null) {
                before.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            }
            latest[shelf % FILLING] = keep(shelf, bytes).toCompletableFuture();
        }
        for (CompletableFuture<?> last : latest) {
            if (last != null) {
                last.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private CompletionStage<Hoard.Held> keep(int shelf, byte[] bytes) {
        return AskPattern.ask(
                hoard, replyTo -> new Hoard.Keep(shelf, bytes, replyTo), ANSWER_WITHIN, client.scheduler());
    }

    /** On a shelf of its own behind the filled ones, which is there from the first write on. */
    private CompletionStage<Hoard.Held> writeSmall() {
        return keep(size.mebibytes() * (MIB / SHELF_BYTES), new byte[SMALL_BYTES]);
    }

    /** Returns the lowest of the indexes up to which they go. */
    private long snapshotsEverywhere() throws InterruptedException, ExecutionException {
        long lowest = Long.MAX_VALUE;
        for (String node : cluster.nodes()) {
            if (cluster.isRunning(node)) {
                lowest = Math.min(lowest, snapshot(node));
            }
        }
        return lowest;
    }

    /** Returns the index of the last entry that it holds. */
    private long snapshot(String node) throws InterruptedException, ExecutionException {
        SnapshotOutcome outcome = Raft.get(client)
                .takeSnapshot(Hoard.NAME, cluster.contact(node), READY_WITHIN)
                .toCompletableFuture()
                .get();
        if (outcome.result() != SnapshotOutcome.Result.TAKEN) {
            throw new IllegalStateException("node " + node + " took no snapshot: " + outcome);
        }
        return outcome.index();
    }

    private String follower() throws InterruptedException {
        for (String node : cluster.nodes()) {
            if (statusOf(node)
                    .filter(status -> status.group().role() == GroupStatus.Role.FOLLOWER)
                    .isPresent()) {
                return node;
            }
        }
        throw new IllegalStateException("no node says that it follows\n" + cluster.lastWords());
    }

    /** Kills {@code follower} and has the others cut so much of their logs that it needs a snapshot. Returns up to where that goes. */
    private long leaveBehind(String follower) throws InterruptedException, ExecutionException, TimeoutException {
        long lastIndex = statusOf(follower).map(ReplicaStatus::appliedIndex).orElse(0L);
        cluster.kill(follower);
        String other =
                cluster.nodes().stream().filter(cluster::isRunning).findFirst().orElseThrow();
        long entries = 2L * RETAINED_BYTES / SMALL_BYTES;
        await(other, status -> status.appliedIndex() > lastIndex + entries);
        return snapshotsEverywhere();
    }

    private Optional<ReplicaStatus> statusOf(String node) throws InterruptedException {
        return statuses.of(node).flatMap(StateBench::replica);
    }

    private static Optional<ReplicaStatus> replica(NodeStatus node) {
        return node.groups().stream().findFirst();
    }

    private void await(String node, Predicate<ReplicaStatus> isWell) throws InterruptedException, TimeoutException {
        statuses.await(
                node,
                LOOK_EVERY,
                READY_WITHIN,
                status -> replica(status).filter(isWell).isPresent());
    }

    @Override
    public void close() {
        SampleSystem.stop(client);
        cluster.close();
    }

    /** How long the writes took. */
    private static final class Writes implements ClosedLoop.Listener<Hoard.Held> {
        private final Recorder nanos = new Recorder(3);
        private final LongAdder failures = new LongAdder();

        @Override
        public void onReply(long sentNanos, Hoard.Held reply) {
            nanos.recordValue(System.nanoTime() - sentNanos);
        }

        @Override
        public void onFailure(long sentNanos, Throwable failure) {
            failures.increment();
        }

        /** What was answered since this was last asked. */
        Histogram next() {
            return nanos.getIntervalHistogram();
        }
    }
}
