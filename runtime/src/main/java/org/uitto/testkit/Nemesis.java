package org.uitto.testkit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RoleObserver;
import org.uitto.testkit.SimulatedNetwork.Link;

/** What goes wrong in one run: which faults, how often and when are drawn from the seed. */
final class Nemesis {
    /** A kind of fault. */
    enum Fault {
        CRASH,
        CRASH_AT_DECISION,
        PAUSE,
        STALLED_DISK,
        FAILING_DISK,
        PARTITION,
        ISOLATION,
        ONE_WAY_CUT,
        SLOW_LINK,
        CLOCK_JUMP,
        LOST_DISK,
        DAMAGED_LOG,
        DAMAGED_SNAPSHOT
    }

    private final World world;
    private final List<NodeId> nodes;
    private final Consumer<NodeId> starter;
    private final SeededRandom random;
    private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    private final Map<Fault, Integer> weights = new EnumMap<>(Fault.class);
    private final double crashAtDecision;
    private final double crashOfYoungLeader;
    private final long maxPauseMillis;
    private final double aimAtLeader;
    private final Supplier<RaftInvariants> invariants;
    private Optional<NodeId> latestLeader = Optional.empty();
    private boolean atWork;

    Nemesis(World world, List<NodeId> nodes, Consumer<NodeId> starter, Supplier<RaftInvariants> invariants) {
        this.world = world;
        this.nodes = nodes;
        this.starter = starter;
        this.invariants = invariants;
        this.random = world.random("nemesis");
        // Each run has its own mix: all faults at once hide what a few would show.
        for (Fault fault : Fault.values()) {
            weights.put(fault, random.chance(0.5) ? random.below(100) : 0);
        }
        weights.remove(Fault.CRASH_AT_DECISION); // Strikes by itself, see haunting.
        this.crashAtDecision = random.chance(0.5) ? random.below(100) / 10_000.0 : 0;
        this.crashOfYoungLeader = random.chance(0.4) ? random.below(30) / 100.0 : 0;
        this.maxPauseMillis = random.between(20, 2_000);
        this.aimAtLeader = random.below(100) / 100.0;
    }

    /** How often each fault has struck. */
    Map<Fault, Integer> counts() {
        return counts;
    }

    void begin() {
        atWork = true;
        world.network().conditions(NetworkConditions.drawn(world.random("network conditions")));
        for (NodeId node : nodes) {
            world.disks().of(node).conditions(DiskConditions.drawn(world.random("disk conditions " + node)));
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
            disk.failWrites(false);
            disk.release();
            disk.conditions(DiskConditions.calm());
            world.node(node).resume();
        }
    }

    private void next() {
        if (atWork) {
            world.after(Duration.ofMillis(random.between(1, maxPauseMillis)), () -> {
                if (atWork) {
                    strike(drawn());
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

    private void strike(Fault fault) {
        NodeId node = victim();
        NodeId other = nodes.get(random.below(nodes.size()));
        Duration lasting = Duration.ofMillis(random.between(1, 3_000));
        SimulatedNode machine = world.node(node);
        SimulatedDisk disk = world.disks().of(node);
        count(fault);
        switch (fault) {
            case CRASH, CRASH_AT_DECISION -> crash(node, lasting);
            case PAUSE -> {
                machine.pause();
                world.after(lasting, machine::resume);
            }
            case STALLED_DISK -> {
                disk.stall();
                world.after(lasting, disk::release);
            }
            case FAILING_DISK -> {
                // The log latches shut at the first failure; an operator brings the node back.
                disk.failWrites(true);
                world.after(lasting, () -> {
                    disk.failWrites(false);
                    crash(node, Duration.ofMillis(10));
                });
            }
            case PARTITION -> {
                int size = random.chance(0.5) ? 1 : nodes.size() / 2;
                world.network().partition(nodes.subList(0, size), nodes.subList(size, nodes.size()));
                world.after(lasting, world.network()::healAll);
            }
            case ISOLATION -> {
                world.network().isolate(node);
                world.after(lasting, world.network()::healAll);
            }
            case ONE_WAY_CUT -> {
                if (!node.equals(other)) {
                    world.network().cut(new Link(node, other));
                    world.after(lasting, () -> world.network().restore(new Link(node, other)));
                }
            }
            case SLOW_LINK -> {
                if (!node.equals(other)) {
                    world.network().slow(new Link(node, other), Duration.ofMillis(random.between(1, 500)));
                    world.after(lasting, () -> world.network().slow(new Link(node, other), Duration.ZERO));
                }
            }
            case LOST_DISK -> lose(node, lasting, disk::wipe);
            case DAMAGED_LOG -> lose(node, lasting, disk::damageEvents);
            case DAMAGED_SNAPSHOT -> lose(node, lasting, disk::damageSnapshots);
            case CLOCK_JUMP -> machine.clock().jump(random.between(1, 2_000_000_000));
        }
    }

    /** A node; now and then the one that has last begun to lead, where faults tell the most. */
    private NodeId victim() {
        NodeId drawn = nodes.get(random.below(nodes.size()));
        return random.chance(aimAtLeader) ? latestLeader.orElse(drawn) : drawn;
    }

    private void count(Fault fault) {
        counts.merge(fault, 1, Integer::sum);
    }

    /** Kills the node and takes something from its disk, as long as a majority has all that it ever had. */
    private void lose(NodeId node, Duration downFor, Runnable loss) {
        Set<NodeId> lost = invariants.get().lostNodes();
        boolean bearable = lost.contains(node) || lost.size() + 1 <= (nodes.size() - 1) / 2;
        if (bearable && world.node(node).isUp()) {
            crash(node, downFor);
            loss.run();
            invariants.get().lost(node);
        }
    }

    private void crash(NodeId node, Duration downFor) {
        if (world.node(node).isUp()) {
            world.node(node).kill();
            world.after(downFor, () -> {
                if (!world.node(node).isUp()) {
                    starter.accept(node);
                }
            });
        }
    }

    /** {@code witness}, and {@code sabotage}, and now and then the death of the node in the midst of what it is doing. */
    RoleObserver haunting(NodeId node, RoleObserver witness, Sabotage sabotage) {
        SeededRandom deaths =
                world.random("deaths of " + node + " " + world.node(node).incarnationNumber());
        return new RoleObserver() {
            @Override
            public void onStarted(RoleState initial, LogView log) {
                witness.onStarted(initial, log);
            }

            @Override
            public Transition onDecision(RoleState before, Transition decision, LogView log) {
                return sabotage.instead(before, decision, log);
            }

            @Override
            public void onTransition(RoleState before, Transition transition, LogView log) {
                witness.onTransition(before, transition, log);
                if (transition.next() instanceof Leader && !(before instanceof Leader)) {
                    latestLeader = Optional.of(node);
                }
                // Before its first commit a leader leaves the most behind for others to get wrong (paper Figure 8).
                boolean young = transition.next() instanceof Leader leader && leader.commitIndex() < leader.noOpIndex();
                perhapsDie(young ? Math.max(crashOfYoungLeader, crashAtDecision) : crashAtDecision);
            }

            @Override
            public void onHalted(RoleState state, String reason, Throwable cause) {
                witness.onHalted(state, reason, cause);
            }

            @Override
            public void onRefused(String reason, Throwable cause) {
                witness.onRefused(reason, cause);
            }

            @Override
            public void onDurable(Persisted persisted) {
                witness.onDurable(persisted);
                perhapsDie(crashAtDecision);
            }

            private void perhapsDie(double probability) {
                if (atWork && deaths.chance(probability)) {
                    count(Fault.CRASH_AT_DECISION);
                    crash(node, Duration.ofMillis(deaths.between(1, 2_000)));
                }
            }
        };
    }
}
