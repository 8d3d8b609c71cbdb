package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.RaftSettings;
import org.uitto.role.RoleObserver;

/**
 * Three nodes, of which one loses its disk or gets an old copy of it: what was acknowledged stays, and the node comes back
 * into office by itself (scenario A15). The invariants are checked at every step.
 */
class LostDiskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N3 = new NodeId("n3");
    private static final List<NodeId> ALL = List.of(N1, N2, N3);

    private final World world = World.ofSeed(15);
    private final SimulatedSystem system = world.boot(SimulationConfig.defaults());
    private final Map<NodeId, ReplicaStatus> statuses = new HashMap<>();
    private final AtomicReference<@Nullable ActorRef<ReplicaStatus>> inbox = new AtomicReference<>();
    private final AtomicReference<@Nullable ActorRef<Object>> proxy = new AtomicReference<>();
    private final SimulatedCluster cluster = new SimulatedCluster(
            world,
            system,
            ALL,
            new RaftSettings(
                    Duration.ofMillis(50),
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofMillis(200),
                    64,
                    2,
                    64_000,
                    100,
                    100,
                    64),
            2_000,
            this::watching);
    private final Set<NodeId> everNewcomers = new TreeSet<>();

    private RoleObserver watching(NodeId node, RoleObserver witness) {
        return new RoleObserver() {
            @Override
            public void onStarted(RoleState initial, LogView log) {
                witness.onStarted(initial, log);
            }

            @Override
            public void onTransition(RoleState before, Transition transition, LogView now) {
                witness.onTransition(before, transition, now);
                if (transition.next() instanceof Newcomer) {
                    everNewcomers.add(node);
                }
            }

            @Override
            public void onDurable(Persisted persisted) {
                witness.onDurable(persisted);
            }
        };
    }

    private void startGroup() {
        ALL.forEach(this::start);
        system.spawn(
                "statuses",
                Behaviors.<ReplicaStatus>receiveMessage(status -> {
                    statuses.put(status.group().node(), status);
                    return Behaviors.same();
                }),
                inbox::set);
        cluster.startClient(new NodeId("client"), proxy::set);
        await("a leader", () -> ALL.stream().anyMatch(node -> role(node) == Role.LEADER));
    }

    private void start(NodeId node) {
        cluster.start(node, new RegisterStore());
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        assertTrue(holdsWithin(PATIENCE, condition), () -> "Waited in vain for " + what + ": " + statuses);
    }

    private boolean holdsWithin(Duration bound, java.util.function.BooleanSupplier condition) {
        Duration step = Duration.ofMillis(50);
        for (Duration waited = Duration.ZERO; waited.compareTo(bound) < 0; waited = waited.plus(step)) {
            if (condition.getAsBoolean()) {
                return true;
            }
            world.runFor(step);
        }
        return condition.getAsBoolean();
    }

    private @Nullable Role role(NodeId node) {
        ActorRef<ReplicaStatus> target = inbox.get();
        statuses.remove(node);
        if (target != null) {
            cluster.askStatus(node, target);
            world.runFor(Duration.ofMillis(10));
        }
        ReplicaStatus status = statuses.get(node);
        return status == null ? null : status.group().role();
    }

    private boolean hasLeader() {
        return ALL.stream().anyMatch(node -> world.node(node).isUp() && role(node) == Role.LEADER);
    }

    private NodeId leader() {
        return ALL.stream()
                .filter(node -> role(node) == Role.LEADER)
                .findFirst()
                .orElseThrow();
    }

    private NodeId follower() {
        return ALL.stream()
                .filter(node -> role(node) == Role.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    private CompletionStage<String> asked(RegisterModel.Input input) {
        return AskPattern.<Object, String>ask(
                java.util.Objects.requireNonNull(proxy.get()),
                replyTo -> new RegisterStore.Execute(input, replyTo),
                Duration.ofSeconds(30),
                system.system().scheduler());
    }

    private String done(RegisterModel.Input input) {
        CompletableFuture<String> answer;
        do { // Whoever writes the same again does no harm.
            answer = asked(input).toCompletableFuture();
            await("an answer to " + input, answer::isDone);
        } while (answer.isCompletedExceptionally());
        return answer.join();
    }

    private void put(int count) {
        for (int i = 1; i <= count; i++) {
            done(new RegisterModel.Put("key" + i, "value" + i));
        }
    }

    private void assertHas(int count) {
        for (int i = 1; i <= count; i++) {
            assertEquals("value" + i, done(new RegisterModel.Get("key" + i)));
        }
    }

    private void isFollowerAgain(NodeId node) {
        await(node + " has a say again", () -> role(node) == Role.FOLLOWER);
    }

    /** Both others go on alone, so the vote of {@code node} counts. */
    private void assertVoteCounts(NodeId node) {
        NodeId leader = leader();
        assertNotEquals(node, leader);
        world.node(leader).kill();
        await("a leader with the help of " + node, this::hasLeader);
        done(new RegisterModel.Put("after", "failover"));
    }

    @Test
    @DisplayName("A15 H16 a node with an empty disk gets everything from its peers and is admitted again")
    void aNodeWithAnEmptyDiskIsAdmittedAgain() {
        startGroup();
        put(60);
        NodeId victim = follower();

        world.node(victim).kill();
        world.disks().of(victim).wipe();
        cluster.invariants().lost(victim);
        start(victim);

        isFollowerAgain(victim);
        assertVoteCounts(victim);
        assertHas(60);
    }

    @Test
    @DisplayName("A15 a node with an empty disk elects nobody who lacks what it has helped to commit")
    void aNodeWithAnEmptyDiskElectsNobody() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId witness = follower();
        NodeId absent = ALL.stream()
                .filter(node -> !node.equals(leader) && !node.equals(witness))
                .findFirst()
                .orElseThrow();
        world.node(absent).kill();
        done(new RegisterModel.Put("key6", "value6")); // Only the leader and the witness know of it.
        world.node(leader).kill();
        world.node(witness).kill();
        world.disks().of(witness).wipe();
        cluster.invariants().lost(witness);

        start(witness);
        start(absent);
        assertFalse(holdsWithin(LONG, this::hasLeader), "the only one who knows of all is down");
        assertEquals(Role.NEWCOMER, role(witness));

        start(leader);
        await("a leader", this::hasLeader);
        assertHas(6);
        isFollowerAgain(witness);
        assertVoteCounts(witness);
    }

    @Test
    @DisplayName("H16 a node whose log is damaged is rebuilt from its peers, beside the damaged log")
    void aNodeWhoseLogIsDamagedIsRebuilt() {
        startGroup();
        put(20);
        NodeId victim = follower();

        world.node(victim).kill();
        world.disks().of(victim).damageEvents();
        cluster.invariants().lost(victim);
        start(victim);

        isFollowerAgain(victim);
        assertTrue(world.disks().of(victim).durableSequenceNr("uitto/simulated/" + victim) > 0, "it was left as it is");
        assertVoteCounts(victim);
        assertHas(20);
    }

    @Test
    @DisplayName("H16 a node whose snapshot is damaged is rebuilt from its peers")
    void aNodeWhoseSnapshotIsDamagedIsRebuilt() {
        startGroup();
        put(120);
        NodeId victim = follower();
        assertTrue(cluster.invariants().compactionCount() > 0);

        world.node(victim).kill();
        world.disks().of(victim).damageSnapshots();
        cluster.invariants().lost(victim);
        start(victim);

        isFollowerAgain(victim);
        assertVoteCounts(victim);
        assertHas(120);
    }

    @Test
    @DisplayName("A15 a node on an old copy of its disk is recognised, rebuilt and admitted again")
    void aNodeOnAnOldCopyIsRecognised() {
        startGroup();
        put(5);
        NodeId victim = follower();
        world.node(victim).kill();
        SimulatedDisk.DiskCopy copy = world.disks().of(victim).copy();
        start(victim);
        isFollowerAgain(victim);
        put(10);

        world.node(victim).kill();
        world.disks().of(victim).putBack(copy);
        cluster.invariants().lost(victim);
        everNewcomers.clear();
        start(victim);

        await(victim + " is recognised", () -> everNewcomers.contains(victim));
        isFollowerAgain(victim);
        assertVoteCounts(victim);
        assertHas(10);
    }

    @Test
    @DisplayName("A15 an old copy is recognised from the log, also when all peers have started since")
    void anOldCopyIsRecognisedFromTheLog() {
        startGroup();
        put(5);
        NodeId victim = follower();
        SimulatedDisk.DiskCopy copy = world.disks().of(victim).copy();
        world.node(victim).kill();
        world.disks().of(victim).wipe();
        cluster.invariants().lost(victim);
        start(victim);
        isFollowerAgain(victim);
        put(10);

        ALL.forEach(node -> world.node(node).kill());
        world.disks().of(victim).putBack(copy);
        cluster.invariants().lost(victim);
        everNewcomers.clear();
        ALL.forEach(this::start);

        await(victim + " is recognised", () -> everNewcomers.contains(victim));
        isFollowerAgain(victim);
        assertHas(10);
    }
}
