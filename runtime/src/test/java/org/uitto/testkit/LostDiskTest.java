package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus.Role;

/**
 * Three nodes, of which one loses its disk or gets an old copy of it: what was acknowledged stays, and the node comes back
 * into office by itself (scenario A15). The invariants are checked at every step.
 */
class LostDiskTest extends ScriptedGroup {
    @Test
    @DisplayName("A15 E15 H15 a node with an empty disk gets everything from its peers and is admitted again")
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
    @DisplayName("A15 H15 a node with an empty disk elects nobody who lacks what it has helped to commit")
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
    @DisplayName("H4 a node whose log is damaged is rebuilt from its peers, beside the damaged log")
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
    @DisplayName("H5 a node whose snapshot is damaged is rebuilt from its peers")
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
