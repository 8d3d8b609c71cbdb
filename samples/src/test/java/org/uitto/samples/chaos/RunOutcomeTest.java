package org.uitto.samples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.uitto.samples.chaos.Observer.Part;
import org.uitto.samples.chaos.Observer.Seen;
import org.uitto.samples.chaos.StoreInput.Verb;
import org.uitto.samples.nemesis.Nemesis;
import org.uitto.testkit.Operation;
import org.uitto.testkit.Operation.Outcome;

/** What is said about a run. */
class RunOutcomeTest {
    private static final long SECOND = 1_000_000_000L;

    private static Operation<StoreInput, StoreAnswer> get(long atSecond, Outcome outcome) {
        StoreAnswer answer = outcome == Outcome.OK ? StoreAnswer.found(Optional.empty()) : null;
        return new Operation<>(
                "1",
                new StoreInput(Verb.GET, "k", "", ""),
                atSecond * SECOND,
                atSecond * SECOND + SECOND / 2,
                outcome,
                answer);
    }

    private static RunOutcome run(Check... checks) {
        return new RunOutcome(
                new ChaosRun.Plan(Duration.ofSeconds(20), List.of(Nemesis.KILL), 3, 7),
                List.of("a", "b", "c"),
                20 * SECOND,
                List.of(get(5, Outcome.OK), get(6, Outcome.FAIL), get(7, Outcome.UNKNOWN), get(9, Outcome.OK)),
                List.of(new Operation<>("2", CounterClient.Input.ADD, 18 * SECOND, 19 * SECOND, Outcome.OK, 1L)),
                List.of(new FaultRecord(
                        Nemesis.KILL, "kill -9 a <the leader>", List.of("a"), 5 * SECOND, 8 * SECOND, 9 * SECOND)),
                Map.of(Nemesis.FULL_DISK, "not root"),
                List.of(new Seen(SECOND, "a", Part.LEADER, 3), new Seen(6 * SECOND, "a", Part.DOWN, 0)),
                List.of(checks));
    }

    @Test
    void countsAndMeasures() {
        RunOutcome run = run(new Check("good", true, ""));

        assertEquals(
                "verdict: ok operations=5 acknowledged=3 failed=1 unknown=1 faults=1 longest-pause-ms=10500 seed=7",
                run.verdict());
        assertEquals(4 * SECOND, Pauses.of(run).longestNanos(5 * SECOND, 9 * SECOND));
        assertEquals(1, Pauses.of(run).atLeast(5 * SECOND).size());
    }

    @Test
    void isWrongIfOneCheckIs() {
        RunOutcome run = run(new Check("good", true, ""), new Check("bad", false, "lost <it>"));

        assertFalse(run.isOk());
        assertTrue(run.verdict().startsWith("verdict: failed "), run::verdict);
        assertTrue(run.json().contains("{\"name\":\"bad\",\"ok\":false,\"detail\":\"lost <it>\"}"), run::json);
        assertTrue(run.json().contains("\"skipped\":{\"full-disk\":\"not root\"}"), run::json);
    }

    @Test
    void thePageTellsItAll() {
        String page = ReportPage.of(run(new Check("bad", false, "lost <it>")));

        assertTrue(page.contains("<span class=\"badge bad\">Violated</span>"), page);
        assertTrue(page.contains("lost &lt;it&gt;") && page.contains("kill -9 a &lt;the leader&gt;"), page);
        assertTrue(page.contains("node a: leader of term 3") && page.contains("full-disk (not root)"), page);
        assertFalse(page.matches("(?s).*\\{[a-z-]+\\}.*"), page);
        assertFalse(page.contains("src=") || page.contains("href="), "it needs nothing but itself");
    }
}
