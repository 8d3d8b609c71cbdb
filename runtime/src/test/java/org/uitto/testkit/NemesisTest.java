package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.uitto.testkit.Nemesis.Fault;

/** What the runs are made of. */
class NemesisTest {
    @Test
    void strikesWithEveryKindOfFault() {
        Set<String> all = EnumSet.allOf(Fault.class).stream().map(Fault::name).collect(Collectors.toSet());
        Set<String> struck = new HashSet<>();

        for (long seed = 1; seed <= 300 && !struck.containsAll(all); seed++) {
            struck.addAll(RaftSimulation.run(seed).faults().keySet());
        }

        assertEquals(all, struck);
    }

    @Test
    void drawsAMixOfItsOwnForEachSeed() {
        Set<Map<String, Integer>> mixes = LongStream.rangeClosed(1, 20)
                .mapToObj(seed -> RaftSimulation.run(seed).faults())
                .collect(Collectors.toSet());

        assertTrue(mixes.size() > 15, mixes::toString);
    }

    @Test
    void takesNoSnapshotWhereASeedWantsNone() {
        long without = LongStream.rangeClosed(1, 100)
                .filter(seed -> Swarm.drawn(World.ofSeed(seed)).snapshotAfterBytes() == Long.MAX_VALUE)
                .findFirst()
                .orElseThrow();

        RaftSimulation.Report report = RaftSimulation.run(without);

        assertTrue(report.committedCount() > 0);
        assertEquals(0, report.compactionCount() + report.installationCount());
    }
}
