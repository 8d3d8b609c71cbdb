package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.RaftSettings;
import org.uitto.testkit.LinearizabilityVerdict.Violation;

/**
 * Reads by lease (thesis §6.4.1) from a leader that is cut off from the others again and again, by a client that does not know
 * of the next one, while another client writes there.
 */
class LeaseReadTest {
    private static final List<NodeId> NODES =
            IntStream.rangeClosed(1, 3).mapToObj(i -> new NodeId("n" + i)).toList();
    private static final Duration ELECTION_MIN = Duration.ofSeconds(2);
    private static final int ROUNDS = 6;
    private static final long SEEDS = 12;

    /** One run of a seed. */
    private static final class Run {
        final World world;
        final SimulatedSystem system;
        final SimulatedCluster cluster;
        final History<RegisterModel.Input, String> history;
        final List<SimulatedClient> clients = new ArrayList<>();
        final Map<NodeId, ReplicaStatus> statuses = new HashMap<>();
        final List<ActorRef<ReplicaStatus>> inbox = new ArrayList<>();
        boolean writes = true;

        Run(long seed, Duration lease) {
            this.world = World.ofSeed(seed);
            this.system = world.boot(SimulationConfig.defaults());
            RaftSettings settings = new RaftSettings(
                    Duration.ofMillis(100),
                    ELECTION_MIN,
                    ELECTION_MIN.multipliedBy(2),
                    Duration.ofMillis(200),
                    4_096,
                    2,
                    64_000,
                    10_000,
                    100,
                    64);
            this.cluster = new SimulatedCluster(
                    world, system, NODES, settings.withLease(lease), Long.MAX_VALUE, (node, witness) -> witness);
            this.history = new History<>(world::nowNanos);
        }

        /** Answers how the history is judged. */
        LinearizabilityVerdict verdict() {
            system.spawn(
                    "statuses",
                    Behaviors.<ReplicaStatus>receiveMessage(status -> {
                        statuses.put(status.group().node(), status);
                        return Behaviors.same();
                    }),
                    (ActorRef<ReplicaStatus> ref) -> inbox.add(ref));
            for (NodeId node : NODES) {
                cluster.start(node, new RegisterStore());
                world.node(node).clock().drift(world.random("drift " + node).between(-20_000, 20_000));
            }
            startClient("writer", new Workload(List.of("k"), List.of(0, 1, 0, 0, 0), 20));
            for (int i = 1; i <= 2; i++) {
                startClient("reader" + i, new Workload(List.of("k"), Workload.ONLY_READS, 30));
            }
            world.runFor(ELECTION_MIN.multipliedBy(5));
            for (int round = 0; round < ROUNDS; round++) {
                boolean byRestart = round % 2 == 1;
                leaders().forEach(leader -> cutOff(leader, byRestart));
                world.runFor(ELECTION_MIN.multipliedBy(3));
                world.network().healAll();
                world.runFor(Duration.ofSeconds(1));
            }
            return new LinearizabilityChecker<>(new RegisterModel(), 10_000_000).check(history.operations());
        }

        /** @param byRestart whether one of the others has missed the leader for long, and the other forgets it in a restart */
        private void cutOff(NodeId leader, boolean byRestart) {
            List<NodeId> others =
                    NODES.stream().filter(node -> !node.equals(leader)).toList();
            if (byRestart) {
                writes = false; // So that the one who misses the leader misses nothing else, and may be elected.
                world.runFor(ELECTION_MIN);
                world.network().partition(List.of(leader), others.subList(0, 1));
                world.runFor(ELECTION_MIN.multipliedBy(2));
                world.node(others.get(1)).kill();
                cluster.start(others.get(1), new RegisterStore());
            }
            world.network().partition(List.of(leader), others);
            if (!writes) {
                writes = true;
                clients.get(0).next();
            }
        }

        private void startClient(String name, Workload workload) {
            cluster.startClient(new NodeId(name), proxy -> {
                SimulatedClient client = new SimulatedClient(
                        world,
                        system.system(),
                        name,
                        proxy,
                        history,
                        life -> workload,
                        () -> writes || !name.equals("writer"));
                clients.add(name.equals("writer") ? client : client.readingByLease());
                client.next();
            });
        }

        private List<NodeId> leaders() {
            statuses.clear();
            inbox.forEach(asker -> NODES.forEach(node -> cluster.askStatus(node, asker)));
            world.runFor(Duration.ofMillis(10));
            return NODES.stream()
                    .filter(node -> {
                        ReplicaStatus status = statuses.get(node);
                        return status != null && status.group().role() == Role.LEADER;
                    })
                    .toList();
        }
    }

    @Test
    @DisplayName("F4 F5 what is read by lease is linearizable as long as clocks drift no more than is said")
    void whatIsReadByLeaseIsLinearizable() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertInstanceOf(
                    LinearizabilityVerdict.Linearizable.class,
                    new Run(seed, ELECTION_MIN.multipliedBy(95).dividedBy(100)).verdict(),
                    "seed " + seed);
        }
    }

    @Test
    @DisplayName("F5 a lease longer than the shortest election timeout would be noticed")
    void aLeaseThatIsTooLongIsNoticed() {
        assertTrue(LongStream.rangeClosed(1, SEEDS)
                .anyMatch(seed -> new Run(seed, ELECTION_MIN.multipliedBy(4)).verdict() instanceof Violation));
    }
}
