package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stops the machine, or breaks the disk, at every single change that saving and deleting make to it. */
final class SnapshotCrashTest {
    private static final String LONG_STATE = "state ".repeat(50_000);

    /** What was done with one persistence id, and what that allows to be found. */
    private static final class Script {
        /** What the newest may be, by the sequence number up to which it is asked for. */
        private final Map<Long, String> acknowledged = new TreeMap<>();

        private Map<Long, String> underWay = Map.of();
        private final List<Exception> failures = new ArrayList<>();

        void run(SnapshotFiles store) {
            attempt(with(1, "one"), () -> store.save("a", 1, 10, Saves.content("one")));
            attempt(with(2, LONG_STATE), () -> store.save("a", 2, 20, Saves.content(LONG_STATE)));
            attempt(with(2, "two again"), () -> store.save("a", 2, 20, Saves.content("two again")));
            attempt(with(5, "five"), () -> store.save("a", 5, 50, Saves.content("five")));
            attempt(without(2), () -> store.delete("a", key -> key.sequenceNr() <= 2));
            attempt(with(6, "six"), () -> store.save("a", 6, 5, Saves.content("six")));
        }

        private Map<Long, String> with(long sequenceNr, String text) {
            Map<Long, String> after = new TreeMap<>(acknowledged);
            after.put(sequenceNr, text);
            return after;
        }

        private Map<Long, String> without(long upTo) {
            Map<Long, String> after = new TreeMap<>(acknowledged);
            after.keySet().removeIf(sequenceNr -> sequenceNr <= upTo);
            return after;
        }

        private void attempt(Map<Long, String> after, Step step) {
            if (!failures.isEmpty()) {
                return;
            }
            try {
                step.run();
                acknowledged.clear();
                acknowledged.putAll(after);
            } catch (IOException | SnapshotNotSavedException e) {
                underWay = after;
                failures.add(e);
            }
        }

        /** Each snapshot is as it was before or after what was under way. */
        void check(SnapshotFiles store, String when) throws IOException {
            for (long sequenceNr = 1; sequenceNr <= 6; sequenceNr++) {
                long exactly = sequenceNr;
                Optional<String> found =
                        store.load("a", key -> key.sequenceNr() == exactly).map(Saves::text);
                Optional<String> before = Optional.ofNullable(acknowledged.get(sequenceNr));
                Optional<String> after = underWay.isEmpty() ? before : Optional.ofNullable(underWay.get(sequenceNr));
                assertTrue(
                        found.equals(before) || found.equals(after),
                        when + ", sequence number " + sequenceNr + ": " + found.map(String::length));
            }
        }
    }

    /** Something done with a store. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private static List<String> wholeRun() throws IOException {
        SimulatedFolder folder = new SimulatedFolder();
        folder.failAt(Integer.MAX_VALUE, SimulatedFolder.Fault.CRASH);
        Script script = new Script();
        script.run(new Saves(folder).store);
        assertEquals(List.of(), script.failures);
        return folder.trace();
    }

    @ParameterizedTest
    @EnumSource
    void nothingSavedIsLostInACrashAtAnyStep(SimulatedFolder.Leaves leaves) throws IOException {
        int steps = wholeRun().size();

        for (int step = 1; step <= steps; step++) {
            for (int seed = 0; seed < 10; seed++) {
                SimulatedFolder folder = new SimulatedFolder();
                folder.failAt(step, SimulatedFolder.Fault.CRASH);
                Script script = runUntilFailure(folder);

                Saves restarted = new Saves(folder.afterCrash(leaves, new Random(seed)));

                String when = "crash at step " + step + ", seed " + seed;
                script.check(restarted.store, when);
                assertEquals(List.of(), restarted.warnings, when);
                checkStaysAsFound(restarted, when);
            }
        }
    }

    private static Script runUntilFailure(SimulatedFolder folder) {
        Script script = new Script();
        try {
            Saves saves = new Saves(folder);
            script.run(saves.store);
        } catch (IOException e) {
            script.failures.add(e);
        }
        return script;
    }

    /** What is found after one crash is found after the next, even if nothing but what was forced is left. */
    private static void checkStaysAsFound(Saves restarted, String when) throws IOException {
        List<Long> sequenceNrs = LongStream.rangeClosed(1, 6).boxed().toList();
        List<Optional<String>> found = new ArrayList<>();
        for (long sequenceNr : sequenceNrs) {
            found.add(restarted.loadUpTo("a", sequenceNr));
        }
        Saves again = new Saves(restarted.folder.afterCrash(SimulatedFolder.Leaves.NOTHING, new Random(0)));
        for (long sequenceNr : sequenceNrs) {
            assertEquals(found.get((int) sequenceNr - 1), again.loadUpTo("a", sequenceNr), when);
        }
        assertFalse(again.folder.list().stream().anyMatch(name -> name.endsWith(FileNames.WRITING)), when);
        again.save("a", 7, "seven");
        assertEquals(Optional.of("seven"), again.load("a"), when);
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedFolder.Fault.class,
            names = {"IO_ERROR", "NO_SPACE"})
    void aFailureAtAnyStepFailsThatOneAndLeavesTheOthers(SimulatedFolder.Fault fault) throws IOException {
        List<String> steps = wholeRun();

        for (int step = 1; step <= steps.size(); step++) {
            SimulatedFolder folder = new SimulatedFolder();
            folder.failAt(step, fault);
            Saves saves;
            try {
                saves = new Saves(folder);
            } catch (IOException e) {
                continue;
            }
            Script script = new Script();
            script.run(saves.store);

            String when = fault + " at step " + step + ", " + steps.get(step - 1);
            script.check(saves.store, when);
            boolean isSaveFailed = script.failures.stream().anyMatch(SnapshotNotSavedException.class::isInstance);
            if (isSaveFailed) {
                script.underWay = Map.of();
                script.check(saves.store, when + ": what failed is not used");
                assertFalse(folder.list().stream().anyMatch(name -> name.endsWith(FileNames.WRITING)), when);
                script.check(new Saves(folder.afterKill()).store, when + ", after a restart");
            }
        }
    }

    @Test
    void aFailedForceFailsTheSaveAndItsFileIsNeverUsed() throws IOException {
        Saves saves = new Saves();
        saves.save("a", 1, "one");
        saves.folder.failAt(stepOf("force 2.writing"), SimulatedFolder.Fault.IO_ERROR);

        SnapshotNotSavedException failed =
                assertThrows(SnapshotNotSavedException.class, () -> saves.save("a", 2, "two"));

        assertTrue(failed.getMessage().contains("IO_ERROR at force 2.writing"), failed.getMessage());
        assertEquals(Optional.of("one"), saves.load("a"));
        assertEquals(List.of("identity", saves.file("a", 1)).stream().sorted().toList(), saves.folder.list());
        saves.save("a", 2, "two");
        assertEquals(Optional.of("two"), saves.load("a"));
    }

    /** Which step of the second save it is. */
    private static int stepOf(String what) throws IOException {
        Saves saves = new Saves();
        saves.save("a", 1, "one");
        saves.folder.failAt(Integer.MAX_VALUE, SimulatedFolder.Fault.CRASH);
        saves.save("a", 2, "two");
        return saves.folder.trace().indexOf(what) + 1;
    }

    @Test
    void aFailedRenameKeepsTheEarlierOneOfTheSameSequenceNumber() throws IOException {
        for (String what : List.of("rename 2.writing", "force folder")) {
            Saves saves = new Saves();
            saves.save("a", 2, "earlier");
            saves.folder.failAt(stepOf(what), SimulatedFolder.Fault.IO_ERROR);

            assertThrows(SnapshotNotSavedException.class, () -> saves.save("a", 2, "later"), what);

            assertEquals(Optional.of("earlier"), saves.load("a"), what);
            assertEquals(Optional.of("earlier"), new Saves(saves.folder.afterKill()).load("a"), what);
        }
    }

    @Test
    void aFullDiskFailsTheSaveAndTakesNoRoom() throws IOException {
        Saves saves = new Saves();
        saves.save("a", 1, "one");
        saves.folder.failAt(3, SimulatedFolder.Fault.NO_SPACE);

        SnapshotNotSavedException full =
                assertThrows(SnapshotNotSavedException.class, () -> saves.save("a", 2, LONG_STATE));

        assertTrue(full.getMessage().contains("No space left on device"), full.getMessage());
        assertTrue(full.getMessage().contains("persistence id \"a\" at sequence number 2"), full.getMessage());
        assertEquals(2, saves.folder.list().size());
        assertEquals(Optional.of("one"), saves.load("a"));
    }
}
