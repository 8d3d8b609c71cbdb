package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stops the machine, or breaks the disk, at every single change that a scenario makes to it. */
final class CrashTest {
    private static final int GROUPS = 60;

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsLostInACrashAtAnyStep(SimulatedDirectory.Leaves leaves) throws IOException {
        int steps = stepsOfWholeRun();

        for (int step = 1; step <= steps; step++) {
            SimulatedDirectory disk = new SimulatedDirectory();
            disk.failAt(step, SimulatedDirectory.Fault.CRASH);
            Script script = new Script(7);
            runUntilFailure(disk, script);
            SimulatedDirectory restarted = disk.afterCrash(leaves, new Random(step));

            checkRestart(restarted, script);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void nothingAcknowledgedIsLostInCrashAfterCrash(long seed) throws IOException {
        Random random = new Random(seed);
        SimulatedDirectory disk = new SimulatedDirectory();
        Script script = new Script(seed);

        for (int crash = 0; crash < 200; crash++) {
            disk.failAt(1 + random.nextInt(60), SimulatedDirectory.Fault.CRASH);
            try (SegmentStore store = Script.open(disk, script.warnings)) {
                script.check(store);
                script.resume(store);
                script.run(store, GROUPS);
            } catch (IOException | JournalLatchedException | JournalFullException e) {
                assertTrue(disk.hasFailed(), () -> "at a crash only: " + e);
            }
            List<SimulatedDirectory.Leaves> leaves = List.of(SimulatedDirectory.Leaves.values());
            disk = disk.afterCrash(leaves.get(random.nextInt(leaves.size())), random);
        }

        checkRestart(disk, script);
    }

    @Test
    void whatIsServedAfterAFailedForceAndARestartIsDurable() throws IOException {
        int steps = stepsOfWholeRun();

        for (int step = 1; step <= steps; step++) {
            SimulatedDirectory disk = new SimulatedDirectory();
            disk.failAt(step, SimulatedDirectory.Fault.IO_ERROR);
            Script script = new Script(7);
            runUntilFailure(disk, script);

            checkRestart(disk.afterKill(), script);
        }
    }

    @Test
    void aFailedWriteOrForceLatchesTheJournalShut() throws IOException {
        int latchings = 0;
        for (int step = 1; step <= 40; step++) {
            SimulatedDirectory disk = new SimulatedDirectory();
            Script script = new Script(7);
            SegmentStore store = Script.open(disk, script.warnings);
            script.run(store, 3);
            disk.failAt(step, SimulatedDirectory.Fault.IO_ERROR);
            try {
                script.run(store, GROUPS);
            } catch (JournalLatchedException e) {
                latchings++;
                int stepsBefore = disk.steps();

                JournalLatchedException later =
                        assertThrows(JournalLatchedException.class, () -> store.append(Script.write("a", 1000, 1000)));
                assertThrows(JournalLatchedException.class, () -> store.delete("a", 1));

                assertTrue(later.getMessage().contains("latched shut"), later.getMessage());
                assertTrue(later.getMessage().contains("Simulated: IO_ERROR"), later.getMessage());
                assertEquals(stepsBefore, disk.steps(), "nothing is tried again");
                script.check(store);
            }
            store.close();
        }
        assertTrue(latchings > 20, "latched " + latchings + " times");
    }

    private static int stepsOfWholeRun() throws IOException {
        SimulatedDirectory disk = new SimulatedDirectory();
        Script script = new Script(7);
        try (SegmentStore store = Script.open(disk, script.warnings)) {
            script.run(store, GROUPS);
            assertTrue(store.sizeBytes() < 12 * Script.SEGMENT_BYTES, "space is given back: " + store.sizeBytes());
        }
        assertEquals(List.of(), script.warnings);
        return disk.steps();
    }

    private static void runUntilFailure(SimulatedDirectory disk, Script script) {
        try (SegmentStore store = Script.open(disk, script.warnings)) {
            script.run(store, GROUPS);
        } catch (IOException | JournalLatchedException e) {
            assertTrue(disk.hasFailed(), () -> "only because of the fault: " + e);
        }
    }

    /** What is found after a restart is found again after another crash, and can be gone on from. */
    private static void checkRestart(SimulatedDirectory disk, Script script) throws IOException {
        List<String> warnings = new ArrayList<>();
        Map<String, String> found;
        SimulatedDirectory crashedAgain;
        try (SegmentStore store = Script.open(disk, warnings)) {
            script.check(store);
            found = Script.contents(store);
            crashedAgain = disk.afterCrash(SimulatedDirectory.Leaves.NOTHING, new Random(0));
        }
        try (SegmentStore store = Script.open(crashedAgain, warnings)) {
            assertEquals(found, Script.contents(store), "nothing appears or vanishes later");
            script.resume(store);
            script.run(store, 5);
            script.check(store);
        }
    }
}
