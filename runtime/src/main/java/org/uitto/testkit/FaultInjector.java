package org.uitto.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;
import org.uitto.replicated.TransferOutcome;
import org.uitto.testkit.SimulatedNetwork.Link;

/** Breaks and mends the machines of one run, and tells its story of it. */
final class FaultInjector {
    private static final int SLOWER = 20;

    private final Set<NodeId> slowed = new HashSet<>();
    private final World world;
    private final SimulatedCluster cluster;
    private final List<NodeId> nodes;
    private final Consumer<NodeId> starter;
    private final Story story;
    private final Map<Faults.Kind, Integer> counts = new EnumMap<>(Faults.Kind.class);
    private final Map<NodeId, Doom> doomed = new HashMap<>();
    private Optional<NodeId> latestLeader = Optional.empty();
    private @Nullable ActorRef<TransferOutcome> transferOutcomes;
    private boolean atWork = true;

    /** A death that comes after some more steps of the node. */
    private static final class Doom {
        int stepsLeft;
        final Duration downFor;

        Doom(int stepsLeft, Duration downFor) {
            this.stepsLeft = stepsLeft;
            this.downFor = downFor;
        }
    }

    FaultInjector(
            World world,
            SimulatedSystem system,
            SimulatedCluster cluster,
            List<NodeId> nodes,
            Consumer<NodeId> starter,
            Story story) {
        this.world = world;
        this.cluster = cluster;
        this.nodes = nodes;
        this.starter = starter;
        this.story = story;
        system.spawn("transfers", Behaviors.<TransferOutcome>ignore(), ref -> transferOutcomes = ref);
    }

    Map<Faults.Kind, Integer> counts() {
        return counts;
    }

    /** {@code node} has begun to lead. */
    void leads(NodeId node) {
        latestLeader = Optional.of(node);
    }

    /** {@code node} has taken a step: if it is to die in the midst of one, it may be this. */
    void stepped(NodeId node) {
        Doom doom = doomed.get(node);
        if (doom != null && doom.stepsLeft-- <= 0) {
            doomed.remove(node);
            crash(node);
            startLater(node, doom.downFor);
        }
    }

    void strike(PlannedFault fault) {
        if (!atWork) {
            return;
        }
        NodeId drawn = nodes.get(Math.max(0, fault.node()));
        NodeId node = fault.node() == PlannedFault.LEADER ? latestLeader.orElse(drawn) : drawn;
        NodeId other = nodes.get(fault.other());
        Duration lasting = Duration.ofMillis(fault.lastingMillis());
        counts.merge(fault.kind(), 1, Integer::sum);
        switch (fault.kind()) {
            case CRASH -> crash(node, fault.extra() / 20, lasting);
            case PAUSE -> {
                pause(node);
                world.after(lasting, () -> resume(node));
            }
            case PARTITION -> split(fault, lasting);
            case ISOLATION -> {
                isolate(node);
                world.after(lasting, () -> rejoin(node));
            }
            case ONE_WAY_CUT -> {
                if (!node.equals(other)) {
                    cut(node, other);
                    world.after(lasting, () -> world.network().restore(new Link(node, other)));
                }
            }
            case SLOW_LINK -> {
                slowLink(node, other, Duration.ofMillis(1 + fault.extra() / 2));
                world.after(lasting, () -> world.network().slow(new Link(node, other), Duration.ZERO));
            }
            case SLOW_DISK -> {
                if (slowed.add(node)) { // One that is slow already is slow enough.
                    DiskConditions before = world.disks().of(node).conditions();
                    slowDisk(node, SLOWER);
                    world.after(lasting, () -> {
                        slowed.remove(node);
                        world.disks().of(node).conditions(before);
                    });
                }
            }
            case STALLED_DISK -> {
                stallDisk(node);
                world.after(lasting, () -> releaseDisk(node));
            }
            case FAILING_DISK -> failDisk(node, lasting);
            case LOST_DISK -> loseDiskIfBearable(node, lasting);
            case CLOCK_JUMP -> jump(node, Duration.ofMillis(1 + 2L * fault.extra()));
            case HAND_OVER -> handOver();
        }
    }

    private void split(PlannedFault fault, Duration lasting) {
        int size = Math.max(1, fault.extra() % 2 == 0 ? 1 : nodes.size() / 2);
        partition(nodes.subList(0, size), nodes.subList(size, nodes.size()));
        world.after(lasting, this::heal);
    }

    private void crash(NodeId node, int stepsLeft, Duration downFor) {
        if (stepsLeft > 0) {
            doomed.put(node, new Doom(stepsLeft, downFor));
        } else if (world.node(node).isUp()) {
            crash(node);
            startLater(node, downFor);
        }
    }

    void crash(NodeId node) {
        if (world.node(node).isUp()) {
            note(node, "crashes");
            world.node(node).kill();
        }
    }

    private void startLater(NodeId node, Duration downFor) {
        world.after(downFor, () -> start(node));
    }

    void start(NodeId node) {
        if (!world.node(node).isUp()) {
            starter.accept(node);
            note(node, "starts");
        }
    }

    void pause(NodeId node) {
        note(node, "is paused");
        world.node(node).pause();
    }

    void resume(NodeId node) {
        if (world.node(node).isPaused()) {
            note(node, "goes on");
            world.node(node).resume();
        }
    }

    void partition(Collection<NodeId> side, Collection<NodeId> otherSide) {
        story.toAll(world.nowNanos(), "partition of " + side + " from " + otherSide);
        world.network().partition(side, otherSide);
    }

    void isolate(NodeId node) {
        note(node, "is cut off from all, clients included");
        world.network().isolate(node);
    }

    private void rejoin(NodeId node) {
        note(node, "is reached again");
        world.network().rejoin(node);
    }

    void cut(NodeId from, NodeId to) {
        note(from, "is not heard by " + to + " any more");
        world.network().cut(new Link(from, to));
    }

    void slowLink(NodeId from, NodeId to, Duration extra) {
        note(from, "is heard by " + to + " " + extra.toMillis() + " ms later");
        world.network().slow(new Link(from, to), extra);
    }

    void heal() {
        story.toAll(world.nowNanos(), "the network is whole again");
        world.network().healAll();
    }

    void slowDisk(NodeId node, int factor) {
        note(node, "has a disk " + factor + " times as slow");
        SimulatedDisk disk = world.disks().of(node);
        disk.conditions(disk.conditions().slowedBy(factor));
    }

    void stallDisk(NodeId node) {
        note(node, "has a hanging disk");
        world.disks().of(node).stall();
    }

    void releaseDisk(NodeId node) {
        note(node, "has a disk that works again");
        world.disks().of(node).release();
    }

    /** The log latches shut at the first failure; an operator brings the node back. */
    private void failDisk(NodeId node, Duration lasting) {
        note(node, "has a disk that refuses to write");
        SimulatedDisk disk = world.disks().of(node);
        disk.failWrites(true);
        world.after(lasting, () -> {
            disk.failWrites(false);
            crash(node, 0, Duration.ofMillis(10));
        });
    }

    private void loseDiskIfBearable(NodeId node, Duration downFor) {
        if (cluster.invariants().bearsLossOf(Set.of(node)) && world.node(node).isUp()) {
            loseDisk(node);
            startLater(node, downFor);
        }
    }

    /** The node dies and its disk is empty. */
    void loseDisk(NodeId node) {
        crash(node);
        note(node, "has lost its disk");
        world.disks().of(node).wipe();
        cluster.invariants().lost(node);
    }

    void jump(NodeId node, Duration ahead) {
        note(node, "has its clock jump ahead by " + ahead.toMillis() + " ms");
        world.node(node).clock().jump(ahead.toNanos());
    }

    void handOver() {
        ActorRef<TransferOutcome> outcomes = transferOutcomes;
        if (outcomes != null) {
            nodes.forEach(node -> cluster.handOver(node, Optional.empty(), outcomes));
        }
    }

    /** Mends all there is and starts whoever is down. */
    void mendAll() {
        atWork = false;
        doomed.clear();
        world.network().healAll();
        world.network().conditions(NetworkConditions.calm());
        for (NodeId node : nodes) {
            SimulatedDisk disk = world.disks().of(node);
            disk.failWrites(false);
            disk.release();
            disk.conditions(DiskConditions.calm());
            resume(node);
            start(node);
        }
    }

    private void note(NodeId node, String text) {
        story.note(world.nowNanos(), Story.Kind.FAULT, node.value(), text);
    }
}
