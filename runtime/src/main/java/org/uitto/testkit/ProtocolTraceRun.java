package org.uitto.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftSettings;
import org.uitto.role.RoleObserver;
import org.uitto.testkit.SimulatedNetwork.Link;

/**
 * A run of three nodes that is told as a protocol trace: an election, replication, a crash, an election if it was the leader's,
 * and a restart, after which the node catches up. Who crashes, who asks for what, and how far the nodes are from each other
 * follows from the seed.
 *
 * <p>The format is that of etcd-io/raft's trace validation, whose specification makes durable all at once what a node has
 * decided when it is ready. So disks are faster than the network here, and a node crashes when nothing of it is under way to
 * its disk; nothing is lost or overtaken on the way, since there a leader is answered otherwise about entries that are
 * committed.
 */
public final class ProtocolTraceRun {
    /** The fewest events that all parts of a run fit in. */
    public static final int MIN_EVENTS = 150;
    /** The most events that a trace may have. */
    public static final int MAX_EVENTS = 500;

    private static final List<NodeId> NODES = List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final World world;
    private final SimulatedCluster cluster;
    private final SeededRandom random;
    private final ProtocolTrace trace;
    private final int maxEvents;
    private NodeId latestLeader = NODES.get(0);
    private long leaderCount;

    private ProtocolTraceRun(long seed, int maxEvents, Sabotage sabotage) {
        this.world = World.ofSeed(seed);
        this.random = world.random("trace");
        this.maxEvents = maxEvents;
        this.trace = new ProtocolTrace(NODES, maxEvents);
        SimulatedSystem system = world.boot(SimulationConfig.defaults());
        this.cluster = new SimulatedCluster(
                world, system, NODES, settings(), Long.MAX_VALUE, (node, witness) -> watched(node, witness, sabotage));
        for (int client = 1; client <= 1 + random.below(3); client++) {
            startClient(system, "c" + client);
        }
    }

    /**
     * The lines of the trace of {@code seed}, each a JSON object.
     *
     * @param maxEvents how many, {@link #MIN_EVENTS} to {@link #MAX_EVENTS}
     * @throws SimulationFailure if the run broke a promise of Raft, or its trace is none that Raft allows
     */
    public static List<String> lines(long seed, int maxEvents) {
        List<TraceEvent> events = events(seed, maxEvents, Sabotage.NONE);
        TraceSpecification.follow(events);
        return LongStream.range(0, events.size())
                .mapToObj(number -> events.get((int) number).json(number + 1))
                .toList();
    }

    static List<TraceEvent> events(long seed, int maxEvents, Sabotage sabotage) {
        if (maxEvents < MIN_EVENTS || maxEvents > MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "A trace has " + MIN_EVENTS + " to " + MAX_EVENTS + " events, not " + maxEvents);
        }
        return new ProtocolTraceRun(seed, maxEvents, sabotage).run();
    }

    private static RaftSettings settings() {
        return new RaftSettings(
                Duration.ofMillis(300),
                Duration.ofMillis(1_500),
                Duration.ofMillis(3_000),
                Duration.ofMillis(1_000),
                4_096,
                2,
                64_000,
                100,
                100,
                100);
    }

    private List<TraceEvent> run() {
        long farMicros = random.between(300, 2_000);
        world.network()
                .conditions(NetworkConditions.calm()
                        .withDelay(Duration.ofNanos(farMicros * 1_000), Duration.ofNanos(farMicros * 1_000)));
        for (NodeId from : NODES) {
            world.disks().of(from).conditions(new DiskConditions(5_000, 20_000, 0, 0, 0));
            for (NodeId to : NODES) {
                world.network().slow(new Link(from, to), Duration.ofNanos(random.between(0, 2_000_000)));
            }
        }
        NODES.forEach(this::start);
        await("enough replication before a crash", () -> leaderCount > 0 && trace.size() >= maxEvents * 35 / 100);
        NodeId victim = random.chance(0.6) ? latestLeader : NODES.get(random.below(NODES.size()));
        await(
                "a moment in which nothing is under way to the disk",
                () -> trace.of(victim).isQuiet());
        world.node(victim).kill();
        long before = leaderCount;
        await(
                "a leader after the crash, and replication",
                () -> (leaderCount > before || !victim.equals(latestLeader)) && trace.size() >= maxEvents * 65 / 100);
        start(victim);
        await("the last event", trace::isFull);
        return trace.events();
    }

    private void await(String what, BooleanSupplier condition) {
        if (!world.runUntil(condition, PATIENCE)) {
            throw new SimulationFailure(world, new AssertionError("Waited in vain for " + what));
        }
    }

    private void start(NodeId node) {
        cluster.start(node, new RegisterStore());
    }

    private void startClient(SimulatedSystem system, String name) {
        List<String> keys = IntStream.range(0, 5).mapToObj(key -> "k" + key).toList();
        Workload workload = new Workload(keys, List.of(0, 2, 1, 0, 0), random.between(2, 10));
        History<RegisterModel.Input, String> history = new History<>(world::nowNanos);
        cluster.startClient(
                new NodeId(name),
                proxy -> new SimulatedClient(
                                world, system.system(), name, proxy, history, life -> workload, () -> !trace.isFull())
                        .next());
    }

    private RoleObserver watched(NodeId node, RoleObserver witness, Sabotage sabotage) {
        TracedNode traced = trace.of(node);
        return new NodeObserver() {
            @Override
            public void onInput(RaftInput input) {
                traced.onInput(input);
            }

            @Override
            public void onStarted(RoleState initial, LogView log) {
                witness.onStarted(initial, log);
                traced.onStarted(initial, log);
            }

            @Override
            public Transition onDecision(RoleState before, Transition decision, LogView log) {
                return sabotage.instead(before, decision, log);
            }

            @Override
            public void onTransition(RoleState before, Transition transition, LogView log) {
                witness.onTransition(before, transition, log);
                traced.onTransition(before, transition, log);
                if (transition.next() instanceof Leader && !(before instanceof Leader)) {
                    latestLeader = node;
                    leaderCount++;
                }
            }

            @Override
            public void onDurable(Persisted persisted) {
                witness.onDurable(persisted);
                traced.onDurable(persisted);
            }

            @Override
            public void onHalted(RoleState state, String reason, Throwable cause) {
                witness.onHalted(state, reason, cause);
            }

            @Override
            public void onRefused(String reason, Throwable cause) {
                witness.onRefused(reason, cause);
            }
        };
    }
}
