package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulation over many seeds, and whether it would notice. A longer search: {@code -Duitto.simulation.seeds=100000} and
 * {@code -Duitto.simulation.first-seed=1}.
 */
class RaftSimulationTest {
    @Test
    void keepsItsPromisesUnderEverySeed() {
        long first = Long.getLong("uitto.simulation.first-seed", 1);
        long count = Long.getLong("uitto.simulation.seeds", 2000);
        AtomicReference<SimulationFailure> failure = new AtomicReference<>();

        LongStream.range(first, first + count).parallel().forEach(seed -> {
            if (failure.get() == null) {
                try {
                    RaftSimulation.run(seed);
                } catch (SimulationFailure e) {
                    failure.compareAndSet(null, e);
                }
            }
        });

        if (failure.get() != null) {
            fail(failure.get());
        }
    }

    /** Seeds that found a bug once, on the day they did. */
    @ParameterizedTest
    @ValueSource(
            longs = {334, 804, 1208, 1291, 1003, 1105, 388, 3346, 4519, 5320, 5976, 6410, 20092, 30107, 475, 1450, 1725
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
