package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;

/** The log in memory once its beginning is in a snapshot (paper §7), against a plain map of entries. */
class CompactedLogTest {
    private static EntryBatch batch(long term, long firstIndex, int count) {
        return new EntryBatch(
                new LogPosition(term, firstIndex), NaiveLog.anyPayloads(new SplittableRandom(firstIndex), count));
    }

    private static StoredSnapshot snapshot(long term, long index) {
        return new StoredSnapshot(new SnapshotInfo(new LogPosition(term, index), NaiveCompactedLog.GROUP, 10, 7), 0, 4);
    }

    private static PrefixCompacted compacted(StoredSnapshot snapshot, long baseTerm, long baseIndex) {
        return new PrefixCompacted(snapshot, new LogPosition(baseTerm, baseIndex));
    }

    /** Entries 1 to 3 of term 2 and 4 to 8 of term 3, in two batches. */
    private static LogWindow eightEntries() {
        LogWindow log = new LogWindow();
        log.apply(new EntriesAppended(LogPosition.ZERO, List.of(batch(2, 1, 3), batch(3, 4, 5))));
        return log;
    }

    private static void apply(LogWindow log, LogMutation mutation) {
        if (mutation instanceof EntriesAppended appended) {
            log.apply(appended);
        } else if (mutation instanceof PrefixCompacted compacted) {
            log.apply(compacted);
        } else if (mutation instanceof SnapshotInstalled installed) {
            log.apply(installed);
        }
    }

    @Test
    void looksLikeAPlainMapOfEntriesHoweverItIsCutAndCompacted() {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LogWindow log = new LogWindow();
            NaiveCompactedLog naive = new NaiveCompactedLog();
            for (int step = 0; step < 60; step++) {
                LogMutation mutation = naive.anyMutation(random);
                apply(log, mutation);
                naive.apply(mutation);

                String where = "seed " + seed + ", step " + step + ", after " + mutation;
                assertEquals(naive.base, log.base(), where);
                assertEquals(naive.last(), log.last(), where);
                assertEquals(naive.snapshot, log.snapshot(), where);
                assertEquals(naive.lengthBytes(0, Long.MAX_VALUE), log.lengthBytes(), where);
                comparePositions(naive, log, random, where);
                compareReads(naive, log, random, where);
                compareRoom(naive, log, random, where);
            }
        }
    }

    private static void comparePositions(
            NaiveCompactedLog naive, LogWindow log, SplittableRandom random, String where) {
        for (long index = naive.base.index(); index <= naive.last().index(); index++) {
            LogPosition position = naive.positionAt(index);
            assertEquals(position, log.positionAt(index), where);
            assertTrue(log.contains(position), where);
            assertFalse(log.contains(new LogPosition(position.term() + 1, index)), where);
        }
        assertFalse(
                log.contains(new LogPosition(naive.last().term(), naive.last().index() + 1)), where);
        long maxIndex = random.nextLong(naive.last().index() + 1);
        long maxTerm = random.nextLong(naive.last().term() + 2);
        assertEquals(naive.lastIndexUpTo(maxIndex, maxTerm), log.lastIndexUpTo(maxIndex, maxTerm), where);
    }

    private static void compareReads(NaiveCompactedLog naive, LogWindow log, SplittableRandom random, String where) {
        if (naive.entries.isEmpty()) {
            assertEquals(
                    List.of(), log.read(naive.last().index() + 1, naive.last().index(), 100), where);
            return;
        }
        long firstIndex = random.nextLong(naive.entries.firstKey(), naive.entries.lastKey() + 1);
        long lastIndex = random.nextLong(naive.base.index(), naive.last().index() + 1);
        long maxBytes = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextLong(200);

        List<EntryBatch> read = log.read(firstIndex, lastIndex, maxBytes);

        assertEquals(naive.read(firstIndex, lastIndex, maxBytes), NaiveLog.entriesOf(read), where);
        long next = firstIndex;
        for (EntryBatch found : read) {
            assertEquals(next, found.firstIndex(), where);
            next = found.lastIndex() + 1;
        }
    }

    /** That what remains is enough, and that it would not be with the first batch of it gone. */
    private static void compareRoom(NaiveCompactedLog naive, LogWindow log, SplittableRandom random, String where) {
        long lastIndex = random.nextLong(naive.base.index(), naive.last().index() + 1);
        long keptBytes = random.nextLong(300);

        long index = log.indexBeforeBytes(lastIndex, keptBytes);

        assertTrue(index >= naive.base.index() && index <= lastIndex, where);
        assertTrue(index == naive.base.index() || naive.lengthBytes(index + 1, lastIndex) >= keptBytes, where);
        if (index < lastIndex) {
            long firstBatchEnds = Math.min(
                    log.read(index + 1, lastIndex, Long.MAX_VALUE).get(0).lastIndex(), lastIndex);
            assertTrue(naive.lengthBytes(firstBatchEnds + 1, lastIndex) < keptBytes, where);
        }
    }

    @Test
    void beginsBehindItsBaseAndKnowsTheTermThere() {
        LogWindow log = eightEntries();

        log.apply(compacted(snapshot(3, 6), 3, 5));

        assertEquals(new LogPosition(3, 5), log.base());
        assertEquals(3, log.termAt(5));
        assertTrue(log.contains(new LogPosition(3, 5)));
        assertFalse(log.contains(new LogPosition(2, 3)), "what was compacted can't be told");
        assertEquals(Optional.of(snapshot(3, 6)), log.snapshot());
        assertEquals(6, log.read(6, 8, Long.MAX_VALUE).get(0).firstIndex());
    }

    @Test
    void canBeCompactedToNothingAndGoesOn() {
        LogWindow log = eightEntries();

        log.apply(compacted(snapshot(3, 8), 3, 8));

        assertEquals(log.base(), log.last());
        assertEquals(0, log.lengthBytes());
        log.apply(new EntriesAppended(new LogPosition(3, 8), List.of(batch(4, 9, 2))));
        assertEquals(new LogPosition(4, 10), log.last());
    }

    @Test
    @DisplayName("D1 an installed snapshot leaves nothing of the log that was there")
    void anInstalledSnapshotLeavesNothingOfTheLogThatWasThere() {
        LogWindow log = eightEntries();

        log.apply(new SnapshotInstalled(snapshot(5, 6)));

        assertEquals(new LogPosition(5, 6), log.base());
        assertEquals(new LogPosition(5, 6), log.last());
        assertEquals(0, log.lengthBytes());
        assertThrows(IndexOutOfBoundsException.class, () -> log.termAt(7));
    }

    @Test
    @DisplayName("D12 an earlier compaction that is read again takes nothing back")
    void anEarlierCompactionThatIsReadAgainTakesNothingBack() {
        LogWindow log = eightEntries();
        log.apply(compacted(snapshot(3, 8), 3, 7));

        log.apply(compacted(snapshot(2, 2), 2, 1));

        assertEquals(Optional.of(snapshot(3, 8)), log.snapshot());
        assertEquals(new LogPosition(3, 7), log.base());
        assertEquals(new LogPosition(3, 8), log.last());
    }

    @Test
    void aLaterSnapshotMayKeepAllEntries() {
        LogWindow log = eightEntries();
        log.apply(compacted(snapshot(2, 3), 2, 2));

        log.apply(compacted(snapshot(3, 8), 2, 2));

        assertEquals(Optional.of(snapshot(3, 8)), log.snapshot());
        assertEquals(new LogPosition(2, 2), log.base());
    }

    @Test
    @DisplayName("D17 entries behind what was compacted do not fit")
    void entriesBehindWhatWasCompactedDoNotFit() {
        LogWindow log = eightEntries();
        log.apply(compacted(snapshot(3, 6), 3, 5));

        for (LogPosition prev : List.of(LogPosition.ZERO, new LogPosition(2, 3), new LogPosition(2, 5))) {
            EntriesAppended entries = new EntriesAppended(prev, List.of(batch(4, prev.index() + 1, 1)));
            assertThrows(IllegalStateException.class, () -> log.apply(entries), prev.toString());
        }
        assertEquals(new LogPosition(3, 8), log.last());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 4, 9})
    void knowsNoTermOutsideOfWhatItHolds(long index) {
        LogWindow log = eightEntries();
        log.apply(compacted(snapshot(3, 6), 3, 5));

        assertThrows(IndexOutOfBoundsException.class, () -> log.termAt(index));
        assertThrows(IndexOutOfBoundsException.class, () -> log.read(index, Long.MAX_VALUE, 100));
    }

    @Test
    void readsNothingThatWasCompacted() {
        LogWindow log = eightEntries();
        log.apply(compacted(snapshot(3, 6), 3, 5));

        assertThrows(IndexOutOfBoundsException.class, () -> log.read(5, 8, 100));
    }
}
