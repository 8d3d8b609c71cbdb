package org.uitto.samples.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.uitto.samples.nemesis.Topology.Link;
import org.uitto.samples.nemesis.Victims.Who;

/** What is decided before anything is done. */
class ScheduleTest {
    private static final List<String> THREE = List.of("a", "b", "c");
    private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");
    private static final List<Nemesis> ALL = List.of(Nemesis.values());

    private static List<Schedule.Round> rounds(long seed, int count) {
        Schedule schedule = new Schedule(seed, ALL);
        return Stream.generate(schedule::next).limit(count).toList();
    }

    @Test
    void theSameSeedDrawsTheSameRounds() {
        assertEquals(rounds(7, 100), rounds(7, 100));
        assertNotEquals(rounds(7, 100), rounds(8, 100));
    }

    @Test
    void everyNemesisHasItsTurnBeforeOneComesAgain() {
        Set<Nemesis> firstTurn = rounds(3, ALL.size()).stream()
                .map(round -> round.fault().nemesis())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Nemesis.class)));

        assertEquals(EnumSet.allOf(Nemesis.class), firstTurn);
    }

    @Test
    void onlyFaultsThatSpareTheDataComeTogether() {
        Set<Nemesis> alone = EnumSet.of(
                Nemesis.WIPE, Nemesis.ROLLBACK, Nemesis.POWER_LOSS, Nemesis.ROLLING_RESTART, Nemesis.MEMBERS);
        List<Schedule.Round> pairs = rounds(5, 2000).stream()
                .filter(round -> round.second().isPresent())
                .toList();

        assertTrue(pairs.size() > 100, () -> pairs.size() + " pairs");
        for (Schedule.Round pair : pairs) {
            assertTrue(
                    !alone.contains(pair.fault().nemesis())
                            && !alone.contains(pair.second().orElseThrow().nemesis()),
                    pair::toString);
        }
    }

    @Test
    void findsItsVictimsByTheirPart() {
        assertEquals(List.of("b"), new Victims(Who.LEADER, 1).among(THREE, Optional.of("b")));
        assertEquals(
                1, new Victims(Who.LEADER, 1).among(THREE, Optional.empty()).size());
        for (long draw = 0; draw < 20; draw++) {
            assertNotEquals(List.of("b"), new Victims(Who.FOLLOWER, draw).among(THREE, Optional.of("b")));
        }
        assertEquals(
                1, new Victims(Who.MINORITY, 1).among(THREE, Optional.empty()).size());
        assertEquals(
                2, new Victims(Who.MINORITY, 1).among(FIVE, Optional.empty()).size());
        assertEquals(
                2, new Victims(Who.MAJORITY, 1).among(THREE, Optional.empty()).size());
        assertEquals(
                3, new Victims(Who.MAJORITY, 1).among(FIVE, Optional.empty()).size());
        assertEquals(5, new Victims(Who.ALL, 1).among(FIVE, Optional.empty()).size());
    }

    @Test
    void halvesCantReachEachOther() {
        Topology halves = new Topology.Halves(new Victims(Who.LEADER, 1));

        assertEquals(
                Set.of(new Link("b", "a"), new Link("a", "b"), new Link("b", "c"), new Link("c", "b")),
                halves.of(THREE, Optional.of("b")).cut());
    }

    @Test
    void aBridgeReachesBothSides() {
        for (long draw = 0; draw < 20; draw++) {
            Set<Link> cut = new Topology.Bridge(draw).of(FIVE, Optional.of("a")).cut();

            List<String> bridges = FIVE.stream()
                    .filter(node -> cut.stream()
                            .noneMatch(link ->
                                    link.from().equals(node) || link.to().equals(node)))
                    .toList();
            assertEquals(1, bridges.size());
            assertEquals(2 * 2 * 2, cut.size());
        }
    }

    @Test
    void aOneWayFaultLeavesTheOtherWayOpen() {
        Victims leader = new Victims(Who.LEADER, 1);

        assertEquals(
                Set.of(new Link("a", "b"), new Link("a", "c")),
                new Topology.OneWay(leader, true).of(THREE, Optional.of("a")).cut());
        assertEquals(
                Set.of(new Link("b", "a"), new Link("c", "a")),
                new Topology.OneWay(leader, false).of(THREE, Optional.of("a")).cut());
    }

    @Test
    void namesWhatItDoes() {
        assertEquals("slow-link", Nemesis.SLOW_LINK.toString());
        assertEquals("5 to 9 ms late", new LinkQuality(5, 4, 0).toString());
        assertEquals("lost in 7 % of cases", new LinkQuality(0, 0, 7).toString());
        assertEquals("b (the leader), c", Fault.named(List.of("b", "c"), Optional.of("b")));
    }
}
