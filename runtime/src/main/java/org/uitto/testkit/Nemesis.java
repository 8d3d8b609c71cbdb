package org.uitto.testkit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.uitto.log.NodeId;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RoleObserver;
import org.uitto.testkit.SimulatedNetwork.Link;

/**
 * What goes wrong in one run: which faults, how often and when are drawn from the seed. Each run has its own mix, since all
 * faults at once hide what a few would show (Groce and others, "Swarm testing", 2012).
 */
final class Nemesis {
    /** A kind of fault. */
    enum Fault {
        CRASH,
        /** Right after a decision, before any of it has an effect outside. */
        CRASH_AT_DECISION,
        /** When a write has become durable, before anybody is told. */
        CRASH_ONCE_DURABLE,
        /** Before one of the messages of a decision leaves, after those before it have left. */
        CRASH_AT_SEND,
        /** Before a write reaches the disk. */
        CRASH_AT_WRITE,
        PAUSE,
        STALLED_DISK,
        SLOW_DISK,
        FAILING_DISK,
        FULL_DISK,
        PARTITION,
        /** Two nodes that don't hear each other, though both hear the rest. */
        PARTIAL_PARTITION,
        ISOLATION,
        ONE_WAY_CUT,
        SLOW_LINK,
        CLOCK_JUMP,
        LOST_DISK,
        DAMAGED_LOG,
        DAMAGED_SNAPSHOT,
        /** A write that was acknowledged, but is found to be elsewhere, over something else, when it is read. */
        MISDIRECTED_WRITE;

        /** Those that strike by themselves, in the midst of what a node does. */
        static final Set<Fault> OF_A_MOMENT =
                Set.of(CRASH_AT_DECISION, CRASH_ONCE_DURABLE, CRASH_AT_SEND, CRASH_AT_WRITE);
    }

    private final World world;
    private final List<NodeId> nodes;
    private final Consumer<NodeId> starter;
    private final BiConsumer<NodeId, NodeId> teller;
    private final SeededRandom random;
    private final Coverage coverage;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    private final Map<Fault, Integer> weights = new EnumMap<>(Fault.class);
    private final Map<NodeId, HauntedNode> haunted = new HashMap<>();
    private final Map<NodeId, DiskConditions> usualDisks = new HashMap<>();
    private final Set<NodeId> misdirected = new HashSet<>();
    private final double crashAtDecision;
    private final double crashOfYoungLeader;
    private final double crashAtEffect;
    private final SeededRandom news;
    private final double toldOfCrash;
    private final double toldWrongly;
    private final long maxPauseMillis;
    private final double aimAtLeader;
    private final Supplier<RaftInvariants> invariants;
    private final Temper temper;
    private Optional<NodeId> latestLeader = Optional.empty();
    private boolean atWork;
    private boolean clocksAreTrusted;

    /** How hard it strikes. */
    enum Temper {
        /** As hard and as often as it shows the most, whatever the clients still get done. */
        FIERCE,
        /** Every few seconds, so that most of what clients ask for comes to a known end. */
        MILD
    }

    /**
     * @param starter starts a node
     * @param teller tells a node that another has crashed
     */
    Nemesis(
            World world,
            List<NodeId> nodes,
            Consumer<NodeId> starter,
            BiConsumer<NodeId, NodeId> teller,
            Supplier<RaftInvariants> invariants,
            Coverage coverage,
            Temper temper) {
        this.world = world;
        this.nodes = nodes;
        this.starter = starter;
        this.teller = teller;
        this.invariants = invariants;
        this.coverage = coverage;
        this.temper = temper;
        this.random = world.random("nemesis");
        this.news = world.random("news of crashes");
        this.toldOfCrash = news.chance(0.5) ? news.below(101) / 100.0 : 0;
        this.toldWrongly = news.chance(0.3) ? news.below(30) / 100.0 : 0;
        for (Fault fault : Fault.values()) {
            if (!Fault.OF_A_MOMENT.contains(fault)) {
                weights.put(fault, random.chance(0.5) ? random.below(100) : 0);
            }
        }
        double often = temper == Temper.MILD ? 0.05 : 1;
        this.crashAtDecision = random.chance(0.5) ? often * random.below(100) / 10_000.0 : 0;
        this.crashOfYoungLeader = random.chance(0.4) ? random.below(30) / 100.0 : 0;
        this.maxPauseMillis = temper == Temper.MILD ? random.between(2_000, 8_000) : random.between(20, 2_000);
        this.aimAtLeader = random.below(100) / 100.0;
        this.crashAtEffect = random.chance(0.3) ? often * random.below(100) / 10_000.0 : 0;
    }

    /** From now on clocks drift, but do not jump. */
    void trustClocks() {
        clocksAreTrusted = true;
    }

    /** How often each fault has struck. */
    Map<Fault, Integer> counts() {
        return counts;
    }

    /** The mix of this run: the weight of each fault that can strike. */
    Map<Fault, Integer> mix() {
        Map<Fault, Integer> mix = new EnumMap<>(weights);
        mix.values().removeIf(weight -> weight == 0);
        return mix;
    }

    /** All faults, each at every step of its victim where it can strike. */
    static SortedSet<String> steps() {
        SortedSet<String> steps = new TreeSet<>();
        for (Fault fault : Fault.values()) {
            List<String> at = fault == Fault.CRASH_AT_SEND ? Coverage.messageNames() : Coverage.roles();
            at.forEach(step -> steps.add(step(fault, step)));
        }
        return steps;
    }

    private static String step(Fault fault, String at) {
        return fault + " of " + at;
    }

    void begin() {
        atWork = true;
        NetworkConditions drawn = NetworkConditions.drawn(world.random("network conditions"));
        world.network().conditions(temper == Temper.MILD ? drawn.milder() : drawn);
        world.network().beforeEach(this::perhapsDieBeforeSending);
        for (NodeId node : nodes) {
            SimulatedDisk disk = world.disks().of(node);
            DiskConditions conditions = DiskConditions.drawn(world.random("disk conditions " + node));
            usualDisks.put(node, conditions);
            disk.conditions(conditions);
            disk.beforeEachWrite(() -> haunted(node).perhapsDie(Fault.CRASH_AT_WRITE, crashAtEffect));
            world.node(node).clock().drift(world.random("drift " + node).between(-20_000, 20_000));
        }
        next();
    }

    /** Ends all faults: everything that is broken works again and whoever is down comes back. */
    void end() {
        atWork = false;
        world.network().healAll();
        world.network().conditions(NetworkConditions.calm());
        for (NodeId node : nodes) {
            SimulatedDisk disk = world.disks().of(node);
            disk.mend();
            disk.conditions(DiskConditions.calm());
            world.node(node).resume();
        }
    }

    private void next() {
        if (atWork) {
            world.after(Duration.ofMillis(random.between(1, maxPauseMillis)), () -> {
                if (atWork) {
                    strike(drawn());
                    spread(toldWrongly, nodes.get(news.below(nodes.size())));
                    next();
                }
            });
        }
    }

    private Fault drawn() {
        int at = random.below(
                1 + weights.values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<Fault, Integer> each : weights.entrySet()) {
            at -= each.getValue();
            if (at < 0) {
                return each.getKey();
            }
        }
        return Fault.CRASH;
    }

    /** Has {@code fault} strike a node, or two, now; ends it again after a while if it is of that kind. */
    void strike(Fault fault) {
        NodeId node = victim();
        NodeId other = nodes.get(random.below(nodes.size()));
        Duration lasting = Duration.ofMillis(random.between(1, 3_000));
        SimulatedNode machine = world.node(node);
        SimulatedDisk disk = world.disks().of(node);
        count(fault, haunted(node).role());
        switch (fault) {
            case CRASH, CRASH_AT_DECISION, CRASH_ONCE_DURABLE, CRASH_AT_SEND, CRASH_AT_WRITE -> crash(node, lasting);
            case PAUSE -> during(lasting, machine::pause, machine::resume);
            case STALLED_DISK -> during(lasting, disk::stall, disk::release);
            case SLOW_DISK -> slowDown(node, lasting);
            case FAILING_DISK -> fails(node, lasting, disk::failWrites);
            case FULL_DISK -> fails(node, lasting, disk::fill);
            case PARTITION -> {
                int size = random.chance(0.5) ? 1 : nodes.size() / 2;
                world.network().partition(nodes.subList(0, size), nodes.subList(size, nodes.size()));
                world.after(lasting, world.network()::healAll);
            }
            case PARTIAL_PARTITION -> onLink(node, other, lasting, this::cutBothWays, this::restoreBothWays);
            case ISOLATION -> during(lasting, () -> world.network().isolate(node), world.network()::healAll);
            case ONE_WAY_CUT -> onLink(node, other, lasting, world.network()::cut, world.network()::restore);
            case SLOW_LINK -> {
                Duration extra = Duration.ofMillis(random.between(1, 500));
                onLink(
                        node,
                        other,
                        lasting,
                        link -> world.network().slow(link, extra),
                        link -> world.network().slow(link, Duration.ZERO));
            }
            case LOST_DISK -> lose(node, lasting, disk::wipe);
            case DAMAGED_LOG -> lose(node, lasting, disk::damageEvents);
            case DAMAGED_SNAPSHOT -> lose(node, lasting, disk::damageSnapshots);
            case MISDIRECTED_WRITE -> misdirect(node);
            case CLOCK_JUMP -> {
                long nanos = random.between(1, 2_000_000_000);
                if (!clocksAreTrusted) {
                    machine.clock().jump(nanos);
                }
            }
        }
    }

    private void during(Duration lasting, Runnable begins, Runnable ends) {
        begins.run();
        world.after(lasting, ends);
    }

    private void onLink(NodeId from, NodeId to, Duration lasting, Consumer<Link> begins, Consumer<Link> ends) {
        if (!from.equals(to)) {
            Link link = new Link(from, to);
            during(lasting, () -> begins.accept(link), () -> ends.accept(link));
        }
    }

    private void cutBothWays(Link link) {
        world.network().cut(link);
        world.network().cut(link.reversed());
    }

    private void restoreBothWays(Link link) {
        world.network().restore(link);
        world.network().restore(link.reversed());
    }

    private void slowDown(NodeId node, Duration lasting) {
        SimulatedDisk disk = world.disks().of(node);
        DiskConditions usual = usualDisks.getOrDefault(node, DiskConditions.calm());
        disk.conditions(usual.slowedBy((int) random.between(5, 50)));
        world.after(lasting, () -> disk.conditions(atWork ? usual : DiskConditions.calm()));
    }

    /** The log latches shut at the first failure; an operator brings the node back. */
    private void fails(NodeId node, Duration lasting, Consumer<Boolean> failing) {
        failing.accept(true);
        world.after(lasting, () -> {
            failing.accept(false);
            crash(node, Duration.ofMillis(10));
        });
    }

    /** A node; now and then the one that has last begun to lead, where faults tell the most. */
    private NodeId victim() {
        NodeId drawn = nodes.get(random.below(nodes.size()));
        return random.chance(aimAtLeader) ? latestLeader.orElse(drawn) : drawn;
    }

    private void count(Fault fault, String at) {
        counts.merge(fault, 1, Integer::sum);
        coverage.count(Coverage.Kind.FAULT, step(fault, at.isEmpty() ? "a node without a role" : at));
    }

    /** Kills the node and takes something from its disk, as long as a majority has all that it ever had. */
    private void lose(NodeId node, Duration downFor, Runnable loss) {
        if (isBearableWithout(node) && world.node(node).isUp()) {
            crash(node, downFor);
            loss.run();
            invariants.get().lost(node);
        }
    }

    /**
     * The node, which has read what it begins with, goes on until it is to read what it has written. Not before any node has a
     * say: nobody knows yet which nodes will have one when the loss shows.
     */
    private void misdirect(NodeId node) {
        boolean hasBegun = !haunted(node).role().isEmpty();
        if (hasBegun
                && invariants.get().anyHasSay()
                && isBearableWithout(node)
                && world.node(node).isUp()) {
            misdirected.add(node);
            world.disks().of(node).misdirectNextWrite();
        }
    }

    private boolean isBearableWithout(NodeId node) {
        Set<NodeId> lost = new HashSet<>(misdirected);
        lost.add(node);
        return invariants.get().bearsLossOf(lost);
    }

    /** Whether a node has lost something that it may have promised, or will have once it starts again. */
    boolean hasLosses() {
        return !misdirected.isEmpty() || invariants.get().hasLosses();
    }

    private void crash(NodeId node, Duration downFor) {
        if (world.node(node).isUp()) {
            world.node(node).kill();
            spread(toldOfCrash, node);
            if (misdirected.remove(node) && world.disks().of(node).endMisdirection()) {
                invariants.get().lost(node);
            }
            world.after(downFor, () -> {
                if (!world.node(node).isUp()) {
                    starter.accept(node);
                }
            });
        }
    }

    /** Each of the other nodes hears, with this probability and each in its own time, that {@code node} has crashed. */
    private void spread(double probability, NodeId node) {
        for (NodeId other : nodes) {
            if (!other.equals(node) && news.chance(probability)) {
                world.after(Duration.ofMillis(news.between(0, 30)), () -> teller.accept(other, node));
            }
        }
    }

    private void perhapsDieBeforeSending(NodeId from, Object message) {
        HauntedNode sender = haunted.get(from);
        if (sender != null && message instanceof PeerEnvelope envelope) {
            sender.perhapsDieAt(
                    Fault.CRASH_AT_SEND,
                    crashAtEffect,
                    envelope.message().getClass().getSimpleName());
        }
    }

    private HauntedNode haunted(NodeId node) {
        HauntedNode known = haunted.get(node);
        return known == null ? haunting(node, RoleObserver.NONE, Sabotage.NONE) : known;
    }

    /** {@code witness}, and {@code sabotage}, and now and then the death of the node in the midst of what it is doing. */
    HauntedNode haunting(NodeId node, RoleObserver witness, Sabotage sabotage) {
        SeededRandom deaths =
                world.random("deaths of " + node + " " + world.node(node).incarnationNumber());
        HauntedNode next = new HauntedNode(witness, sabotage, new CoverageWatch(coverage), new HauntedNode.Ghost() {
            @Override
            public void leads() {
                latestLeader = Optional.of(node);
            }

            @Override
            public void decides(boolean youngLeader, String role) {
                double probability = youngLeader ? Math.max(crashOfYoungLeader, crashAtDecision) : crashAtDecision;
                strikes(Fault.CRASH_AT_DECISION, probability, role);
            }

            @Override
            public void isDurable(String role) {
                strikes(Fault.CRASH_ONCE_DURABLE, crashAtDecision, role);
            }

            @Override
            public void strikes(Fault fault, double probability, String at) {
                if (atWork && deaths.chance(probability) && world.node(node).isUp()) {
                    count(fault, at);
                    crash(node, Duration.ofMillis(deaths.between(1, 2_000)));
                }
            }
        });
        haunted.put(node, next);
        return next;
    }
}
