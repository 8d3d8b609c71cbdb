package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RaftSimulationTest {
    @Test
    void holdsForManySeeds() {
        long count = Long.getLong("uitto.seeds", 20);
        long start = System.nanoTime();
        for (long seed = Long.getLong("uitto.first-seed", 1); count > 0; seed++, count--) {
            RaftSimulation.Report report = RaftSimulation.run(seed);
            System.out.println(report);
        }
        System.out.println((System.nanoTime() - start) / 1e9);
    }

    @Test
    void repeatsARun() {
        assertEquals(RaftSimulation.run(3), RaftSimulation.run(3));
    }
}
