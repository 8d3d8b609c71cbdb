package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One seed, one run. */
class WorldDeterminismTest {
    private static final SimulationConfig SERIALIZING = SimulationConfig.of(ConfigFactory.parseString(
            "uitto.simulation.journal.test-serialization = on, pekko.actor.allow-java-serialization = on"));

    @Test
    void repeatsARunOfTheSameSeed() {
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals(run(seed), run(seed), "seed " + seed);
        }
    }

    @Test
    void runsDifferentlyForEachSeed() {
        Set<String> runs = new HashSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            runs.add(run(seed));
        }

        assertEquals(50, runs.size());
    }

    @Test
    void repeatsARunWhileOtherWorldsRunOnOtherThreads() throws Exception {
        List<String> alone = new ArrayList<>();
        for (long seed = 1; seed <= 12; seed++) {
            alone.add(run(seed));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> together = new ArrayList<>();
            for (long seed = 1; seed <= 12; seed++) {
                long each = seed;
                together.add(threads.submit(() -> run(each)));
            }

            for (int i = 0; i < alone.size(); i++) {
                assertEquals(alone.get(i), together.get(i).get(), "seed " + (i + 1));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void repeatsARunInAnotherJvm() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorldDeterminismTest.class.getName(),
                        "42")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, other.waitFor());
        assertEquals(run(42), output.lines().reduce("", (before, line) -> line));
    }

    @Test
    void givesEachConsumerOfChanceItsOwnStream() {
        World world = World.ofSeed(1);

        long first = world.random("a").nextLong();

        assertEquals(first, World.ofSeed(1).random("a").nextLong());
        assertNotEquals(first, world.random("b").nextLong());
        assertNotEquals(first, World.ofSeed(2).random("a").nextLong());
    }

    /** Prints the run of one seed, for a test in another JVM. */
    public static void main(String[] arguments) {
        System.out.println(run(Long.parseLong(arguments[0])));
    }

    private static String run(long seed) {
        World world = World.ofSeed(seed);
        ElectionToy toy = ElectionToy.start(world, SERIALIZING, 5);
        toy.harass();
        world.runFor(Duration.ofSeconds(20));
        return Long.toHexString(world.trace().hash()) + " steps " + world.steps() + " items "
                + world.trace().count() + " leaders " + toy.leaders().size();
    }
}
