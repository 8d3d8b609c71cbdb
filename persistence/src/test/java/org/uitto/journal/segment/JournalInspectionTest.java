package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.journal.segment.JournalFinding.Range;
import org.uitto.journal.segment.JournalFinding.Severity;

/** Whatever is changed behind a journal's back is reported, and an inspection changes nothing itself. */
final class JournalInspectionTest {
    private final SimulatedDirectory disk = new SimulatedDirectory();
    private Map<String, String> contents = Map.of();

    @BeforeEach
    void write() throws IOException {
        Script script = new Script(3);
        try (SegmentStore store = Script.open(disk, script.warnings)) {
            script.run(store, 25);
            contents = Script.contents(store);
        }
    }

    static JournalReport verify(Directory directory) throws IOException {
        try (JournalInspection inspection = JournalInspection.of(directory)) {
            return inspection.verify();
        }
    }

    @Test
    void findsNothingInAJournalThatIsWhole() throws IOException {
        JournalReport report = verify(disk.copy());

        assertEquals(List.of(), report.findings());
        assertEquals(3, report.persistenceIds());
        assertTrue(
                report.eventCount() > 20 && report.segmentCount() >= 3 && report.readBytes() > 1000, () -> "" + report);
    }

    @Test
    void reportsEveryFlippedByte() throws IOException {
        int damaged = 0;
        for (String name : disk.list()) {
            for (int at = 0; at < disk.get(name).length; at++) {
                for (int mask : new int[] {0x01, 0x80, 0xFF}) {
                    SimulatedDirectory changed = disk.copy();
                    changed.get(name)[at] ^= (byte) mask;
                    String how = name + " byte " + at + " ^ " + mask;
                    damaged += checkReported(changed, how) ? 1 : 0;
                }
            }
        }
        assertTrue(damaged > 1000, "damaged " + damaged);
    }

    /** Whatever is reported as no damage must be none: the journal opens and has all its events. */
    private boolean checkReported(SimulatedDirectory changed, String how) throws IOException {
        List<JournalFinding> findings;
        boolean isSound;
        SimulatedDirectory before = changed.copy();
        try {
            JournalReport report = verify(changed);
            findings = report.findings();
            isSound = report.isSound();
        } catch (JournalRefusedException e) {
            return true;
        }
        assertFalse(findings.isEmpty(), how);
        for (String name : before.list()) {
            assertArrayEquals(before.get(name), changed.get(name), how);
        }
        if (isSound) {
            try (SegmentStore store = Script.open(changed, new ArrayList<>())) {
                assertEquals(contents, Script.contents(store), how);
            }
        }
        return !isSound;
    }

    @Test
    void reportsEveryTruncation() throws IOException {
        for (String name : disk.list()) {
            byte[] whole = disk.get(name);
            for (int length = 0; length < whole.length; length++) {
                SimulatedDirectory changed = disk.copy();
                changed.put(name, Arrays.copyOf(whole, length));
                if (!isSpare(name)) {
                    checkReported(changed, name + " cut to " + length);
                }
            }
        }
    }

    private boolean isSpare(String name) {
        List<Long> numbers = FileNames.segmentNumbers(disk.list());
        return name.equals(FileNames.segment(numbers.get(numbers.size() - 1)));
    }

    @Test
    void reportsEveryTailOfZeros() throws IOException {
        for (String name : disk.list()) {
            byte[] whole = disk.get(name);
            for (int length = 0; length < whole.length; length++) {
                SimulatedDirectory changed = disk.copy();
                Arrays.fill(changed.get(name), length, whole.length, (byte) 0);
                if (!Arrays.equals(whole, changed.get(name))) {
                    checkReported(changed, name + " zeroed from " + length);
                }
            }
        }
    }

    @Test
    void reportsEveryMissingFile() throws IOException {
        for (String name : disk.list()) {
            SimulatedDirectory changed = disk.copy();
            changed.remove(name);
            if (!isSpare(name)) {
                checkReported(changed, name + " is missing");
            }
        }
    }

    @Test
    void reportsEverySegmentInPlaceOfAnother() throws IOException {
        SimulatedDirectory foreign = new SimulatedDirectory();
        StoreSettings settings = new StoreSettings("test/one", new UUID(5, 6), Script.SEGMENT_BYTES, 0);
        try (SegmentStore store = SegmentStore.open(foreign, settings, Runnable::run, warning -> {})) {
            new Script(3).run(store, 25);
        }
        List<Long> numbers = FileNames.segmentNumbers(disk.list());
        for (long number : numbers) {
            for (long other : numbers) {
                String name = FileNames.segment(number);
                for (SimulatedDirectory from : List.of(disk, foreign)) {
                    if (!isSpare(name) && (number != other || from == foreign)) {
                        SimulatedDirectory changed = disk.copy();
                        changed.put(name, from.get(FileNames.segment(other)).clone());
                        assertTrue(checkReported(changed, other + " in place of " + number));
                    }
                }
            }
        }
    }

    @Test
    void reportsAnOlderCopyOfASegment() throws IOException {
        Map<String, byte[]> older = new TreeMap<>();
        disk.list().forEach(name -> older.put(name, disk.get(name).clone()));
        try (SegmentStore store = Script.open(disk, new ArrayList<>())) {
            Script script = new Script(4);
            script.resume(store);
            script.run(store, 3);
            contents = Script.contents(store);
        }
        for (String name : older.keySet()) {
            boolean isChanged = disk.list().contains(name) && !Arrays.equals(older.get(name), disk.get(name));
            if (isChanged && name.endsWith(".segment")) {
                SimulatedDirectory changed = disk.copy();
                changed.put(name, older.get(name));
                assertTrue(checkReported(changed, name + " of yesterday"), name);
            }
        }
    }

    @Test
    void namesTheEventsInADamagedPlace() throws IOException {
        SimulatedDirectory fresh = JournalRepairTest.events("a", 60);
        String name = FileNames.segment(1);
        int at = JournalRepairTest.indexOf(fresh.get(name), Script.payload("a", 5));
        fresh.get(name)[at] ^= 1;

        List<JournalFinding> findings = verify(fresh).findings();

        assertEquals(
                List.of(new JournalFinding(
                        Severity.DAMAGE,
                        name,
                        at - RecordFormat.EVENTS_PAYLOAD,
                        Optional.of(new Range("a", 5, 5)),
                        findings.get(0).what())),
                findings);
    }

    @Test
    void reportsATornTailAsNoDamageAndLeavesIt() throws IOException {
        SimulatedDirectory torn = JournalRepairTest.events("a", 3);
        byte[] segment = torn.get(FileNames.segment(1));
        int end = segment.length - 1;
        while (segment[end - 1] == 0) {
            end--;
        }
        segment[end + 2] = 7;
        byte[] before = segment.clone();

        JournalReport report = verify(torn);

        assertTrue(report.isSound());
        assertEquals(
                List.of(Severity.NOTE),
                report.findings().stream().map(JournalFinding::severity).toList());
        assertArrayEquals(before, torn.get(FileNames.segment(1)));
    }

    @Test
    void refusesAJournalThatIsInUseAndAFolderWithoutOne(@TempDir Path folder) throws IOException {
        Path journal = folder.resolve("journal");
        try (SegmentStore store = Script.open(new FileDirectory(journal), new ArrayList<>())) {
            store.append(Script.write("a", 1, 1));
            store.commit();
            String held = assertThrows(
                            JournalRefusedException.class, () -> JournalInspection.of(new ReadOnlyDirectory(journal)))
                    .getMessage();
            assertTrue(held.contains("in use by this process"), held);
        }
        assertEquals(List.of(), verify(new ReadOnlyDirectory(journal)).findings());

        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThrows(JournalRefusedException.class, () -> verify(new ReadOnlyDirectory(empty)));
        assertThrows(JournalRefusedException.class, () -> new ReadOnlyDirectory(folder.resolve("none")));
        try (var files = Files.list(empty)) {
            assertEquals(0, files.count());
        }
    }
}
