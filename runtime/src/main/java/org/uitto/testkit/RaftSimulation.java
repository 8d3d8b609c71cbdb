package org.uitto.testkit;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.TransferOutcome;
import org.uitto.role.GroupStatus;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.testkit.LinearizabilityVerdict.Undecided;
import org.uitto.testkit.LinearizabilityVerdict.Violation;

/**
 * One run of Raft's simulation: replicas on one, three or five nodes, clients, and faults for a while; then the faults end,
 * and the group must come back to one leader, equal replicas, and answers. All of it is drawn from the seed: the same seed
 * is the same run, on every machine.
 */
public final class RaftSimulation {
    private static final Duration TROUBLE = Duration.ofSeconds(10);
    private static final Duration RECOVERY = Duration.ofSeconds(90);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final int ANSWERS_AFTERWARDS = 3;
    private static final long CHECK_STEPS = 300_000;
    private static final SimulationConfig PLAIN = config("off");
    private static final SimulationConfig SERIALIZING = config("on");

    private final World world;
    private final Swarm swarm;
    private final Coverage coverage = new Coverage();
    private final SimulatedSystem system;
    private final SimulatedCluster cluster;
    private final Nemesis nemesis;
    private final List<NodeId> nodes;
    private final History<RegisterModel.Input, String> history;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final Map<NodeId, ReplicaStatus> statuses = new HashMap<>();
    private @Nullable ActorRef<ReplicaStatus> statusInbox;
    private final boolean handsOver;
    private final boolean changesMembers;
    private boolean clientsGoOn = true;

    /**
     * What a run was like.
     *
     * @param traceHash of all that happened, in order: equal runs have equal hashes
     * @param virtualNanos how long it lasted, on the world's clock
     * @param leaderCount how many terms had a leader
     * @param committedCount how many entries were committed
     * @param compactionCount how often a log was compacted behind a snapshot
     * @param installationCount how often a node took a snapshot over from its leader
     * @param reconfigurationCount how many configurations were committed
     * @param operationCount how many operations of clients came to an end, known or not
     * @param undecided whether the history was too hard to judge
     * @param faults how often each kind of fault struck
     * @param messages how many messages met each fate
     * @param coverage what the run reached
     */
    public record Report(
            long seed,
            long traceHash,
            long steps,
            long virtualNanos,
            int nodeCount,
            int leaderCount,
            int committedCount,
            int compactionCount,
            int installationCount,
            int reconfigurationCount,
            int operationCount,
            boolean undecided,
            Map<String, Integer> faults,
            Map<String, Long> messages,
            Coverage coverage) {}

    private RaftSimulation(long seed, Sabotage sabotage, Function<World, Swarm> shape, Nemesis.Temper temper) {
        this.world = World.ofSeed(seed);
        this.swarm = shape.apply(world);
        this.changesMembers = sabotage == Sabotage.NONE && !swarm.others().isEmpty();
        this.nodes =
                Stream.concat(swarm.nodes().stream(), swarm.others().stream()).toList();
        this.system = world.boot(swarm.serializing() ? SERIALIZING : PLAIN);
        this.nemesis = new Nemesis(world, nodes, this::start, this::tellCrashed, this::invariants, coverage, temper);
        if (!swarm.settings().lease().isZero()) {
            nemesis.trustClocks();
        }
        this.cluster = new SimulatedCluster(
                world,
                system,
                swarm.nodes(),
                swarm.others(),
                swarm.settings(),
                swarm.snapshotAfterBytes(),
                swarm.sessions(),
                (node, witness) -> nemesis.haunting(node, witness, sabotage));
        // Orderly changes of leader make the disorderly ones rarer, in which a broken rule shows.
        this.handsOver = sabotage == Sabotage.NONE && swarm.handingOver();
        this.history = new History<>(world::nowNanos);
    }

    /**
     * Runs a seed.
     *
     * @throws SimulationFailure at the first violation, with the steps that led to it
     */
    public static Report run(long seed) {
        return run(seed, Sabotage.NONE);
    }

    static Report run(long seed, Sabotage sabotage) {
        return new RaftSimulation(seed, sabotage, Swarm::drawn, Nemesis.Temper.FIERCE).run(0);
    }

    /**
     * Runs a seed of a shape of its own for {@code operations} operations of its clients, the last tenth without faults.
     *
     * @return what the clients did and saw, in the order in which it ended
     */
    static Recorded record(long seed, int operations, Function<World, Swarm> shape) {
        RaftSimulation simulation = new RaftSimulation(seed, Sabotage.NONE, shape, Nemesis.Temper.MILD);
        Report report = simulation.run(operations);
        return new Recorded(report, simulation.history.operations());
    }

    /** A run, and its history. */
    record Recorded(Report report, List<Operation<RegisterModel.Input, String>> operations) {}

    private static SimulationConfig config(String testSerialization) {
        return SimulationConfig.of(
                ConfigFactory.parseString("uitto.simulation.journal.test-serialization = " + testSerialization));
    }

    private void start(NodeId node) {
        cluster.start(node, new RegisterStore());
    }

    private RaftInvariants invariants() {
        return cluster.invariants();
    }

    private void tellCrashed(NodeId node, NodeId other) {
        cluster.tellCrashed(node, other);
    }

    private Report run(int operations) {
        world.trace().keepLast(200);
        nodes.forEach(this::start);
        system.spawn("statuses", Behaviors.<ReplicaStatus>receiveMessage(this::noteStatus), ref -> statusInbox = ref);
        int number = 0;
        for (IntFunction<Workload> workload : swarm.workloads()) {
            startClient("c" + ++number, workload);
        }
        nemesis.begin();
        beginHandOvers();
        beginChangesOfMembers();
        if (operations > 0) {
            awaitOperations(operations - operations / 10);
        } else {
            world.runFor(TROUBLE);
        }

        nemesis.end();
        nodes.stream().filter(node -> !world.node(node).isUp()).forEach(this::start);
        if (operations > 0) {
            awaitOperations(operations);
        } else {
            awaitAnswers();
        }
        clientsGoOn = false;
        awaitAgreement();
        return report(judgeHistory());
    }

    /** In half of the runs somebody has leadership handed over now and then. */
    private void beginHandOvers() {
        if (handsOver) {
            SeededRandom random = world.random("times of hand-overs");
            system.spawn("hand-overs", Behaviors.<TransferOutcome>ignore(), asker -> handOver(random, asker));
        }
    }

    private void handOver(SeededRandom random, ActorRef<TransferOutcome> asker) {
        world.after(Duration.ofMillis(random.between(50, 3_000)), () -> {
            if (clientsGoOn) {
                Optional<NodeId> target =
                        random.chance(0.5) ? Optional.empty() : Optional.of(nodes.get(random.below(nodes.size())));
                nodes.forEach(node -> cluster.handOver(node, target, asker));
                handOver(random, asker);
            }
        });
    }

    /** Now and then somebody has some nodes added to the group or removed from it, whoever they are. */
    private void beginChangesOfMembers() {
        if (changesMembers) {
            SeededRandom random = world.random("times of changes of members");
            system.spawn("changes", Behaviors.<ChangeReply>ignore(), asker -> changeMembers(random, asker));
        }
    }

    private void changeMembers(SeededRandom random, ActorRef<ChangeReply> asker) {
        world.after(Duration.ofMillis(random.between(50, 2_000)), () -> {
            if (clientsGoOn) {
                MembershipChange change = drawnChange(random);
                // Who would rely on a node whose disk is lost, which no leader can know yet, may wait for it for ever.
                if (!nemesis.hasLosses()) {
                    nodes.forEach(node -> cluster.changeMembers(node, change, asker));
                }
                changeMembers(random, asker);
            }
        });
    }

    private MembershipChange drawnChange(SeededRandom random) {
        MembershipChange change = MembershipChange.NONE;
        for (NodeId node : nodes) {
            Member member = Member.at(node.value());
            change = switch (random.below(7)) {
                case 0 -> change.removing(node);
                case 1, 2 -> change.adding(node, member);
                case 3 -> change.addingLearner(node, member);
                default -> change;
            };
        }
        return random.chance(0.1) ? change.byForce() : change;
    }

    private void startClient(String name, IntFunction<Workload> workload) {
        cluster.startClient(new NodeId(name), proxy -> {
            SimulatedClient client =
                    new SimulatedClient(world, system.system(), name, proxy, history, workload, () -> clientsGoOn);
            boolean onlyReads = workload.apply(0).weights().equals(Workload.ONLY_READS);
            clients.add(onlyReads ? client.readingByLease() : client);
            client.next();
        });
    }

    private void awaitOperations(int count) {
        if (!world.runUntil(() -> history.endedCount() >= count, LONGEST)) {
            throw new SimulationFailure(
                    world,
                    new AssertionError("Only " + history.endedCount() + " of " + count + " operations in " + LONGEST));
        }
    }

    /** Once nothing is broken any more every client must get its answers (liveness). */
    private void awaitAnswers() {
        Map<SimulatedClient, Integer> wanted = new HashMap<>();
        clients.forEach(client -> wanted.put(client, client.okCount() + ANSWERS_AFTERWARDS));
        boolean answered = world.runUntil(
                () -> clients.stream().allMatch(client -> client.okCount() >= wanted.getOrDefault(client, 0)),
                RECOVERY);
        if (!answered) {
            askStatuses();
            world.runFor(GLANCE);
            throw new SimulationFailure(
                    world, new AssertionError("No answers within " + RECOVERY + " after the last fault: " + statuses));
        }
    }

    /** Once nothing is asked any more all replicas must come to be equal, below one leader (liveness). */
    private void awaitAgreement() {
        Duration waited = Duration.ZERO;
        while (!agree()) {
            if (waited.compareTo(RECOVERY) > 0) {
                throw new SimulationFailure(
                        world,
                        new AssertionError("No agreement within " + RECOVERY + " after the last fault, among "
                                + invariants().committedConfiguration() + ": " + statuses));
            }
            askStatuses();
            world.runFor(GLANCE);
            waited = waited.plus(GLANCE);
        }
    }

    private void askStatuses() {
        statuses.clear();
        ActorRef<ReplicaStatus> inbox = statusInbox;
        if (inbox != null) {
            nodes.forEach(node -> cluster.askStatus(node, inbox));
        }
    }

    /** Who must come to agree: everybody who is a member when all is over. */
    private Set<NodeId> finalMembers() {
        return invariants().committedConfiguration().members().keySet();
    }

    private boolean agree() {
        statuses.keySet().retainAll(finalMembers());
        Configuration last = invariants().committedConfiguration();
        boolean settled = !last.isJoint() && last.target().isEmpty();
        long leaders = statuses.values().stream()
                .filter(status -> status.group().role() == GroupStatus.Role.LEADER)
                .count();
        long views = statuses.values().stream()
                .map(status -> List.of(
                        status.group().term(),
                        status.group().lastLog(),
                        status.group().commitIndex(),
                        status.appliedIndex(),
                        status.stateDigest()))
                .distinct()
                .count();
        boolean allCommitted = statuses.values().stream()
                .allMatch(status ->
                        status.appliedIndex() == status.group().lastLog().index());
        return settled && statuses.size() == finalMembers().size() && leaders == 1 && views == 1 && allCommitted;
    }

    private org.apache.pekko.actor.typed.Behavior<ReplicaStatus> noteStatus(ReplicaStatus status) {
        statuses.put(status.group().node(), status);
        return Behaviors.same();
    }

    private boolean judgeHistory() {
        LinearizabilityVerdict verdict =
                new LinearizabilityChecker<>(new RegisterModel(), CHECK_STEPS).check(history.operations());
        if (verdict instanceof Violation violation) {
            throw new SimulationFailure(world, new AssertionError("The history is not linearizable: " + violation));
        }
        return verdict instanceof Undecided;
    }

    private Report report(boolean undecided) {
        Map<String, Integer> faults = new TreeMap<>();
        nemesis.counts().forEach((fault, count) -> faults.put(fault.name(), count));
        Map<String, Long> messages = new TreeMap<>();
        for (MessageFate fate : MessageFate.values()) {
            messages.put(fate.name(), world.network().count(fate));
        }
        return new Report(
                world.seed(),
                world.trace().hash(),
                world.steps(),
                world.nowNanos(),
                nodes.size(),
                cluster.invariants().leaderCount(),
                cluster.invariants().committedCount(),
                cluster.invariants().compactionCount(),
                cluster.invariants().installationCount(),
                cluster.invariants().reconfigurationCount(),
                history.operations().size(),
                undecided,
                faults,
                messages,
                coverage);
    }
}
