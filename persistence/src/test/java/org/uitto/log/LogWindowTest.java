package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.NaiveLog.Entry;

/** The log in memory, against a plain list of entries. */
class LogWindowTest {
    private static EntryBatch batch(long term, long firstIndex, int count) {
        return new EntryBatch(
                new LogPosition(term, firstIndex), NaiveLog.anyPayloads(new SplittableRandom(firstIndex), count));
    }

    @Test
    void looksLikeAPlainListOfEntries() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LogWindow log = new LogWindow();
            NaiveLog naive = new NaiveLog();
            for (int step = 0; step < 60; step++) {
                EntriesAppended mutation = naive.anyMutation(random);
                log.apply(mutation);
                naive.apply(mutation);

                assertEquals(naive.last(), log.last());
                compareTerms(naive, log, random);
                compareReads(naive, log, random);
            }
        }
    }

    private static void compareTerms(NaiveLog naive, LogWindow log, SplittableRandom random) {
        for (long index = 0; index <= naive.last().index(); index++) {
            LogPosition position = naive.positionAt(index);
            assertEquals(position, log.positionAt(index));
            assertTrue(log.contains(position));
            assertFalse(log.contains(new LogPosition(position.term() + 1, index)));
        }
        long maxIndex = random.nextLong(naive.last().index() + 1);
        long maxTerm = random.nextLong(naive.last().term() + 2);
        assertEquals(naive.lastIndexUpTo(maxIndex, maxTerm), log.lastIndexUpTo(maxIndex, maxTerm));
    }

    private static void compareReads(NaiveLog naive, LogWindow log, SplittableRandom random) {
        long firstIndex = 1 + random.nextLong(naive.last().index());
        long lastIndex = random.nextLong(naive.last().index() + 1);
        long maxBytes = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextLong(200);

        List<EntryBatch> read = log.read(firstIndex, lastIndex, maxBytes);

        List<Entry> expected = naive.read(firstIndex, lastIndex, maxBytes);
        assertEquals(expected, NaiveLog.entriesOf(read));
        long next = firstIndex;
        for (EntryBatch found : read) {
            assertEquals(next, found.firstIndex());
            next = found.lastIndex() + 1;
        }
    }

    @Test
    void whatWasHandedOutStaysAsItWas() {
        SplittableRandom random = new SplittableRandom(7);
        LogWindow log = new LogWindow();
        NaiveLog naive = new NaiveLog();
        List<List<EntryBatch>> handedOut = new ArrayList<>();
        List<List<Entry>> asTheyWere = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            EntriesAppended mutation = naive.anyMutation(random);
            log.apply(mutation);
            naive.apply(mutation);
            handedOut.add(log.read(1, log.last().index(), Long.MAX_VALUE));
            asTheyWere.add(List.copyOf(naive.entries));
        }

        for (int i = 0; i < handedOut.size(); i++) {
            assertEquals(asTheyWere.get(i), NaiveLog.entriesOf(handedOut.get(i)));
        }
    }

    @Test
    void refusesEntriesThatDoNotFit() {
        LogWindow log = new LogWindow();
        log.apply(new EntriesAppended(LogPosition.ZERO, List.of(batch(2, 1, 3))));

        IllegalStateException gap = assertThrows(
                IllegalStateException.class,
                () -> log.apply(new EntriesAppended(new LogPosition(2, 4), List.of(batch(2, 5, 1)))));
        assertEquals("Entries after 2/4 do not fit a log that ends with 2/3", gap.getMessage());
        assertThrows(
                IllegalStateException.class,
                () -> log.apply(new EntriesAppended(new LogPosition(1, 2), List.of(batch(2, 3, 1)))));
        assertEquals(new LogPosition(2, 3), log.last());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4, Long.MAX_VALUE})
    void knowsNoTermBeyondItsEnd(long index) {
        LogWindow log = new LogWindow();
        log.apply(new EntriesAppended(LogPosition.ZERO, List.of(batch(2, 1, 3))));

        assertThrows(IndexOutOfBoundsException.class, () -> log.termAt(index));
        assertThrows(IndexOutOfBoundsException.class, () -> log.lastIndexUpTo(index, 9));
        assertThrows(IndexOutOfBoundsException.class, () -> log.read(index, Long.MAX_VALUE, 100));
    }

    @Test
    void anEmptyLogEndsBeforeItsFirstEntry() {
        LogWindow log = new LogWindow();

        assertEquals(LogPosition.ZERO, log.last());
        assertEquals(0, log.termAt(0));
        assertEquals(0, log.lastIndexUpTo(0, 5));
        assertEquals(List.of(), log.read(1, 0, 100));
        assertTrue(log.contains(LogPosition.ZERO));
        assertFalse(log.contains(new LogPosition(1, 1)));
    }

    @Test
    void canBeCutToNothing() {
        LogWindow log = new LogWindow();
        log.apply(new EntriesAppended(LogPosition.ZERO, List.of(batch(2, 1, 3), batch(3, 4, 2))));

        log.apply(new EntriesAppended(LogPosition.ZERO, List.of(batch(5, 1, 1))));

        assertEquals(new LogPosition(5, 1), log.last());
        assertEquals(1, log.read(1, 1, Long.MAX_VALUE).size());
    }
}
