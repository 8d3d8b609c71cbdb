package org.uitto.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.Rehearsal;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.WatchedBehavior;
import org.uitto.role.RaftSettings;
import org.uitto.role.RoleObserver;
import org.uitto.testkit.Finding.Kind;
import org.uitto.testkit.LinearizabilityVerdict.Undecided;
import org.uitto.testkit.LinearizabilityVerdict.Violation;

/** One run of a user's replicated actor by a plan: trouble, then its end, then agreement, then judgment. */
final class KitRun<Command, Event, State> {
    private static final Duration RECOVERY = Duration.ofMinutes(2);
    private static final long CHECK_STEPS = 100_000;

    private final KitSettings<Command, Event, State> settings;
    private final RunPlan plan;
    private final SequentialSemantics<Command> semantics;
    private final World world;
    private final List<NodeId> nodes;
    private final Story story;
    private final SimulatedCluster cluster;
    private final UserValues values;
    private final Clientele<Command> clientele;
    private final FaultInjector faults;
    private final ReplicaWatch replicas;
    private final HandlerExaminer<Command, Event, State> examiner;
    private final SimulatedSystem system;
    private final Map<Integer, List<PlannedCommand>> toSend = new HashMap<>();
    private final Map<Integer, Boolean> gotReplyAfterwards = new HashMap<>();
    private int busyClients;
    private int openFaults;
    private boolean isAfterwards;

    /**
     * What came of a run.
     *
     * @param finding what is wrong, if something is
     * @param isUndecided whether the history was too hard to judge
     */
    record Outcome<Event, State>(
            RunPlan plan,
            Optional<Finding> finding,
            Story story,
            int answeredCount,
            int unknownCount,
            boolean isUndecided,
            Map<Faults.Kind, Integer> faults,
            List<HandlerExaminer.Applied<Event, State>> applied) {}

    KitRun(KitSettings<Command, Event, State> settings, RunPlan plan, SequentialSemantics<Command> semantics) {
        this.settings = settings;
        this.plan = plan;
        this.semantics = semantics;
        this.world = World.ofSeed(plan.worldSeed());
        this.nodes = IntStream.rangeClosed(1, plan.nodeCount())
                .mapToObj(number -> new NodeId("n" + number))
                .toList();
        this.story = new Story(nodes.stream().map(NodeId::value).toList());
        this.system = world.boot(settings.config());
        this.values = new UserValues(system.system());
        SeededRandom shape = world.random("shape");
        this.cluster = new SimulatedCluster(
                world,
                system,
                nodes,
                raftSettings(),
                shape.chance(0.5) ? shape.between(200, 5_000) : Long.MAX_VALUE,
                this::watching);
        this.clientele = new Clientele<>(world, system.system(), cluster, values, story);
        this.faults = new FaultInjector(world, system, cluster, nodes, this::start, story);
        this.replicas = new ReplicaWatch(world, system, cluster, nodes, settings.name());
        this.examiner = new HandlerExaminer<>(
                newBehavior().getClass().getSimpleName(),
                values,
                world::fail,
                clientele::answered,
                world::runnableCount);
    }

    private static RaftSettings raftSettings() {
        return new RaftSettings(
                Duration.ofMillis(50),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofMillis(200),
                4096,
                2,
                64_000,
                100,
                300,
                200);
    }

    private ReplicatedBehavior<Command, Event, State> newBehavior() {
        return settings.factory().get();
    }

    Outcome<Event, State> run() {
        boolean isUndecided = false;
        Optional<Finding> finding = Optional.empty();
        try {
            isUndecided = live();
        } catch (SimulationFailure | Finding e) {
            finding = Optional.of(inBetterWords(Finding.in(e)));
        }
        return new Outcome<>(
                plan,
                finding,
                story,
                clientele.answeredCount(),
                clientele.unknownCount(),
                isUndecided,
                faults.counts(),
                examiner.applied());
    }

    /** Whether the history was too hard to judge. */
    private boolean live() {
        world.trace().keepLast(20);
        requireSerializableState();
        setConditions();
        nodes.forEach(this::start);
        replicas.begin();
        for (PlannedFault fault : plan.faults()) {
            openFaults++;
            world.after(Duration.ofMillis(fault.atMillis()), () -> faults.strike(fault));
            world.after(Duration.ofMillis(fault.atMillis() + fault.lastingMillis()), () -> openFaults--);
        }
        plan.clients().forEach(this::startClient);
        settings.script().ifPresent(this::play);
        recover();
        replicas.end();
        applyAgain();
        return judge();
    }

    private void requireSerializableState() {
        State empty = Rehearsal.of(newBehavior()).emptyState();
        values.trouble(empty).ifPresent(trouble -> {
            throw new Finding(
                    Kind.NOT_SERIALIZABLE,
                    "The state of " + settings.name() + " can't be serialized, so there can be no snapshots of it: "
                            + trouble + ". The kit uses what application.conf says about uitto.kryo and"
                            + " pekko.actor.serializ...; ReplicatedTestKit.config(...) adds to it.");
        });
    }

    private void setConditions() {
        if (plan.isRough()) {
            world.network().conditions(NetworkConditions.drawn(world.random("network conditions")));
            for (NodeId node : nodes) {
                world.disks().of(node).conditions(DiskConditions.drawn(world.random("disk conditions " + node)));
                world.node(node).clock().drift(world.random("drift " + node).between(-20_000, 20_000));
            }
        }
    }

    private void start(NodeId node) {
        cluster.start(node, new WatchedBehavior<>(newBehavior(), new NodeWatch(node)));
    }

    private void startClient(int number) {
        String name = "c" + number;
        busyClients++;
        toSend.put(
                number,
                new ArrayList<>(plan.commands().stream()
                        .filter(each -> each.client() == number)
                        .toList()));
        clientele.start(name, () -> sendNext(number, name));
    }

    /** Sends the client's next command when it is time, and then the one after it. */
    private void sendNext(int number, String name) {
        List<PlannedCommand> left = toSend.getOrDefault(number, List.of());
        if (left.isEmpty() || (left.get(0).isAfterwards() && !isAfterwards)) {
            busyClients--;
            return;
        }
        PlannedCommand next = left.remove(0);
        long waitNanos = Duration.ofMillis(next.atMillis()).toNanos() - world.nowNanos();
        world.after(Math.max(0, waitNanos), () -> {
            CommandGenerator<Command> generator = settings.generator().orElseThrow();
            SeededRandom random = SeededRandom.named(plan.seed(), "command " + next.number());
            clientele.ask(name, replyTo -> generator.draw(random, replyTo), outcome -> {
                if (next.isAfterwards()) {
                    gotReplyAfterwards.merge(number, outcome != Operation.Outcome.UNKNOWN, Boolean::logicalOr);
                }
                sendNext(number, name);
            });
        });
    }

    private void play(java.util.function.Consumer<ScriptedRun<Command>> script) {
        replicas.awaitAgreement(RECOVERY);
        try {
            script.accept(new ScriptedRun<>(world, nodes, clientele, faults, replicas));
        } catch (AssertionError e) {
            throw e instanceof Finding ? e : new Finding(Kind.SCRIPT_FAILED, "The script failed: " + e.getMessage(), e);
        }
    }

    /** Waits until faults and clients are through, mends everything, and demands agreement and answers. */
    private void recover() {
        Duration limit = Duration.ofSeconds(30L + 6L * plan.commands().size());
        world.runUntil(() -> busyClients == 0 && openFaults == 0, limit);
        faults.mendAll();
        replicas.awaitAgreement(RECOVERY);
        isAfterwards = true;
        if (!world.runUntil(() -> busyClients == 0, RECOVERY)) {
            throw new Finding(Kind.NO_ANSWER, "Clients wait in vain although nothing is broken any more");
        }
        toSend.forEach((number, left) -> {
            if (!left.isEmpty()) {
                busyClients++;
                sendNext(number, "c" + number);
            }
        });
        world.runUntil(() -> busyClients == 0, RECOVERY);
        gotReplyAfterwards.forEach((client, gotReply) -> {
            if (!gotReply) {
                throw new Finding(
                        Kind.NO_ANSWER,
                        "Client c" + client + " got no reply although nothing was broken any more. Does the command"
                                + " handler of " + settings.name() + " forget to reply?");
            }
        });
        replicas.awaitAgreement(RECOVERY);
    }

    /** What handlers do wrong shows in many ways, and says more than they do. */
    private Finding inBetterWords(Finding finding) {
        boolean isIndirect = finding.kind() == Kind.REPLICAS_DIFFER
                || finding.kind() == Kind.NOT_LINEARIZABLE
                || finding.kind() == Kind.NO_AGREEMENT;
        return isIndirect && settings.examines()
                ? examiner.changedState().or(this::notDeterministic).orElse(finding)
                : finding;
    }

    private Optional<Finding> notDeterministic() {
        List<Finding> found = new ArrayList<>();
        reapply(settings, values, examiner.applied(), "at the end of the run", found);
        return found.stream().findFirst();
    }

    private void applyAgain() {
        if (settings.examines()) {
            examiner.changedState().or(this::notDeterministic).ifPresent(finding -> {
                throw finding;
            });
        }
    }

    /** Applies events again, some time after they were applied first, to see whether the same comes of it. */
    static <Command, Event, State> void reapply(
            KitSettings<Command, Event, State> settings,
            UserValues values,
            List<HandlerExaminer.Applied<Event, State>> applied,
            String when,
            List<Finding> found) {
        ReplicatedBehavior<Command, Event, State> behavior = settings.factory().get();
        Rehearsal<Command, Event, State> rehearsal = Rehearsal.of(behavior);
        HandlerExaminer<Command, Event, State> examiner =
                new HandlerExaminer<>(behavior.getClass().getSimpleName(), values, found::add, List::of, () -> 0);
        applied.forEach(each -> examiner.requireSame(each, rehearsal.apply(each.before(), each.event()), when));
    }

    private boolean judge() {
        LinearizabilityVerdict verdict = semantics.judge(newBehavior(), values, clientele.operations(), CHECK_STEPS);
        if (verdict instanceof Violation violation) {
            throw new Finding(Kind.NOT_LINEARIZABLE, notLinearizable(violation));
        }
        return verdict instanceof Undecided;
    }

    private String notLinearizable(Violation violation) {
        String part = violation.part().equals("") ? "" : " about " + violation.part();
        return "What clients of " + settings.name() + " saw" + part + " can't be explained by any order of their"
                + " commands: a reply was given that does not hold, or an acknowledged command was lost. The longest"
                + " order that explains replies:\n    " + String.join("\n    ", violation.explained())
                + "\n  and then none of these fits:\n    " + String.join("\n    ", violation.stuck());
    }

    private RoleObserver watching(NodeId node, RoleObserver witness) {
        return new RoleObserver() {
            @Override
            public void onRefused(String reason, Throwable cause) {
                witness.onRefused(reason, cause);
            }

            @Override
            public void onStarted(RoleState initial, LogView log) {
                witness.onStarted(initial, log);
            }

            @Override
            public void onTransition(RoleState before, Transition transition, LogView log) {
                witness.onTransition(before, transition, log);
                if (transition.next() instanceof Leader leader && !(before instanceof Leader)) {
                    faults.leads(node);
                    story.note(
                            world.nowNanos(),
                            Story.Kind.LEADERSHIP,
                            node.value(),
                            "leads term " + leader.current().term());
                } else if (before instanceof Leader && !(transition.next() instanceof Leader)) {
                    story.note(world.nowNanos(), Story.Kind.LEADERSHIP, node.value(), "leads no more");
                }
                faults.stepped(node);
            }

            @Override
            public void onHalted(RoleState state, String reason, Throwable cause) {
                story.note(world.nowNanos(), Story.Kind.FAULT, node.value(), "takes part no more: " + reason);
                witness.onHalted(state, reason, cause);
            }

            @Override
            public void onDurable(Persisted persisted) {
                witness.onDurable(persisted);
                faults.stepped(node);
            }
        };
    }

    /** Tells the story of one node's handlers, and has each call examined. */
    private final class NodeWatch implements WatchedBehavior.Watch<Command, Event, State> {
        private final NodeId node;

        NodeWatch(NodeId node) {
            this.node = node;
        }

        @Override
        public Effect<Event, State> command(
                State state, Command command, CommandHandler<Command, Event, State> handler) {
            clientele.handles(node, command);
            return settings.examines() ? examiner.command(state, command, handler) : handler.apply(state, command);
        }

        @Override
        public State event(State state, Event event, EventHandler<State, Event> handler) {
            State after = settings.examines() ? examiner.event(state, event, handler) : handler.apply(state, event);
            String text = "applies " + Briefly.text(event) + ": " + Briefly.text(after);
            story.note(world.nowNanos(), Story.Kind.NOTE, node.value(), text);
            return after;
        }
    }
}
