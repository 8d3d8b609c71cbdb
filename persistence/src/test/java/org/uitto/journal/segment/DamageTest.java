package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes a journal behind its back, in every way there is for a small one. */
final class DamageTest {
    private final SimulatedDirectory disk = new SimulatedDirectory();
    private Map<String, String> contents = Map.of();

    @BeforeEach
    void write() throws IOException {
        Script script = new Script(3);
        try (SegmentStore store = Script.open(disk, script.warnings)) {
            script.run(store, 25);
            contents = Script.contents(store);
        }
        assertEquals(List.of(), script.warnings);
        assertTrue(FileNames.segmentNumbers(disk.list()).size() >= 4, "several segments: " + disk.list());
    }

    @Test
    void everyFlippedByteIsFoundOrHarmless() throws IOException {
        int found = 0;
        for (String name : disk.list()) {
            for (int at = 0; at < disk.get(name).length; at++) {
                for (int mask : new int[] {0x01, 0x80, 0xFF}) {
                    SimulatedDirectory damaged = disk.copy();
                    damaged.get(name)[at] ^= (byte) mask;
                    found += isFound(damaged, name + " byte " + at + " ^ " + mask) ? 1 : 0;
                }
            }
        }
        assertTrue(found > 1000, "found " + found);
    }

    @Test
    void withoutTheMarkOnlyTheLastGroupCanBeTakenForTorn() throws IOException {
        Script script = new Script(3);
        try (SegmentStore store = Script.open(disk.copy(), script.warnings)) {
            assertEquals(contents, Script.contents(store));
        }
        String active = activeSegment();
        int lastGroup = startOfLastGroup(active);
        int lost = 0;
        for (int at = 0; at < disk.get(active).length; at++) {
            SimulatedDirectory damaged = disk.copy();
            damaged.remove(FileNames.SYNCED);
            damaged.get(active)[at] ^= (byte) 0xFF;
            if (losesEvents(damaged)) {
                assertTrue(at >= lastGroup, at + " is before the last group, which begins at " + lastGroup);
                lost++;
            }
        }
        assertTrue(lost > 0, "the last group begins at " + lastGroup);
    }

    private int startOfLastGroup(String name) throws IOException {
        DataFile file = disk.open(name);
        ByteBuffer bytes = ByteBuffer.wrap(disk.get(name));
        if (SegmentHeader.read(bytes) instanceof SegmentHeader.Begun begun) {
            RecordScanner scanner =
                    new RecordScanner(file, begun.header().number(), Script.SEGMENT_BYTES, begun.checksum());
            int synced = 0;
            while (scanner.next()) {
                synced = bytes.getInt(scanner.offset() + RecordFormat.SYNCED);
            }
            return synced;
        }
        return fail(name + " has no header");
    }

    @Test
    void everyTruncationOfTheLastSegmentIsFoundOrHarmless() throws IOException {
        String active = activeSegment();
        byte[] whole = disk.get(active);
        for (int length = 0; length < whole.length; length++) {
            SimulatedDirectory damaged = disk.copy();
            damaged.put(active, Arrays.copyOf(whole, length));
            assertTrue(isFound(damaged, active + " cut to " + length), "cut to " + length);
        }
    }

    @Test
    void everyTailOfZerosInTheLastSegmentIsFoundOrHarmless() throws IOException {
        String active = activeSegment();
        byte[] whole = disk.get(active);
        for (int length = 0; length < whole.length; length++) {
            SimulatedDirectory damaged = disk.copy();
            Arrays.fill(damaged.get(active), length, whole.length, (byte) 0);
            isFound(damaged, active + " zeroed from " + length);
        }
    }

    @Test
    void everyMissingFileIsFoundOrHarmless() throws IOException {
        for (String name : disk.list()) {
            SimulatedDirectory damaged = disk.copy();
            damaged.remove(name);

            boolean isFound = isFound(damaged, name + " is missing");

            boolean isNeeded = name.equals(FileNames.IDENTITY)
                    || (name.endsWith(".segment") && name.compareTo(activeSegment()) <= 0);
            assertEquals(isNeeded, isFound, name);
        }
    }

    @Test
    void everySegmentInPlaceOfAnotherIsFound() throws IOException {
        for (long number : FileNames.segmentNumbers(disk.list())) {
            for (long other : FileNames.segmentNumbers(disk.list())) {
                String name = FileNames.segment(number);
                if (number != other && name.compareTo(activeSegment()) <= 0) {
                    SimulatedDirectory damaged = disk.copy();
                    damaged.put(name, disk.get(FileNames.segment(other)).clone());
                    assertTrue(isFound(damaged, other + " in place of " + number));
                }
            }
        }
    }

    @Test
    void anOlderCopyOfASegmentIsFound() throws IOException {
        SimulatedDirectory grown = disk.copy();
        String active = activeSegment();
        try (SegmentStore store = Script.open(grown, new ArrayList<>())) {
            Script script = new Script(4);
            script.resume(store);
            script.run(store, 1);
            contents = Script.contents(store);
        }
        grown.put(active, disk.get(active).clone());

        assertTrue(isFound(grown, "the active segment is of yesterday"));
    }

    @Test
    void aSegmentOfAnotherJournalIsFound() throws IOException {
        SimulatedDirectory foreign = new SimulatedDirectory();
        StoreSettings settings = new StoreSettings("test/one", new java.util.UUID(5, 6), Script.SEGMENT_BYTES, 0);
        Script script = new Script(3);
        try (SegmentStore store = SegmentStore.open(foreign, settings, Runnable::run, script.warnings::add)) {
            script.run(store, 25);
        }
        for (long number : FileNames.segmentNumbers(disk.list())) {
            String name = FileNames.segment(number);
            if (name.compareTo(activeSegment()) <= 0) {
                SimulatedDirectory damaged = disk.copy();
                damaged.put(name, foreign.get(name).clone());
                assertTrue(isFound(damaged, name + " of another journal"));
            }
        }
    }

    @Test
    void damageInASealedSegmentNamesThePlaceAndTheEvent() throws IOException {
        SimulatedDirectory fresh = new SimulatedDirectory();
        byte[] needle = Script.payload("a", 5);
        try (SegmentStore store = Script.open(fresh, new ArrayList<>())) {
            for (long sequenceNr = 1; sequenceNr <= 60; sequenceNr++) {
                store.append(Script.write("a", sequenceNr, sequenceNr));
                store.commit();
            }
        }
        String name = FileNames.segment(1);
        int at = indexOf(fresh.get(name), needle);
        fresh.get(name)[at] ^= 1;

        try (SegmentStore store = Script.open(fresh, new ArrayList<>())) {
            JournalDamagedException damage =
                    assertThrows(JournalDamagedException.class, () -> Script.checkEvents(store, "a", 1, 60));
            Script.checkEvents(store, "a", 6, 60);

            assertEquals("simulated/" + name, damage.file());
            assertEquals(at - RecordFormat.EVENTS_PAYLOAD, damage.offset());
            assertEquals("a", damage.persistenceId().orElseThrow());
            assertEquals(5, damage.sequenceNr().orElseThrow());
        }
    }

    @Test
    void damageInTheLastSegmentNamesThePlaceAndTheEvent() throws IOException {
        SimulatedDirectory fresh = new SimulatedDirectory();
        try (SegmentStore store = Script.open(fresh, new ArrayList<>())) {
            for (long sequenceNr = 1; sequenceNr <= 8; sequenceNr++) {
                store.append(Script.write("a", sequenceNr, sequenceNr));
                store.commit();
            }
        }
        int at = indexOf(fresh.get(FileNames.segment(1)), Script.payload("a", 5));
        fresh.get(FileNames.segment(1))[at] ^= 1;
        fresh.remove(FileNames.SYNCED);

        JournalDamagedException damage =
                assertThrows(JournalDamagedException.class, () -> Script.open(fresh, new ArrayList<>()));

        assertEquals(at - RecordFormat.EVENTS_PAYLOAD, damage.offset());
        assertEquals("a", damage.persistenceId().orElseThrow());
        assertEquals(5, damage.sequenceNr().orElseThrow());
    }

    private String activeSegment() {
        List<Long> numbers = FileNames.segmentNumbers(disk.list());
        return FileNames.segment(numbers.get(numbers.size() - 2));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return fail("not there");
    }

    /** Whether the damage is refused or reported; if not, the journal must hold just what it should. */
    private boolean isFound(SimulatedDirectory damaged, String how) throws IOException {
        try (SegmentStore store = Script.open(damaged, new ArrayList<>())) {
            assertEquals(contents, Script.contents(store), how);
            return false;
        } catch (JournalException e) {
            return true;
        }
    }

    /** Whether events are missing, which must have been reported; if the journal opens, none may be wrong. */
    private boolean losesEvents(SimulatedDirectory damaged) throws IOException {
        List<String> warnings = new ArrayList<>();
        try (SegmentStore store = Script.open(damaged, warnings)) {
            Map<String, String> left = Script.contents(store);
            for (String persistenceId : store.persistenceIds()) {
                long from = store.deletedTo(persistenceId) + 1;
                Script.checkEvents(store, persistenceId, from, store.highestSequenceNr(persistenceId));
            }
            boolean isLost = !left.equals(contents);
            assertTrue(!isLost || warnings.stream().anyMatch(warning -> warning.contains("torn tail")), "reported");
            return isLost;
        } catch (JournalException e) {
            return false;
        }
    }
}
