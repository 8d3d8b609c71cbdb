package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The whole world at work on the toy: it holds where the toy is right and finds the bug where it is wrong. */
class ElectionToyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void electsOneLeaderWhenAllIsCalm() {
        World world = World.ofSeed(1);
        ElectionToy toy = ElectionToy.start(world, SimulationConfig.defaults(), 3);

        world.runFor(MINUTE);

        assertEquals(1, toy.leaders().size());
    }

    @Test
    void neverElectsTwoLeadersInOneTermAndSettlesInPeace() {
        for (long seed = 1; seed <= 100; seed++) {
            World world = World.ofSeed(seed);
            ElectionToy toy = ElectionToy.start(world, SimulationConfig.defaults(), 3);
            toy.harass();

            world.runFor(MINUTE);

            assertTrue(toy.leaders().size() > 1, "seed " + seed);
            toy.leaveInPeace();
            world.runFor(MINUTE);
            int settled = toy.leaders().size();
            world.runFor(MINUTE);
            assertEquals(settled, toy.leaders().size(), "seed " + seed);
            toy.members().forEach(id -> assertTrue(world.node(id).isUp()));
        }
    }

    @Test
    void findsVotesThatLeaveBeforeTheyAreDurable() {
        long caught = LongStream.rangeClosed(1, 200)
                .filter(seed -> {
                    World world = World.ofSeed(seed);
                    ElectionToy toy = ElectionToy.start(world, SimulationConfig.defaults(), 3, false);
                    toy.harass();
                    try {
                        world.runFor(MINUTE);
                        return false;
                    } catch (SimulationFailure failure) {
                        return failure.toString().contains("two leaders");
                    }
                })
                .count();

        assertTrue(caught > 0, "no seed found it");
    }
}
