package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.testkit.SimulatedNetwork.Link;

/** What can happen to messages. */
class SimulatedNetworkTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final World world = World.ofSeed(3);
    private final SimulatedNetwork network = world.network();
    private final List<Integer> arrived = new ArrayList<>();

    @Test
    void deliversEachMessageOnceWhenCalm() {
        send(A, B, 1_000);

        assertEquals(
                IntStream.range(0, 1_000).boxed().toList(),
                arrived.stream().sorted().toList());
        assertEquals(1_000, network.count(MessageFate.DELIVERED));
    }

    @Test
    void neverDeliversWithinTheCallThatSends() {
        network.conditions(new NetworkConditions(0, 0, 0, 0, 0, 0));

        network.send(A, B, 1, arrived::add);

        assertEquals(List.of(), arrived);
        world.runFor(Duration.ZERO);
        assertEquals(List.of(1), arrived);
    }

    @Test
    void sendsNothingMoreOfANodeThatDiesBeforeASend() {
        world.node(A).begin();
        network.beforeEach((from, message) -> {
            if (message.equals(1)) {
                world.node(from).kill();
            }
        });

        send(A, B, 3);

        assertEquals(List.of(0), arrived);
        assertEquals(2, network.count(MessageFate.SENDER_DEAD));
    }

    @Test
    void losesDoublesDelaysAndReorders() {
        network.conditions(new NetworkConditions(1_000, 1_000_000, 0.1, 0.1, 0.1, 10_000_000));

        send(A, B, 10_000);

        long lost = network.count(MessageFate.LOST);
        long doubled = network.count(MessageFate.DUPLICATED);
        assertTrue(lost > 800 && lost < 1_200, "lost " + lost);
        assertTrue(doubled > 700 && doubled < 1_100, "doubled " + doubled);
        assertTrue(network.count(MessageFate.SLOW) > 800);
        assertTrue(network.count(MessageFate.OVERTAKEN) > 1_000);
        assertEquals(10_000 - lost + doubled, arrived.size());
        assertEquals(10_000 - lost, new HashSet<>(arrived).size());
    }

    @Test
    void cutsOneWayOnly() {
        network.cut(new Link(A, B));

        send(A, B, 5);
        assertEquals(0, arrived.size());
        send(B, A, 5);
        assertEquals(5, arrived.size());
        assertEquals(5, network.count(MessageFate.CUT));

        network.restore(new Link(A, B));
        send(A, B, 5);
        assertEquals(10, arrived.size());
    }

    @Test
    void stopsWhatIsUnderWayWhenTheLinkIsCut() {
        network.send(A, B, 1, arrived::add);
        network.cut(new Link(A, B));

        world.runFor(Duration.ofSeconds(1));

        assertEquals(List.of(), arrived);
    }

    @Test
    void partitionsTwoSidesAndLeavesABridge() {
        network.partition(List.of(A), List.of(B));

        send(A, B, 1);
        send(B, A, 1);
        assertEquals(0, arrived.size());
        send(A, C, 1);
        send(C, B, 1);
        assertEquals(2, arrived.size());
    }

    @Test
    void isolatesANodeUntilAllIsHealed() {
        network.isolate(A);
        network.slow(new Link(B, C), Duration.ofHours(1));

        send(A, B, 1);
        send(C, A, 1);
        send(B, C, 1);
        assertEquals(0, arrived.size());

        network.healAll();
        send(A, B, 1);
        send(C, A, 1);
        send(B, C, 1);
        assertEquals(3, arrived.size());
    }

    @Test
    void neitherTakesFromNorGivesToTheDead() {
        world.node(A).begin();
        world.node(B).begin();
        network.send(A, B, 1, arrived::add);
        world.node(B).kill();
        world.runFor(Duration.ofSeconds(1));
        assertEquals(1, network.count(MessageFate.RECEIVER_DOWN));

        network.send(B, A, 2, arrived::add);
        world.runFor(Duration.ofSeconds(1));
        assertEquals(1, network.count(MessageFate.SENDER_DEAD));
        assertEquals(List.of(), arrived);
    }

    @Test
    void deliversWhatTheDeadSentWhileAlive() {
        world.node(A).begin();
        network.send(A, B, 1, arrived::add);
        world.node(A).kill();

        world.runFor(Duration.ofSeconds(1));

        assertEquals(List.of(1), arrived);
    }

    @Test
    void drawsConditionsThatDifferFromSeedToSeed() {
        assertEquals(
                NetworkConditions.drawn(World.ofSeed(1).random("swarm")),
                NetworkConditions.drawn(World.ofSeed(1).random("swarm")));
        assertNotEquals(
                NetworkConditions.drawn(World.ofSeed(1).random("swarm")),
                NetworkConditions.drawn(World.ofSeed(2).random("swarm")));
        long lossless = IntStream.range(0, 1_000)
                .filter(seed -> NetworkConditions.drawn(World.ofSeed(seed).random("swarm"))
                                .loss()
                        == 0)
                .count();
        assertTrue(lossless > 400 && lossless < 600, "lossless " + lossless);
    }

    private void send(NodeId from, NodeId to, int count) {
        for (int i = 0; i < count; i++) {
            network.send(from, to, i, arrived::add);
        }
        world.runFor(Duration.ofSeconds(1));
    }
}
