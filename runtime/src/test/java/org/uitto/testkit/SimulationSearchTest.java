package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.uitto.testkit.SimulationSearch.Plan;
import org.uitto.testkit.SimulationSearch.Result;

/** Many seeds at a time. */
class SimulationSearchTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void runsEachSeedTheSameOnOneThreadAndOnMany() throws Exception {
        Result alone = search(new Plan(1, 24, LONG, 1));
        Result together = search(new Plan(1, 24, LONG, 3));

        assertEquals(24, together.seedCount());
        assertEquals(alone.fingerprint(), together.fingerprint());
        assertEquals(alone.stepCount(), together.stepCount());
        assertEquals(alone.coverage(), together.coverage());
        assertEquals(alone.faults(), together.faults());
        assertEquals(Optional.empty(), together.violation());
    }

    @Test
    void finishesTheRunsUnderWayWhenTimeIsUp() throws Exception {
        Result result = search(new Plan(1, 1_000_000, Duration.ZERO, 2));

        assertTrue(result.seedCount() >= 1 && result.seedCount() <= 2, result::toString);
    }

    @Test
    void tellsOfItsProgress() throws Exception {
        List<Long> counts = new ArrayList<>();

        SimulationSearch.run(new Plan(1, 20, LONG, 2), Duration.ofMillis(1), soFar -> counts.add(soFar.seedCount()));

        assertTrue(!counts.isEmpty() && counts.get(0) <= 20, counts::toString);
        assertEquals(counts.stream().sorted().toList(), counts);
    }

    @Test
    void countsWhatIsReachedAndNamesWhatIsNot() throws Exception {
        Coverage coverage = search(new Plan(1, 60, LONG, 2)).coverage();

        for (Coverage.Kind kind : Coverage.Kind.values()) {
            Set<String> reached = new TreeSet<>(coverage.reached(kind).keySet());
            Set<String> unreached = coverage.unreached(kind);
            assertEquals(reached.size() + unreached.size(), coverage.size(kind));
            assertTrue(unreached.stream().noneMatch(reached::contains));
        }
        assertTrue(coverage.reached(Coverage.Kind.RULE).containsKey("Leader.onPropose"));
        assertTrue(coverage.reached(Coverage.Kind.MESSAGE).containsKey("Follower AppendEntries same term"));
        assertTrue(coverage.reached(Coverage.Kind.CHANGE).containsKey("Candidate to Leader"));
        assertTrue(coverage.reached(Coverage.Kind.FAULT).containsKey("CRASH of Leader"));
        assertTrue(coverage.reached(Coverage.Kind.RULE).size() > 20, coverage::toString);
    }

    private static Result search(Plan plan) throws InterruptedException {
        return SimulationSearch.run(plan, LONG, soFar -> {});
    }
}
