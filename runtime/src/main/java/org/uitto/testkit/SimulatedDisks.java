package org.uitto.testkit;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.uitto.log.NodeId;

/** The disks of a world, one for each node, and the rule which node a persistence id belongs to. */
public final class SimulatedDisks {
    private final World world;
    private final Map<NodeId, SimulatedDisk> disks = new TreeMap<>();
    private Function<String, NodeId> nodeOf = SimulatedDisks::lastSegment;

    SimulatedDisks(World world) {
        this.world = world;
    }

    /** The disk of {@code node}. */
    public SimulatedDisk of(NodeId node) {
        return disks.computeIfAbsent(node, missing -> {
            SimulatedDisk disk = new SimulatedDisk(world, missing);
            world.node(missing).onDeath(disk::crash);
            return disk;
        });
    }

    /**
     * Sets which node a persistence id belongs to. By default it is named after the last slash, as in
     * {@code uitto/group/node}.
     */
    public void locate(Function<String, NodeId> rule) {
        this.nodeOf = rule;
    }

    SimulatedDisk holding(String persistenceId) {
        return of(nodeOf.apply(persistenceId));
    }

    private static NodeId lastSegment(String persistenceId) {
        return new NodeId(persistenceId.substring(persistenceId.lastIndexOf('/') + 1));
    }
}
