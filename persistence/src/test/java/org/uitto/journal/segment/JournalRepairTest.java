package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.journal.segment.JournalFinding.Range;

/** A repaired journal opens, and whoever lost acknowledged events is told so. */
final class JournalRepairTest {
    private static final UUID REPAIRED = new UUID(7, 8);

    @TempDir
    private Path parent = Path.of("");

    static SimulatedDirectory events(String persistenceId, int count) throws IOException {
        SimulatedDirectory fresh = new SimulatedDirectory();
        write(fresh, count, persistenceId);
        return fresh;
    }

    private static void write(Directory directory, int count, String... persistenceIds) throws IOException {
        try (SegmentStore store = Script.open(directory, new ArrayList<>())) {
            for (long sequenceNr = 1; sequenceNr <= count; sequenceNr++) {
                for (String persistenceId : persistenceIds) {
                    store.append(Script.write(persistenceId, sequenceNr, sequenceNr));
                }
                store.commit();
            }
        }
    }

    static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return fail("not there");
    }

    private Path journal(int count, String... persistenceIds) throws IOException {
        Path folder = parent.resolve("journal");
        write(new FileDirectory(folder), count, persistenceIds);
        return folder;
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    private static void flipEvent(Path folder, long segment, String persistenceId, long sequenceNr) throws IOException {
        Path file = folder.resolve(FileNames.segment(segment));
        flip(file, indexOf(Files.readAllBytes(file), Script.payload(persistenceId, sequenceNr)));
    }

    private static long lastSegment(Path folder) throws IOException {
        List<Long> numbers = FileNames.segmentNumbers(new FileDirectory(folder).list());
        return numbers.get(numbers.size() - 2);
    }

    private static Optional<Path> repair(Path folder, String stamp, String... discard) throws IOException {
        try (JournalRepair repair = JournalRepair.toChange(folder)) {
            return repair.run(Set.of(discard), stamp, REPAIRED);
        }
    }

    private static JournalReport verify(Path folder) throws IOException {
        return JournalInspectionTest.verify(new ReadOnlyDirectory(folder));
    }

    private static void assertRefused(SegmentStore store, String persistenceId, long next) {
        assertThrows(JournalDamagedException.class, () -> store.replay(persistenceId, 1, Long.MAX_VALUE));
        assertThrows(JournalDamagedException.class, () -> store.highestSequenceNr(persistenceId));
        assertTrue(
                store.append(Script.write(persistenceId, next, next)).orElseThrow() instanceof JournalDamagedException);
    }

    @Test
    void refusesOnlyWhoLostEventsIfAnIndexTells() throws IOException {
        Path folder = journal(30, "a", "b");
        flipEvent(folder, 1, "a", 5);

        try (JournalRepair repair = JournalRepair.toLookAt(folder)) {
            JournalRepair.Plan plan = repair.plan(Set.of());
            assertEquals(List.of(new Range("a", 5, 5)), plan.lost());
            assertEquals(List.of("b"), plan.kept());
            assertFalse(plan.refusesEveryone());
        }
        Path old = repair(folder, "1").orElseThrow();

        assertTrue(Files.exists(old.resolve(FileNames.segment(1))));
        assertEquals(
                List.of(Optional.of(new Range("a", 5, 5))),
                verify(folder).findings().stream().map(JournalFinding::events).toList());
        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            Script.checkEvents(store, "b", 1, 30);
            assertEquals(30, store.highestSequenceNr("b"));
            assertRefused(store, "a", 31);
            assertEquals(Optional.empty(), store.append(Script.write("new", 1, 1)));
            store.commit();
            Script.checkEvents(store, "new", 1, 1);
        }
    }

    @Test
    void startsADiscardedIdEmptyAndBehindItsHighestSequenceNumber() throws IOException {
        Path folder = journal(30, "a", "b");
        flipEvent(folder, 1, "a", 5);
        repair(folder, "1");

        repair(folder, "2", "a");

        assertEquals(List.of(), verify(folder).findings());
        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertEquals(30, store.highestSequenceNr("a"));
            assertEquals(30, store.deletedTo("a"));
            assertEquals(Optional.empty(), store.append(Script.write("a", 31, 31)));
            store.commit();
            Script.checkEvents(store, "a", 31, 31);
            Script.checkEvents(store, "b", 1, 30);
        }
    }

    @Test
    void refusesEveryoneIfNobodyCanTellWhoseEventsAreLost() throws IOException {
        Path folder = journal(31, "a", "b");
        long last = lastSegment(folder);
        flip(folder.resolve(FileNames.segment(last)), SegmentHeader.BYTES + 200);
        assertThrows(JournalDamagedException.class, () -> Script.open(new FileDirectory(folder), new ArrayList<>()));

        repair(folder, "1");

        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertRefused(store, "a", 50);
            assertRefused(store, "b", 50);
            assertRefused(store, "never seen", 1);
        }
        assertFalse(verify(folder).isSound());

        repair(folder, "2", "b");

        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertRefused(store, "a", 50);
            long highest = store.highestSequenceNr("b");
            assertEquals(Optional.empty(), store.append(Script.write("b", highest + 1, highest + 1)));
        }
    }

    @Test
    void tellsByItsIndexWhatAMissingSegmentHeld() throws IOException {
        Path folder = journal(90, "a");
        Files.delete(folder.resolve(FileNames.segment(2)));

        repair(folder, "1");

        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertRefused(store, "a", 91);
            assertEquals(Optional.empty(), store.append(Script.write("b", 1, 1)));
        }
    }

    @Test
    void losesNothingByTheDamageOfWhatIsDeleted() throws IOException {
        Path folder = journal(30, "a", "b");
        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            store.delete("a", 10);
            store.commit();
        }
        flipEvent(folder, 1, "a", 5);

        repair(folder, "1");

        assertEquals(List.of(), verify(folder).findings());
        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertEquals(10, store.deletedTo("a"));
            Script.checkEvents(store, "a", 11, 30);
            Script.checkEvents(store, "b", 1, 30);
        }
    }

    @Test
    void onlyMendsWhatHarmedNoEvent() throws IOException {
        Path folder = journal(30, "a");
        flip(folder.resolve(FileNames.index(1)), 3);
        flip(folder.resolve(FileNames.SYNCED), 3);

        Path old = repair(folder, "1").orElseThrow();

        assertEquals(List.of(), verify(folder).findings());
        assertTrue(Files.exists(old.resolve(FileNames.index(1))));
        assertEquals(Optional.empty(), repair(folder, "2"));
        assertFalse(Files.exists(folder.resolve("damaged-2")));
    }

    @Test
    void changesNothingWhenItOnlyLooks() throws IOException {
        Path folder = journal(30, "a", "b");
        flipEvent(folder, 1, "a", 5);
        String before = digest(folder);

        try (JournalRepair repair = JournalRepair.toLookAt(folder)) {
            assertEquals(JournalRepair.Kind.REWRITE, repair.plan(Set.of("b")).kind());
            assertEquals(Map.of("b", 30L), repair.plan(Set.of("b")).discarded());
        }

        assertEquals(before, digest(folder));
    }

    @Test
    void goesOnWithARepairThatWasInterrupted() throws IOException {
        Path folder = journal(30, "a", "b");
        Path fresh = parent.resolve("fresh");
        write(new FileDirectory(fresh), 4, "c");
        Files.delete(fresh.resolve(FileDirectory.LOCK_FILE));
        long count;
        try (var files = Files.list(fresh)) {
            count = files.count();
        }
        Files.move(fresh, folder.resolve("repair-9"));
        Path old = Files.createDirectory(folder.resolve("damaged-9"));
        Files.move(folder.resolve(FileNames.IDENTITY), old.resolve(FileNames.IDENTITY));
        Files.writeString(folder.resolve(FileNames.REPAIRING), "9\n" + count + "\n");
        assertThrows(JournalRefusedException.class, () -> Script.open(new FileDirectory(folder), new ArrayList<>()));
        assertThrows(JournalRefusedException.class, () -> verify(folder));

        assertEquals(Optional.empty(), repair(folder, "10"));

        try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
            assertEquals(List.of("c"), store.persistenceIds());
            Script.checkEvents(store, "c", 1, 4);
        }
        assertTrue(Files.exists(old.resolve(FileNames.segment(1))));
        assertFalse(Files.exists(folder.resolve("repair-9")));
    }

    /** Whatever single byte is changed: after the repair each event is there as it was, or its owner is refused. */
    @Test
    void neverHidesALossWhateverByteIsChanged() throws IOException {
        Path whole = journal(9, "a", "b");
        Path folder = parent.resolve("changed");
        for (String name : new FileDirectory(whole).list()) {
            boolean isRead = !name.equals(FileDirectory.LOCK_FILE);
            int size = isRead ? (int) Files.size(whole.resolve(name)) : 0;
            for (int at = 0; at < size; at += 7) {
                copy(whole, folder);
                flip(folder.resolve(name), at);
                try {
                    repair(folder, "1");
                } catch (JournalRefusedException e) {
                    assertTrue(e.getMessage().contains("version"), e.getMessage());
                    continue;
                }
                try (SegmentStore store = Script.open(new FileDirectory(folder), new ArrayList<>())) {
                    for (String persistenceId : List.of("a", "b")) {
                        checkWholeOrRefused(store, persistenceId, name + " byte " + at);
                    }
                }
            }
        }
    }

    private static void checkWholeOrRefused(SegmentStore store, String persistenceId, String how) throws IOException {
        try {
            assertEquals(9, store.highestSequenceNr(persistenceId), how);
        } catch (JournalDamagedException e) {
            return;
        }
        Script.checkEvents(store, persistenceId, 1, 9);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (var files = Files.walk(to)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static String digest(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                text.append(file).append(Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return text.toString();
    }
}
