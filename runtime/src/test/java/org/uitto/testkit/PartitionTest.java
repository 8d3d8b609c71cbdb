package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.PeerStatus;
import org.uitto.testkit.SimulatedNetwork.Link;

/** Five nodes of which some hear only some of the others, or only one way: somebody leads, and goes on leading. */
class PartitionTest extends ScriptedGroup {
    private static final List<NodeId> FIVE =
            IntStream.rangeClosed(1, 5).mapToObj(i -> new NodeId("n" + i)).toList();

    @Override
    List<NodeId> members() {
        return FIVE;
    }

    private List<NodeId> othersThan(NodeId... some) {
        return FIVE.stream().filter(node -> !List.of(some).contains(node)).toList();
    }

    /** Cuts all links but those within each of {@code heard}. */
    private void leave(List<Set<NodeId>> heard) {
        for (NodeId one : FIVE) {
            for (NodeId other : FIVE) {
                if (heard.stream().noneMatch(together -> together.contains(one) && together.contains(other))) {
                    world.network().cut(new Link(one, other));
                }
            }
        }
    }

    private long term() {
        return FIVE.stream()
                .mapToLong(node -> status(node).group().term())
                .max()
                .orElseThrow();
    }

    /** From now on nobody else leads and no term begins, and what is written is there. */
    private void assertSettled(int count) {
        put(count);
        NodeId leader = leader();
        long term = term();
        world.runFor(LONG);
        put(count + 1);
        assertEquals(leader, leader());
        assertEquals(term, term());
        assertHas(count + 1);
    }

    @Test
    @DisplayName("B11 a node that hears one follower only, and one that hears the leader only, disturb nobody")
    void whoHearsOneOtherOnlyDisturbsNobody() {
        startGroup();
        put(5);
        NodeId leader = leader();
        long term = term();
        List<NodeId> rest = othersThan(leader);
        leave(List.of(
                Set.of(leader, rest.get(0), rest.get(1)),
                Set.of(rest.get(0), rest.get(2)),
                Set.of(leader, rest.get(3))));

        assertSettled(10);

        assertEquals(leader, leader());
        assertEquals(term, term());
    }

    @Test
    @DisplayName("B11 in a chain one of those leads who hear a majority, whoever led before")
    void inAChainSomebodyLeads() {
        startGroup();
        put(5);
        NodeId end = leader();
        List<NodeId> rest = othersThan(end);
        leave(IntStream.range(0, 4)
                .mapToObj(i -> Set.of(i == 0 ? end : rest.get(i - 1), rest.get(i)))
                .toList());

        await("another leader", () -> role(end) != Role.LEADER && hasLeader());

        assertSettled(10);
    }

    @Test
    @DisplayName("B11 where only one node hears the others, and the leader is not it, that one leads")
    void theOnlyOneThatHearsAMajorityLeads() {
        startGroup();
        put(5);
        NodeId before = leader();
        NodeId hub = follower();
        leave(othersThan(hub).stream().map(node -> Set.of(hub, node)).toList());

        await("the hub leads", () -> role(hub) == Role.LEADER && role(before) != Role.LEADER);

        assertSettled(10);
        assertEquals(hub, leader());
    }

    @Test
    @DisplayName("B12 a follower that hears nothing and is heard deposes nobody, and the leader knows that it is deaf")
    void aDeafFollowerDeposesNobody() {
        startGroup();
        put(5);
        NodeId leader = leader();
        long term = term();
        NodeId deaf = follower();
        othersThan(deaf).forEach(node -> world.network().cut(new Link(node, deaf)));

        assertSettled(10);

        assertEquals(leader, leader());
        assertEquals(term, term());
        PeerStatus known = status(leader).group().peers().stream()
                .filter(peer -> peer.node().equals(deaf))
                .findFirst()
                .orElseThrow();
        assertTrue(known.heardMillisAgo() >= LONG.toMillis(), known::toString);
        world.network().healAll();
        await(
                deaf + " has all",
                () -> status(deaf)
                        .group()
                        .lastLog()
                        .equals(status(leader).group().lastLog()));
        assertEquals(term, term());
    }

    @Test
    @DisplayName("B12 a leader that hears everything and is heard by nobody makes way")
    void aLeaderThatIsHeardByNobodyMakesWay() {
        startGroup();
        put(5);
        NodeId mute = leader();
        othersThan(mute).forEach(node -> world.network().cut(new Link(mute, node)));

        await("another leader", () -> role(mute) != Role.LEADER && hasLeader());

        assertSettled(10);
        assertNotEquals(mute, leader());
    }

    @Test
    @DisplayName("B13 a node that comes and goes raises no term")
    void aNodeThatComesAndGoesRaisesNoTerm() {
        startGroup();
        put(5);
        NodeId leader = leader();
        long term = term();
        NodeId flapping = follower();

        for (int round = 1; round <= 40; round++) {
            world.network().isolate(flapping);
            world.runFor(Duration.ofMillis(150L * (round % 10)));
            done(new RegisterModel.Put("key" + round, "value" + round));
            world.network().rejoin(flapping);
            world.runFor(Duration.ofMillis(70L * (round % 7)));
        }

        assertEquals(leader, leader());
        assertEquals(term, term());
        assertHas(40);
    }

    @Test
    @DisplayName("B8 after hours without a majority in which nothing was decided, one leads as soon as there is one")
    void afterHoursWithoutAMajorityOneLeads() {
        startGroup();
        put(5);
        long term = term();
        List<NodeId> dead = FIVE.subList(0, 2);
        dead.forEach(node -> world.node(node).kill());
        List<NodeId> left = FIVE.subList(2, 5);
        left.forEach(world.network()::isolate);
        world.runFor(Duration.ofHours(2));
        assertFalse(hasLeader());

        left.forEach(world.network()::rejoin);

        assertTrue(holdsWithin(Duration.ofSeconds(5), this::hasLeader));
        long now = status(leader()).group().term();
        assertTrue(now <= term + 3, () -> "term " + term + " became " + now);
        put(6);
        assertHas(6);
    }
}
