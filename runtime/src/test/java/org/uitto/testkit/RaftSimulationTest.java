package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.docs.Figures;

/**
 * The simulation over many seeds, and whether it would notice. A longer search: {@code -Duitto.simulation.seeds=100000} and
 * {@code -Duitto.simulation.first-seed=1}.
 */
class RaftSimulationTest {
    private static final long SEEDS = 2000;

    @Test
    void keepsItsPromisesUnderEverySeed() throws Exception {
        long first = Long.getLong("uitto.simulation.first-seed", 1);
        long count = Long.getLong("uitto.simulation.seeds", SEEDS);
        int threads = Runtime.getRuntime().availableProcessors();
        SimulationSearch.Plan plan = new SimulationSearch.Plan(first, count, Duration.ofDays(30), threads);

        SimulationSearch.Result result = SimulationSearch.run(plan, Duration.ofMinutes(1), soFar -> {});

        result.violation().ifPresent(violation -> fail(violation.failure()));
        if (first == 1 && count == SEEDS) {
            Figures.check("simulation", figures(result));
        }
    }

    private static String figures(SimulationSearch.Result result) {
        StringBuilder text = new StringBuilder("| what | how much |\n|---|---|\n");
        row(text, "seeds", Figures.count(result.seedCount()));
        row(text, "minutes on their clocks", Figures.count(result.virtualTime().toMinutes()));
        row(text, "steps, after each of which the invariants held", Figures.count(result.stepCount()));
        row(text, "operations of clients, judged", Figures.count(result.operationCount()));
        row(text, "entries committed", Figures.count(result.committedCount()));
        row(text, "leaders", Figures.count(result.leaderCount()));
        row(text, "rules of a role that decided", covered(result, Coverage.Kind.RULE));
        row(text, "messages, by role and by term, that were decided about", covered(result, Coverage.Kind.MESSAGE));
        row(text, "changes of role", covered(result, Coverage.Kind.CHANGE));
        row(text, "faults, by the step of their victim", covered(result, Coverage.Kind.FAULT));
        result.messages().forEach((fate, count) -> row(text, "messages: " + words(fate), Figures.count(count)));
        result.faults().forEach((fault, count) -> row(text, "faults: " + words(fault), Figures.count(count)));
        return text.toString();
    }

    private static void row(StringBuilder text, String what, String howMuch) {
        text.append("| ").append(what).append(" | ").append(howMuch).append(" |\n");
    }

    private static String covered(SimulationSearch.Result result, Coverage.Kind kind) {
        return result.coverage().reached(kind).size() + " of "
                + result.coverage().size(kind);
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Seeds that found a bug once, on the day they did. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                334, 804, 1208, 1291, 1003, 1105, 388, 3346, 4519, 5320, 5976, 6410, 20092, 30107, 475, 1450, 1725,
                1044216, 2025259, 3010019, 3010703, 3011377, 4003859, 4004000, 4005305, 4020254, 5053410, 6000680
            })
    void keepsItsPromisesUnderSeedsThatFoundABug(long seed) {
        RaftSimulation.run(seed);
    }

    @Test
    void repeatsARunInAnotherJvm() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RaftSimulationTest.class.getName(),
                        "7")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, other.waitFor());
        assertEquals(RaftSimulation.run(7).toString(), output.lines().reduce("", (before, line) -> line));
    }

    @Test
    void repeatsARunInThisJvm() {
        assertEquals(RaftSimulation.run(11), RaftSimulation.run(11));
    }

    @ParameterizedTest
    @CsvSource({
        "VOTE_NOT_PERSISTED, 1, 10",
        "OLDER_TERM_COMMITTED_BY_COUNTING, 1, 500",
        "ACKNOWLEDGED_BEFORE_DURABLE, 1, 10",
        "CREDITED_WITH_TOO_MUCH, 1, 500",
        "LOST_DISK_GOES_ON, 1, 500",
        "NEWCOMER_ACKNOWLEDGES, 1, 500"
    })
    void noticesABrokenRule(Sabotages sabotage, long firstSeed, int withinSeeds) {
        Optional<Long> found = LongStream.range(firstSeed, firstSeed + withinSeeds)
                .boxed()
                .filter(seed -> {
                    try {
                        RaftSimulation.run(seed, sabotage);
                        return false;
                    } catch (SimulationFailure e) {
                        return true;
                    }
                })
                .findFirst();

        assertTrue(found.isPresent(), () -> sabotage + " went unnoticed in " + withinSeeds + " seeds");
    }

    /** Prints the run of one seed, for a test in another JVM. */
    public static void main(String[] arguments) {
        System.out.println(RaftSimulation.run(Long.parseLong(arguments[0])));
    }
}
