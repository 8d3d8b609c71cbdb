package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.Transition;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.RaftSettings;
import org.uitto.role.RoleObserver;

/** A simulated group, of three if nothing else is said, with a client, which a test takes through a story. The invariants are checked at every step. */
abstract class ScriptedGroup {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    static final Duration LONG = Duration.ofSeconds(20);
    static final NodeId N1 = new NodeId("n1");
    static final NodeId N2 = new NodeId("n2");
    static final NodeId N3 = new NodeId("n3");
    static final List<NodeId> ALL = List.of(N1, N2, N3);

    final World world = World.ofSeed(15);
    final SimulatedSystem system = world.boot(SimulationConfig.defaults());
    final Map<NodeId, ReplicaStatus> statuses = new HashMap<>();
    final AtomicReference<@Nullable ActorRef<ReplicaStatus>> inbox = new AtomicReference<>();
    final AtomicReference<@Nullable ActorRef<Object>> proxy = new AtomicReference<>();
    final SimulatedCluster cluster = new SimulatedCluster(
            world,
            system,
            members(),
            spares(),
            settings(),
            2_000,
            SimulatedCluster.SessionBounds.ROOMY,
            this::watching);
    final Set<NodeId> everNewcomers = new TreeSet<>();
    /** At which indexes each node has taken snapshots that its log was then compacted behind. */
    final Map<NodeId, Set<Long>> compactedAt = new HashMap<>();

    /** The members at first. */
    List<NodeId> members() {
        return ALL;
    }

    /** Nodes that are no members at first. */
    List<NodeId> spares() {
        return List.of();
    }

    /** What the nodes go by. */
    RaftSettings settings() {
        return timedBy(Duration.ofMillis(250), Duration.ofMillis(500));
    }

    static RaftSettings timedBy(Duration electionMin, Duration electionMax) {
        return new RaftSettings(
                Duration.ofMillis(50), electionMin, electionMax, Duration.ofMillis(200), 64, 2, 64_000, 100, 100, 64);
    }

    /** {@code node} has decided this, and nothing of it is done yet. */
    void decided(NodeId node, Transition decision) {}

    RoleObserver watching(NodeId node, RoleObserver witness) {
        return new RoleObserver() {
            @Override
            public void onStarted(RoleState initial, LogView log) {
                witness.onStarted(initial, log);
            }

            @Override
            public void onTransition(RoleState before, Transition transition, LogView now) {
                witness.onTransition(before, transition, now);
                decided(node, transition);
                if (transition.next() instanceof Newcomer) {
                    everNewcomers.add(node);
                }
                for (LogMutation write : transition.writes()) {
                    if (write instanceof PrefixCompacted compacted) {
                        compactedAt
                                .computeIfAbsent(node, first -> new TreeSet<>())
                                .add(compacted.snapshot().position().index());
                    }
                }
            }

            @Override
            public void onRefused(String reason, Throwable cause) {
                witness.onRefused(reason, cause);
            }

            @Override
            public void onHalted(RoleState state, String reason, Throwable cause) {
                witness.onHalted(state, reason, cause);
            }

            @Override
            public void onDurable(Persisted persisted) {
                witness.onDurable(persisted);
            }
        };
    }

    void startGroup() {
        members().forEach(this::start);
        system.spawn(
                "statuses",
                Behaviors.<ReplicaStatus>receiveMessage(status -> {
                    statuses.put(status.group().node(), status);
                    return Behaviors.same();
                }),
                inbox::set);
        cluster.startClient(new NodeId("client"), proxy::set);
        await("a leader", this::hasLeader);
    }

    void start(NodeId node) {
        cluster.start(node, new RegisterStore());
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
        assertTrue(holdsWithin(PATIENCE, condition), () -> "Waited in vain for " + what + ": " + statuses);
    }

    boolean holdsWithin(Duration bound, java.util.function.BooleanSupplier condition) {
        Duration step = Duration.ofMillis(50);
        for (Duration waited = Duration.ZERO; waited.compareTo(bound) < 0; waited = waited.plus(step)) {
            if (condition.getAsBoolean()) {
                return true;
            }
            world.runFor(step);
        }
        return condition.getAsBoolean();
    }

    @Nullable
    Role role(NodeId node) {
        ActorRef<ReplicaStatus> target = inbox.get();
        statuses.remove(node);
        if (target != null) {
            cluster.askStatus(node, target);
            world.runFor(Duration.ofMillis(10));
        }
        ReplicaStatus status = statuses.get(node);
        return status == null ? null : status.group().role();
    }

    /** How {@code node} stands, which must be up and answer. */
    ReplicaStatus status(NodeId node) {
        await("an answer of " + node, () -> role(node) != null);
        return Objects.requireNonNull(statuses.get(node));
    }

    boolean hasLeader() {
        return cluster.nodes().stream().anyMatch(node -> world.node(node).isUp() && role(node) == Role.LEADER);
    }

    NodeId leader() {
        return cluster.nodes().stream()
                .filter(node -> role(node) == Role.LEADER)
                .findFirst()
                .orElseThrow();
    }

    NodeId follower() {
        return cluster.nodes().stream()
                .filter(node -> role(node) == Role.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    CompletionStage<String> asked(RegisterModel.Input input) {
        return AskPattern.<Object, String>ask(
                Objects.requireNonNull(proxy.get()),
                replyTo -> new RegisterStore.Execute(input, replyTo),
                Duration.ofSeconds(30),
                system.system().scheduler());
    }

    String done(RegisterModel.Input input) {
        CompletableFuture<String> answer;
        do { // Whoever writes the same again does no harm.
            answer = asked(input).toCompletableFuture();
            await("an answer to " + input, answer::isDone);
        } while (answer.isCompletedExceptionally());
        return answer.join();
    }

    void put(int count) {
        for (int i = 1; i <= count; i++) {
            done(new RegisterModel.Put("key" + i, "value" + i));
        }
    }

    void assertHas(int count) {
        for (int i = 1; i <= count; i++) {
            assertEquals("value" + i, done(new RegisterModel.Get("key" + i)));
        }
    }

    void isFollowerAgain(NodeId node) {
        await(node + " has a say again", () -> role(node) == Role.FOLLOWER);
    }

    /** Both others go on alone, so the vote of {@code node} counts. */
    void assertVoteCounts(NodeId node) {
        NodeId leader = leader();
        assertNotEquals(node, leader);
        world.node(leader).kill();
        await("a leader with the help of " + node, this::hasLeader);
        done(new RegisterModel.Put("after", "failover"));
    }
}
