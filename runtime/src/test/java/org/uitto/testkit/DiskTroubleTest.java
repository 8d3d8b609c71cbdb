package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
    @DisplayName(
            "H14 while all disks are slow nobody stands for election, and what is written is acknowledged, only later")
    void whileAllDisksAreSlowNobodyStandsForElection() {
        startGroup();
        put(5);
        NodeId leader = leader();
        long term = status(leader).group().term();

        // Longer than the longest time between two heartbeats, as long as the shortest election timeout.
        ALL.forEach(node -> world.disks().of(node).conditions(syncTakes(Duration.ofMillis(250))));
        put(40);
        world.runFor(LONG);

        assertEquals(leader, leader());
        assertEquals(term, status(leader).group().term());
        assertHas(40);
    }

    @Test
    @DisplayName("H14 A14 an election on slow disks ends after a few terms, although each vote waits for its write")
    void anElectionOnSlowDisksEnds() {
        startGroup();
        put(5);
        NodeId lost = leader();
        long term = status(lost).group().term();

        ALL.forEach(node -> world.disks().of(node).conditions(syncTakes(Duration.ofMillis(250))));
        world.node(lost).kill();
        await("another leader", this::hasLeader);
        put(20);
        world.runFor(LONG);

        NodeId leader = leader();
        assertTrue(status(leader).group().term() <= term + 3, statuses::toString);
        assertHas(20);
    }

    private static DiskConditions syncTakes(Duration time) {
        return new DiskConditions(time.toNanos(), time.toNanos() + 1, 0, 0, 0);
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
