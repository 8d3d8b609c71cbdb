package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;

/** Three nodes that start again: what they said before counts for what it proved, and what they say afterwards is not old. */
class RestartTest extends ScriptedGroup {
    @Test
    @DisplayName("C10 K1 an acknowledgement that arrives after its sender has lost its disk counts for nothing")
    void anAcknowledgementFromALostDiskCountsForNothing() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId victim = follower();
        world.network().slow(new SimulatedNetwork.Link(victim, leader), Duration.ofSeconds(1));
        put(30); // Acknowledged by the victim too, as will be heard a second later.

        world.node(victim).kill();
        world.disks().of(victim).wipe();
        cluster.invariants().lost(victim);
        start(victim);
        world.runFor(Duration.ofSeconds(3));
        world.network().healAll();

        isFollowerAgain(victim);
        assertEquals(leader, leader());
        assertVoteCounts(victim);
        assertHas(30);
    }

    @Test
    @DisplayName("F12 a group that has started again shows nothing old, and nothing empty, to the first who asks")
    void whatIsReadRightAfterAStartIsNotOld() {
        startGroup();
        for (int round = 1; round <= 10; round++) {
            String value = "round" + round;
            done(new RegisterModel.Put("key", value));
            ALL.forEach(node -> world.node(node).kill());
            ALL.forEach(this::start);

            assertEquals(value, done(new RegisterModel.Get("key")));
        }
    }

    @Test
    @DisplayName("L7 C4 after a loss of power of all nodes at any moment every acknowledged write is there")
    void afterALossOfPowerAtAnyMomentAllIsThere() {
        startGroup();
        StringBuilder known = new StringBuilder();
        for (int round = 1; round <= 20; round++) {
            known.append(',').append(round);
            assertTrue(done(new RegisterModel.Append("list", "," + round)).endsWith("," + round));
            CompletableFuture<String> late =
                    asked(new RegisterModel.Put("late" + round, "x")).toCompletableFuture();
            world.runFor(Duration.ofMillis(round));
            boolean acknowledged = late.isDone() && !late.isCompletedExceptionally();
            ALL.forEach(node -> world.node(node).kill());
            ALL.forEach(this::start);

            assertEquals(known.toString(), done(new RegisterModel.Get("list")));
            if (acknowledged) {
                assertEquals("x", done(new RegisterModel.Get("late" + round)));
            }
        }
    }

    @Test
    @DisplayName("A7 a group that has never been whole elects nobody, and one leader once it is")
    void aGroupThatHasNeverBeenWholeElectsNobody() {
        start(N1);
        start(N2);
        world.runFor(LONG);
        assertEquals(0, cluster.invariants().leaderCount());

        start(N3);
        world.runFor(LONG);

        assertEquals(1, cluster.invariants().leaderCount());
    }
}
