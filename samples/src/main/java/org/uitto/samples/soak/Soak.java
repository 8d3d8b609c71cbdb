package org.uitto.samples.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Replicas;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;

/** A counter that is added to without a pause, while one follower is there, sleeps, and catches up. Used by one thread. */
final class Soak implements AutoCloseable {
    /** What is asked for. */
    record Plan(long additions, int inFlight, String settings, List<String> javaOptions) {}

    /** How long commands took in one phase. */
    record Phase(String name, Duration lasted, Histogram latencyNanos) {}

    /**
     * What came of it.
     *
     * @param acknowledged how many additions were
     * @param failed how many were not, as far as the client knows
     * @param value what the counter says in the end
     * @param agreed whether all replicas came to the same state
     */
    record Outcome(
            List<Phase> phases, List<Sample> samples, long acknowledged, long failed, long value, boolean agreed) {
        boolean isOk() {
            return agreed && value >= acknowledged && value <= acknowledged + failed;
        }
    }

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Plan plan;
    private final Consumer<Sample> watcher;
    private final LocalCluster cluster;
    private final ActorSystem<Void> client;
    private final ActorRef<Counter.Command> counter;
    private final Recorder latencies = new Recorder(3);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<Sample> samples = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    Soak(Plan plan, Consumer<Sample> watcher) {
        this.plan = plan;
        this.watcher = watcher;
        this.cluster =
                LocalCluster.create(SampleActor.COUNTER, new LocalCluster.Options(plan.settings(), plan.javaOptions()));
        cluster.startAll();
        this.client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        this.counter = Raft.get(client).ref(Counter.Command.class, Counter.NAME);
    }

    /** Runs the plan: a third of the additions with all nodes, a third while one is down, the rest while it catches up. */
    Outcome run() throws InterruptedException, ExecutionException, TimeoutException {
        await("the nodes find a leader", "start", () -> replicas().areComplete());
        ClosedLoop<Counter.Command, Counter.Value> load = new ClosedLoop<>(
                client, counter, replyTo -> new Counter.Add(1, replyTo), ANSWER_WITHIN, new Listener());
        long third = plan.additions() / 3;
        load.start(plan.inFlight());
        phase("warm-up", () -> acknowledged.sum() >= plan.additions() / 8);
        phase("all nodes", () -> acknowledged.sum() >= third);
        String follower = follower();
        cluster.kill(follower);
        phase("one follower asleep", () -> acknowledged.sum() >= 2 * third);
        cluster.start(follower);
        long target = acknowledged.sum();
        phase("the follower catches up", () -> applied(follower) >= target);
        phase("all nodes again", () -> acknowledged.sum() >= plan.additions());
        load.stop().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await("the replicas agree", "end", () -> replicas().haveAppliedTheSame());
        return new Outcome(
                phases,
                samples,
                acknowledged.sum(),
                failed.sum(),
                value(),
                replicas().haveSameState());
    }

    private void phase(String name, BooleanSupplier isOver) throws InterruptedException, TimeoutException {
        latencies.getIntervalHistogram(); // What was before belongs to the phase before.
        long begunNanos = System.nanoTime();
        await(name, name, isOver);
        phases.add(new Phase(name, Duration.ofNanos(System.nanoTime() - begunNanos), latencies.getIntervalHistogram()));
    }

    private void await(String what, String phase, BooleanSupplier isSo) throws InterruptedException, TimeoutException {
        long lastCount = -1;
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            Sample sample = Sample.of(cluster, (System.nanoTime() - startNanos) / 1e9, phase, acknowledged.sum());
            samples.add(sample);
            watcher.accept(sample);
            if (sample.acknowledged() > lastCount) {
                lastCount = sample.acknowledged();
                deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException(
                        "nothing was acknowledged for " + PATIENCE.toMinutes() + " minutes, waiting until " + what);
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
    }

    private String follower() {
        Optional<String> leader = replicas().leader();
        return LocalCluster.NODES.stream()
                .filter(node -> !leader.equals(Optional.of(node)))
                .findFirst()
                .orElseThrow();
    }

    private long applied(String node) {
        return replicas().of(node).map(ReplicaStatus::appliedIndex).orElse(0L);
    }

    private Replicas replicas() {
        return Replicas.ask(client, cluster, SampleActor.COUNTER, Duration.ofSeconds(2))
                .join();
    }

    private long value() throws InterruptedException, ExecutionException, TimeoutException {
        return AskPattern.<Counter.Command, Counter.Value>ask(
                        counter, Counter.Get::new, ANSWER_WITHIN, client.scheduler())
                .toCompletableFuture()
                .get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .value();
    }

    /** What the nodes have said last. */
    String lastWords() {
        return cluster.lastWords();
    }

    @Override
    public void close() {
        SampleSystem.stop(client);
        cluster.close();
    }

    private final class Listener implements ClosedLoop.Listener<Counter.Value> {
        @Override
        public void onReply(long sentNanos, Counter.Value reply) {
            latencies.recordValue(System.nanoTime() - sentNanos);
            acknowledged.increment();
        }

        @Override
        public void onFailure(long sentNanos, Throwable failure) {
            failed.increment();
        }
    }
}
