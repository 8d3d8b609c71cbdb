package org.uitto.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.uitto.log.NodeId;
import org.uitto.role.RaftSettings;
import org.uitto.testkit.SimulatedCluster.SessionBounds;

/**
 * The shape of one run, drawn from its seed: each seed has its own sizes, settings and workload, and {@link Nemesis} draws its
 * own mix of faults.
 *
 * @param nodes the members of the group at first
 * @param others nodes that the group may come to use; if there are any, its members change now and then
 * @param settings timeouts, windows and batches of the replicas
 * @param snapshotAfterBytes how much is applied before a snapshot; {@code Long.MAX_VALUE} for none
 * @param sessions how soon the proxies of clients are forgotten
 * @param serializing whether every event goes through its serializer on the way to the disk and back
 * @param handingOver whether leadership is handed over now and then
 * @param workloads one for each client, by how often it went on under a new name
 */
record Swarm(
        List<NodeId> nodes,
        List<NodeId> others,
        RaftSettings settings,
        long snapshotAfterBytes,
        SessionBounds sessions,
        boolean serializing,
        boolean handingOver,
        List<IntFunction<Workload>> workloads) {
    Swarm {
        nodes = List.copyOf(nodes);
        others = List.copyOf(others);
        workloads = List.copyOf(workloads);
    }

    /** What the seed of {@code world} says. */
    static Swarm drawn(World world) {
        SeededRandom random = world.random("shape");
        boolean serializing = random.chance(0.2);
        int nodeCount = random.chance(0.7) ? 3 : random.chance(0.8) ? 5 : 1;
        List<NodeId> nodes =
                IntStream.rangeClosed(1, nodeCount).mapToObj(Swarm::node).toList();
        RaftSettings drawn = settings(random);
        // Clocks drift by up to 2 % each way, see Nemesis.
        RaftSettings settings = world.random("leases").chance(0.5)
                ? drawn.withLease(drawn.electionTimeoutMin().multipliedBy(95).dividedBy(100))
                : drawn;
        SeededRandom rests = world.random("quiescence");
        boolean quiescing = rests.chance(0.5);
        boolean sleepy = quiescing && rests.chance(0.4);
        long snapshotAfterBytes = random.chance(0.6) ? random.between(100, 3_000) : Long.MAX_VALUE;
        // A group that began alone can't tell a lost disk from a first start (ADR 0011).
        boolean changingMembers = world.random("changes of members").chance(0.4) && nodeCount > 1;
        return new Swarm(
                nodes,
                changingMembers ? List.of(node(nodeCount + 1), node(nodeCount + 2)) : List.of(),
                quiescing ? settings.withQuiesceAfter(Duration.ofMillis(rests.between(10, 400))) : settings,
                snapshotAfterBytes,
                sessions(world.random("sessions")),
                serializing,
                world.random("hand-overs").chance(0.5),
                workloads(
                        world.random("clients"), !settings.lease().isZero(), sleepy ? rests.between(200, 4_000) : 100));
    }

    private static SessionBounds sessions(SeededRandom random) {
        return random.chance(0.8)
                ? SessionBounds.ROOMY
                : new SessionBounds(Duration.ofMillis(random.between(50, 2_000)), (int) random.between(1, 4));
    }

    private static NodeId node(int number) {
        return new NodeId("n" + number);
    }

    private static RaftSettings settings(SeededRandom random) {
        long heartbeatMillis = random.between(20, 100);
        return new RaftSettings(
                Duration.ofMillis(heartbeatMillis),
                Duration.ofMillis(5 * heartbeatMillis),
                Duration.ofMillis(10 * heartbeatMillis),
                Duration.ofMillis(random.between(2, 6) * heartbeatMillis),
                random.chance(0.4) ? 1 : random.between(64, 4096), // 1: one entry a message
                (int) random.between(1, 4),
                random.between(1_000, 64_000),
                random.chance(0.6) ? 1 : random.between(100, 10_000),
                (int) random.between(20, 300),
                (int) random.between(10, 200));
    }

    /** The same, but with other clients. */
    Swarm with(List<IntFunction<Workload>> newWorkloads) {
        return new Swarm(nodes, others, settings, snapshotAfterBytes, sessions, serializing, handingOver, newWorkloads);
    }

    /**
     * @param leases whether one of the clients only reads, so that it gets to know of a new leader as late as can be
     * @param pauseMillis the longest of the longest pauses
     */
    private static List<IntFunction<Workload>> workloads(SeededRandom random, boolean leases, long pauseMillis) {
        int clientCount = (int) random.between(1, 6);
        List<Integer> weights = Workload.drawnWeights(random);
        List<Workload> drawn = new ArrayList<>();
        for (int client = 0; client < clientCount; client++) {
            drawn.add(new Workload(keys(0, 1 + random.below(12)), weights, random.between(1, pauseMillis)));
        }
        if (leases) {
            drawn.add(new Workload(keys(0, 2), Workload.ONLY_READS, 30));
        }
        return drawn.stream()
                .map(workload -> (IntFunction<Workload>) life -> workload)
                .toList();
    }

    /** {@code count} keys, from number {@code first} on. */
    static List<String> keys(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> "k" + number)
                .toList();
    }
}
