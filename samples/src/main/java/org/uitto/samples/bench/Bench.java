package org.uitto.samples.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.HdrHistogram.Recorder;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.Patterns;
import org.uitto.Raft;
import org.uitto.replicated.Consistency;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.Load;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Replicas;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.ledger.Ledger;

/** A cluster under load, and one client of it. Used by one thread. */
final class Bench implements AutoCloseable {
    /** What the commands are. */
    enum Kind {
        WRITE,
        /** Writes through a stream that keeps their order. */
        STREAM,
        /** Linearizable, by the leader. */
        READ,
        /** Linearizable, by the first replica, which asks the leader for an index. */
        READ_BY_ANY,
        /** Linearizable, by the leader's lease if the nodes are set so, and else the same as READ. */
        READ_BY_LEASE,
        /** What the first replica has. */
        READ_LOCAL,
        /** No commands: a round trip over Pekko remoting to the leader's node and back, which Pekko itself answers. */
        PING;

        static final List<Kind> READS = List.of(READ, READ_BY_ANY, READ_BY_LEASE, READ_LOCAL);
    }

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STATUS_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final LocalCluster cluster;
    private final ActorSystem<Void> client;
    private final byte[] payload;

    private Bench(LocalCluster cluster, ActorSystem<Void> client, byte[] payload) {
        this.cluster = cluster;
        this.client = client;
        this.payload = payload;
    }

    /**
     * Starts the nodes and waits until they agree on a leader.
     *
     * @param leases whether leaders may answer by lease; all else is as by default
     */
    static Bench start(int payloadBytes, boolean leases)
            throws InterruptedException, ExecutionException, TimeoutException {
        LocalCluster cluster = LocalCluster.create(
                SampleActor.LEDGER,
                new LocalCluster.Options(leases ? "uitto.raft.lease-reads = on" : "", List.of(GcPauses.OPTION)));
        byte[] payload = new byte[payloadBytes];
        ThreadLocalRandom.current().nextBytes(payload);
        try {
            cluster.startAll();
            ActorSystem<Void> client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
            Bench bench = new Bench(cluster, client, payload);
            try {
                bench.awaitLeader();
                return bench;
            } catch (ExecutionException | TimeoutException | RuntimeException | InterruptedException e) {
                SampleSystem.stop(client);
                throw e;
            }
        } catch (ExecutionException | TimeoutException | RuntimeException | InterruptedException e) {
            System.err.println(cluster.lastWords());
            cluster.close();
            throw e;
        }
    }

    private void awaitLeader() throws InterruptedException, ExecutionException, TimeoutException {
        long deadlineNanos = System.nanoTime() + READY_WITHIN.toNanos();
        while (!askReplicas().areComplete()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("the nodes did not find a leader within " + READY_WITHIN.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
    }

    private Replicas askReplicas() throws InterruptedException, ExecutionException {
        return Replicas.ask(client, cluster, SampleActor.LEDGER, STATUS_WITHIN).get();
    }

    /** Keeps {@code inFlight} commands under way for {@code duration}. */
    Measurement run(Kind kind, int inFlight, Duration duration)
            throws InterruptedException, ExecutionException, TimeoutException {
        Latencies latencies = new Latencies();
        Load load = load(kind, latencies);
        Duration serverCpuBefore = cluster.cpuTime();
        Duration clientCpuBefore = ownCpuTime();
        Duration gcBefore = GcPauses.of(cluster);
        long diskWritesBefore = askReplicas().diskWrites();
        long startNanos = System.nanoTime();
        load.start(inFlight);
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        latencies.closed = true;
        Duration lasted = Duration.ofNanos(System.nanoTime() - startNanos);
        Duration serverCpu = cluster.cpuTime().minus(serverCpuBefore);
        Duration clientCpu = ownCpuTime().minus(clientCpuBefore);
        Duration gcPauses = GcPauses.of(cluster).minus(gcBefore);
        long diskWrites = askReplicas().diskWrites() - diskWritesBefore;
        load.stop().get(ANSWER_WITHIN.toSeconds() * 3, TimeUnit.SECONDS);
        return new Measurement(
                kind,
                inFlight,
                kind == Kind.WRITE || kind == Kind.STREAM ? payload.length : 0,
                lasted,
                latencies.nanos.getIntervalHistogram(),
                serverCpu,
                clientCpu,
                gcPauses,
                diskWrites,
                latencies.errors.sum());
    }

    /** A folder on the disk that the nodes' logs are on. */
    Path folder() {
        return cluster.dataOf(cluster.nodes().get(0));
    }

    private Load load(Kind kind, ClosedLoop.Listener<Ledger.Total> listener)
            throws InterruptedException, ExecutionException {
        ActorRef<Ledger.Command> ledger = Raft.get(client).ref(Ledger.Command.class, Ledger.NAME);
        return switch (kind) {
            case WRITE -> asking(listener, () -> ask(ledger, replyTo -> new Ledger.Append(payload, replyTo)));
            case STREAM -> new StreamLoad(client, ledger, payload, listener);
            case READ -> asking(listener, () -> ask(ledger, Ledger.Count::new));
            case READ_BY_ANY -> asking(listener, () -> read(Consistency.linearizable()));
            case READ_BY_LEASE -> asking(listener, () -> read(Consistency.lease()));
            case READ_LOCAL -> asking(listener, () -> read(Consistency.local()));
            case PING -> pinging(listener);
        };
    }

    private Load pinging(ClosedLoop.Listener<Ledger.Total> listener) throws InterruptedException, ExecutionException {
        String contact = cluster.contact(askReplicas().leader().orElseThrow());
        org.apache.pekko.actor.ActorSystem classic = Adapter.toClassic(client);
        ActorSelection nobodyYet = classic.actorSelection("pekko://" + client.name() + "@" + contact + "/user");
        org.apache.pekko.actor.ActorRef guardian =
                nobodyYet.resolveOne(ANSWER_WITHIN).toCompletableFuture().get();
        Ledger.Total nothing = new Ledger.Total(0, 0);
        return asking(
                listener,
                () -> Patterns.ask(guardian, new Identify(""), ANSWER_WITHIN).thenApply(identity -> nothing));
    }

    private Load asking(ClosedLoop.Listener<Ledger.Total> listener, Supplier<CompletionStage<Ledger.Total>> question) {
        return new ClosedLoop<Ledger.Command, Ledger.Total>(client, question, listener);
    }

    private CompletionStage<Ledger.Total> ask(
            ActorRef<Ledger.Command> ledger, Function<ActorRef<Ledger.Total>, Ledger.Command> command) {
        return AskPattern.ask(ledger, command::apply, ANSWER_WITHIN, client.scheduler());
    }

    private CompletionStage<Ledger.Total> read(Consistency consistency) {
        return Raft.get(client).read(Ledger.NAME, consistency, Ledger.Count::new, ANSWER_WITHIN);
    }

    private static Duration ownCpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        SampleSystem.stop(client);
        cluster.close();
    }

    /** What was answered until it is closed. */
    private static final class Latencies implements ClosedLoop.Listener<Ledger.Total> {
        private final Recorder nanos = new Recorder(3);
        private final LongAdder errors = new LongAdder();
        private volatile boolean closed;

        @Override
        public void onReply(long sentNanos, Ledger.Total reply) {
            if (!closed) {
                nanos.recordValue(System.nanoTime() - sentNanos);
            }
        }

        @Override
        public void onFailure(long sentNanos, Throwable failure) {
            errors.increment();
        }
    }
}
