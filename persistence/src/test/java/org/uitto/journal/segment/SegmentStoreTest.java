package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SegmentStoreTest {
    private final List<String> warnings = new ArrayList<>();
    private SimulatedDirectory disk = new SimulatedDirectory();

    private SegmentStore open() throws IOException {
        return Script.open(disk, warnings);
    }

    private static void write(SegmentStore store, String persistenceId, long from, long to) {
        for (long sequenceNr = from; sequenceNr <= to; sequenceNr++) {
            assertEquals(Optional.empty(), store.append(Script.write(persistenceId, sequenceNr, sequenceNr)));
            store.commit();
        }
    }

    @Test
    void replaysAnyRangeBeforeAndAfterARestart() throws IOException {
        try (SegmentStore store = open()) {
            for (long sequenceNr = 1; sequenceNr <= 40; sequenceNr++) {
                write(store, "a", sequenceNr, sequenceNr);
                write(store, "b", sequenceNr, sequenceNr);
            }
            checkRanges(store);
        }
        try (SegmentStore store = open()) {
            checkRanges(store);
        }
        assertEquals(List.of(), warnings);
    }

    private static void checkRanges(SegmentStore store) throws IOException {
        for (long from = 1; from <= 40; from++) {
            for (long to = from; to <= 40; to += 3) {
                Script.checkEvents(store, "a", from, to);
            }
        }
    }

    @Test
    void showsNothingBeforeItIsCommitted() throws IOException {
        try (SegmentStore store = open()) {
            store.append(Script.write("a", 1, 3));

            assertEquals(0, store.highestSequenceNr("a"));
            assertEquals(Map.of(), Script.contents(store));

            store.commit();
            assertEquals(3, store.highestSequenceNr("a"));
            Script.checkEvents(store, "a", 1, 3);
        }
    }

    @Test
    void keepsTheHighestSequenceNumberWhenAllIsDeleted() throws IOException {
        try (SegmentStore store = open()) {
            write(store, "a", 1, 30);
            store.delete("a", Long.MAX_VALUE);
            store.commit();
            write(store, "b", 1, 200);
            store.delete("b", 200);
            store.commit();
            while (store.isCleaningDue()) {
                store.clean();
            }
        }
        try (SegmentStore store = open()) {
            assertEquals(Map.of("a", "30..30:", "b", "200..200:"), Script.contents(store));
            assertTrue(store.sizeBytes() < 4 * Script.SEGMENT_BYTES, "size " + store.sizeBytes());
            write(store, "a", 31, 32);
        }
        try (SegmentStore store = open()) {
            assertEquals(32, store.highestSequenceNr("a"));
            Script.checkEvents(store, "a", 31, 32);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void givesSpaceBackAlthoughALaggardNeverDeletes() throws IOException {
        long mostBytes = 0;
        long liveBytes = 0;
        try (SegmentStore store = open()) {
            for (long round = 1; round <= 600; round++) {
                write(store, "busy", round, round);
                if (round % 40 == 0) {
                    write(store, "laggard", round / 40, round / 40);
                    liveBytes += Script.payload("laggard", round / 40).length + 100;
                }
                if (round % 5 == 0) {
                    store.delete("busy", round - 2);
                    store.commit();
                }
                while (store.isCleaningDue()) {
                    store.clean();
                }
                mostBytes = Math.max(mostBytes, store.sizeBytes());
            }
            Script.checkEvents(store, "laggard", 1, 15);
            Script.checkEvents(store, "busy", 599, 600);
        }
        long bound = 2 * (liveBytes + 1000) + (Cleaner.SLACK_SEGMENTS + 2L) * Script.SEGMENT_BYTES;
        assertTrue(mostBytes < bound, mostBytes + " bytes of at most " + bound);
        try (SegmentStore store = open()) {
            Script.checkEvents(store, "laggard", 1, 15);
            Script.checkEvents(store, "busy", 599, 600);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void aReplayGoesOnWhileItsSegmentsAreCopiedAndRemoved() throws IOException {
        try (SegmentStore store = open()) {
            for (long sequenceNr = 1; sequenceNr <= 60; sequenceNr++) {
                write(store, "kept", sequenceNr, sequenceNr);
                write(store, "dropped", 3 * sequenceNr - 2, 3 * sequenceNr);
            }
            List<Long> seen = new ArrayList<>();
            try (Replay replay = store.replay("kept", 1, 60)) {
                seen.add(replay.next().orElseThrow().firstSequenceNr());
                store.delete("dropped", 180);
                store.commit();
                while (store.isCleaningDue()) {
                    store.clean();
                }
                assertTrue(!disk.list().contains(FileNames.segment(3)), "removed: " + disk.list());
                for (Optional<StoredEvents> next = replay.next(); next.isPresent(); next = replay.next()) {
                    seen.add(next.get().firstSequenceNr());
                }
            }
            assertEquals(60, seen.size());
            assertEquals(seen.stream().sorted().distinct().toList(), seen);
        }
    }

    @Test
    void makesALargerSegmentForALargeEvent() throws IOException {
        byte[] large = new byte[10 * Script.SEGMENT_BYTES];
        try (SegmentStore store = open()) {
            write(store, "a", 1, 3);
            assertEquals(Optional.empty(), store.append(new EventWrite("a", 4, 4, List.of(large))));
            store.commit();
            write(store, "a", 5, 6);
        }
        try (SegmentStore store = open();
                Replay replay = store.replay("a", 4, 4)) {
            assertEquals(large.length, replay.next().orElseThrow().payload().remaining());
            assertEquals(Optional.empty(), replay.next());
            Script.checkEvents(store, "a", 5, 6);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void refusesASequenceNumberThatWasWritten() throws IOException {
        try (SegmentStore store = open()) {
            write(store, "a", 1, 5);

            Optional<JournalException> refused = store.append(Script.write("a", 5, 6));

            assertInstanceOf(SequenceConflictException.class, refused.orElseThrow());
            assertTrue(refused.get().getMessage().contains("its highest is 5"));
            write(store, "a", 6, 6);
        }
    }

    @Test
    void refusesWritesBeforeTheDiskIsFullAndTakesThemAgainOnceThereIsRoom() throws IOException {
        StoreSettings reserving =
                new StoreSettings("", new UUID(1, 2), Script.SEGMENT_BYTES, 3L * Script.SEGMENT_BYTES);
        disk.capacity(12L * Script.SEGMENT_BYTES);
        try (SegmentStore store = SegmentStore.open(disk, reserving, Runnable::run, warnings::add)) {
            long written = 0;
            Optional<JournalException> refused = Optional.empty();
            while (refused.isEmpty()) {
                refused = store.append(Script.write("a", written + 1, written + 1));
                store.commit();
                written += refused.isEmpty() ? 1 : 0;
            }
            long full = written;

            assertInstanceOf(JournalFullException.class, refused.get());
            assertTrue(
                    refused.get().getMessage().contains("uitto.journal.reserve"),
                    refused.get().getMessage());
            assertTrue(disk.usableBytes() >= 3L * Script.SEGMENT_BYTES, "the reserve is free");
            assertInstanceOf(
                    SequenceConflictException.class,
                    store.append(Script.write("a", full + 2, full + 2)).orElseThrow(),
                    "no gap behind a refused write");
            Script.checkEvents(store, "a", 1, full);

            assertEquals(Optional.empty(), store.delete("a", full - 1));
            store.commit();
            while (store.isCleaningDue()) {
                store.clean();
            }
            write(store, "a", full + 1, full + 5);
            Script.checkEvents(store, "a", full, full + 5);
        }
    }

    @Test
    void tellsOnceThatItIsFullAndOnceThatThereIsRoomAgain() throws IOException {
        disk.capacity(3L * Script.SEGMENT_BYTES);
        try (SegmentStore store = open()) {
            long written = 0;
            for (int period = 1; period <= 2; period++) {
                while (store.append(Script.write("a", written + 1, written + 1)).isEmpty()) {
                    store.commit();
                    written++;
                }
                for (int attempt = 0; attempt < 20; attempt++) {
                    assertInstanceOf(
                            JournalFullException.class,
                            store.append(Script.write("a", written + 1, written + 1))
                                    .orElseThrow());
                }
                assertEquals(period, count("The journal is full and refuses writes. "));
                assertEquals(period - 1, count("There is room again"));

                disk.capacity(disk.capacity() + 3L * Script.SEGMENT_BYTES);
                write(store, "a", written + 1, written + 1);
                written++;
                assertEquals(period, count("There is room again"));
            }
        }
    }

    private long count(String beginning) {
        return warnings.stream()
                .filter(warning -> warning.startsWith(beginning))
                .count();
    }

    @Test
    void aDiskThatFillsUpUnderTheJournalRefusesWritesToo() throws IOException {
        disk.capacity(3L * Script.SEGMENT_BYTES);
        try (SegmentStore store = open()) {
            long written = 0;
            Optional<JournalException> refused = Optional.empty();
            while (refused.isEmpty()) {
                refused = store.append(Script.write("a", written + 1, written + 1));
                store.commit();
                written += refused.isEmpty() ? 1 : 0;
            }
            assertInstanceOf(JournalFullException.class, refused.get());
            disk.capacity(20L * Script.SEGMENT_BYTES);
            write(store, "a", written + 1, written + 10);
        }
        disk = disk.copy();
        try (SegmentStore store = open()) {
            Script.checkEvents(store, "a", 1, store.highestSequenceNr("a"));
        }
    }

    @Test
    void refusesTheDirectoryOfAnotherOwner() throws IOException {
        open().close();

        JournalRefusedException refused = assertThrows(
                JournalRefusedException.class,
                () -> SegmentStore.open(
                        disk,
                        new StoreSettings("other/two", new UUID(3, 4), Script.SEGMENT_BYTES, 0),
                        Runnable::run,
                        warnings::add));

        assertTrue(refused.getMessage().contains("\"test/one\", not to \"other/two\""), refused.getMessage());
        assertTrue(refused.getMessage().contains("uitto.journal.owner"), refused.getMessage());
        open().close();
    }

    @Test
    void aNamedOwnerTakesOverAJournalWithoutOne() throws IOException {
        StoreSettings nameless = new StoreSettings("", new UUID(1, 2), Script.SEGMENT_BYTES, 0);
        SegmentStore.open(disk, nameless, Runnable::run, warnings::add).close();

        open().close();
        SegmentStore.open(disk, nameless, Runnable::run, warnings::add).close();

        assertEquals("test/one", Identity.read(disk).orElseThrow().owner());
    }

    @Test
    void refusesANewerFormat() throws IOException {
        open().close();
        byte[] segment = disk.get(FileNames.segment(1));
        segment[11] = 2;

        JournalRefusedException refused = assertThrows(JournalRefusedException.class, this::open);

        assertTrue(refused.getMessage().contains("format version 2"), refused.getMessage());
        segment[11] = 1;
        byte[] identity = disk.get(FileNames.IDENTITY);
        identity["uitto-journal ".length()] = '2';
        refused = assertThrows(JournalRefusedException.class, this::open);
        assertTrue(refused.getMessage().contains("newer version"), refused.getMessage());
    }

    @Test
    void manyPersistenceIdsShareAGroupAndASegment() throws IOException {
        int ids = 500;
        try (SegmentStore store = open()) {
            for (long sequenceNr = 1; sequenceNr <= 4; sequenceNr++) {
                for (int id = 0; id < ids; id++) {
                    store.append(Script.write("id-" + id, sequenceNr, sequenceNr));
                }
                store.commit();
            }
        }
        try (SegmentStore store = open()) {
            assertEquals(ids, store.persistenceIds().size());
            for (int id = 0; id < ids; id++) {
                Script.checkEvents(store, "id-" + id, 1, 4);
            }
        }
    }
}
