package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus.Role;

/** Three nodes whose disks hang, or lose what was not synced: who leads then, and what is still there. */
class DiskTroubleTest extends ScriptedGroup {
    @Test
    @DisplayName("H12 a leader whose disk hangs gives leadership up, although its followers are a quorum without it")
    void aLeaderWhoseDiskHangsGivesLeadershipUp() {
        startGroup();
        put(5);
        NodeId stalled = leader();

        world.disks().of(stalled).stall();
        done(new RegisterModel.Put("key6", "value6"));
        await("another leader", () -> hasLeader() && !leader().equals(stalled));
        world.runFor(LONG);

        assertNotEquals(stalled, leader());
        assertHas(6);
        world.disks().of(stalled).release();
        isFollowerAgain(stalled);
        assertVoteCounts(stalled);
        assertHas(6);
    }

    @Test
    @DisplayName("H13 a follower whose disk hangs holds up neither the leader nor the other follower")
    void aFollowerWhoseDiskHangsHoldsUpNobody() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId stalled = follower();

        world.disks().of(stalled).stall();
        put(80);
        world.runFor(LONG);

        assertEquals(leader, leader());
        world.disks().of(stalled).release();
        isFollowerAgain(stalled);
        assertVoteCounts(stalled);
        assertHas(80);
    }

    @Test
    @DisplayName("H6 when all nodes lose power during a partition, what was acknowledged is there afterwards")
    void whatWasAcknowledgedSurvivesALossOfPowerOfAll() {
        startGroup();
        put(20);
        NodeId cutOff = leader();
        world.network().isolate(cutOff);
        put(40);

        // What no node has synced is lost, on all of them at once.
        List<NodeId> others = ALL.stream().filter(node -> !node.equals(cutOff)).toList();
        asked(new RegisterModel.Put("late", "perhaps"));
        ALL.forEach(node -> world.node(node).kill());
        ALL.forEach(this::start);
        await("a leader on the side of the two", () -> others.stream().anyMatch(node -> role(node) == Role.LEADER));
        assertHas(40);

        world.network().rejoin(cutOff);
        isFollowerAgain(cutOff);
        assertVoteCounts(cutOff);
        assertHas(40);
    }
}
