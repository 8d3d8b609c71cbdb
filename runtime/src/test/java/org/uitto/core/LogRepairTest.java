package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.log;
import static org.uitto.core.Logs.termsOf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.log.LogWindow;

/** How a follower's log becomes its leader's, and how many round trips that takes (paper §5.3). */
class LogRepairTest {
    private static final ProtocolLimits SMALL = new ProtocolLimits(100, 200, 50, 60, 2, 1_000, 1, 0);

    static Stream<Arguments> logsOfFigure7() {
        return Stream.of(
                Arguments.of("a", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6}, 1),
                Arguments.of("b", new long[] {1, 1, 1, 4}, 1),
                Arguments.of("c", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6}, 0),
                Arguments.of("d", new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7}, 0),
                Arguments.of("e", new long[] {1, 1, 1, 4, 4, 4, 4}, 1),
                Arguments.of("f", new long[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}, 1));
    }

    @ParameterizedTest(name = "Figure 7 ({0})")
    @MethodSource("logsOfFigure7")
    void everyLogOfFigure7IsRepaired(String name, long[] terms, int refusals) {
        LogWindow leading = log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8);
        LogRepair repair = new LogRepair(8, leading, log(terms), SoloNode.LIMITS);

        repair.run();

        assertEquals(termsOf(leading), termsOf(repair.follower.log), name);
        assertEquals(refusals, repair.refusals, name);
    }

    /** A log whose terms grow by chance, beginning as {@code common} does. */
    private static long[] grown(SplittableRandom random, List<Long> common, int length, int terms, int parity) {
        List<Long> all = new ArrayList<>(common);
        long term = common.isEmpty() ? 1 : common.get(common.size() - 1);
        while (all.size() < length) {
            if (random.nextInt(4) == 0) {
                term = Math.min(terms, term + 1 + random.nextInt(3));
            }
            // Terms after the parting are another set on either side, as only one leader creates entries of a term.
            long own = term + Math.floorMod(parity - term, 2);
            all.add(Math.max(own, all.isEmpty() ? 0 : all.get(all.size() - 1)));
            term = own;
        }
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** The terms of entries of either log behind the last in common. */
    private static Set<Long> conflictingTerms(LogWindow one, LogWindow other) {
        List<Long> ours = termsOf(one);
        List<Long> theirs = termsOf(other);
        int common = 0;
        while (common < Math.min(ours.size(), theirs.size()) && ours.get(common).equals(theirs.get(common))) {
            common++;
        }
        Set<Long> terms = new HashSet<>(theirs.subList(common, theirs.size()));
        terms.addAll(ours.subList(common, ours.size()));
        return terms;
    }

    @Test
    @DisplayName("C14 C15 any two logs converge, with at most one refusal per conflicting term and one to begin with")
    void anyTwoLogsConverge() {
        for (int seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int terms = 1 + random.nextInt(30);
            List<Long> common = new ArrayList<>();
            for (long term : grown(random, List.of(), random.nextInt(20), terms, 0)) {
                common.add(term);
            }
            long[] ours = grown(random, common, common.size() + 1 + random.nextInt(40), terms, 0);
            LogWindow leading = log(ours);
            LogWindow following = log(grown(random, common, common.size() + random.nextInt(60), terms, 1));
            int conflicting = conflictingTerms(leading, following).size();
            LogRepair repair =
                    new LogRepair(terms + 9, leading, following, random.nextBoolean() ? SMALL : SoloNode.LIMITS);

            repair.run();

            assertEquals(termsOf(leading), termsOf(following).subList(0, ours.length), "seed " + seed);
            assertTrue(
                    repair.refusals <= conflicting + 1,
                    "seed " + seed + ": " + repair.refusals + " refusals for " + conflicting + " terms");
        }
    }

    @Test
    @DisplayName("C14 a log with hundreds of conflicting terms on both sides is repaired")
    void hundredsOfConflictingTermsAreRepaired() {
        long[] ours = new long[500];
        long[] theirs = new long[500];
        for (int i = 0; i < 500; i++) {
            ours[i] = 2L * i + 2;
            theirs[i] = 2L * i + 1;
        }
        LogWindow leading = log(ours);
        LogRepair repair = new LogRepair(2_000, leading, log(theirs), SMALL);

        repair.run();

        assertEquals(termsOf(leading), termsOf(repair.follower.log));
        assertTrue(repair.refusals <= 501, repair.refusals + " refusals");
    }

    @Test
    void aLongGapWithoutConflictCostsOneRefusal() {
        long[] ours = new long[10_000];
        java.util.Arrays.fill(ours, 3);
        LogRepair repair = new LogRepair(3, log(ours), log(3, 3), SoloNode.LIMITS);

        repair.run();

        assertEquals(1, repair.refusals);
        assertEquals(10_000, repair.follower.log.last().index());
    }
}
