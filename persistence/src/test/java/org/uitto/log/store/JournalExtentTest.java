package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;

/** An index of the log is no sequence number of the journal (scenario K12). */
class JournalExtentTest {
    private static final Configuration GROUP_OF_ONE = Configuration.of(List.of(new NodeId("a")));

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }

    /** Where each entry of the log was stored last, told naively: the events before the first of them are not needed. */
    @ParameterizedTest
    @MethodSource("seeds")
    void letsGoOfExactlyTheEventsThatHoldNoLiveEntry(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        JournalExtent extent = new JournalExtent();
        LogWindow log = new LogWindow();
        Map<Long, Long> storedAt = new HashMap<>();
        long compactedAt = 0;
        long committed = 0;
        long term = 1;
        for (long sequenceNr = 1; sequenceNr <= 60; sequenceNr++) {
            List<LogMutation> event = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                LogMutation mutation = drawn(random, log, committed, term);
                if (mutation instanceof EntriesAppended appended) {
                    log.apply(appended);
                    term = Math.max(term, appended.last().term());
                    for (long index = appended.prev().index() + 1;
                            index <= log.last().index();
                            index++) {
                        storedAt.put(index, sequenceNr);
                    }
                } else if (mutation instanceof PrefixCompacted compacted) {
                    log.apply(compacted);
                    compactedAt = sequenceNr;
                } else if (mutation instanceof SnapshotInstalled installed) {
                    log.apply(installed);
                    term = installed.snapshot().position().term();
                    committed = log.last().index();
                    compactedAt = sequenceNr;
                }
                event.add(mutation);
            }
            long number = sequenceNr;
            event.forEach(mutation -> extent.stored(number, mutation));
            committed =
                    Math.max(committed, random.nextLong(committed, log.last().index() + 1));
            term += random.nextInt(2);

            long firstNeeded = compactedAt;
            for (long index = log.base().index() + 1; index <= log.last().index(); index++) {
                firstNeeded = Math.min(firstNeeded, storedAt.getOrDefault(index, 0L));
            }
            assertEquals(Math.max(0, firstNeeded - 1), extent.deletableTo(), "after event " + sequenceNr);
        }
        assertTrue(log.last().index() > 0);
    }

    /** Appends, or cuts and appends, or compacts, or is replaced: never below what is committed. */
    private static LogMutation drawn(SplittableRandom random, LogWindow log, long committed, long term) {
        int kind = random.nextInt(10);
        if (kind == 0 && committed > log.base().index()) {
            long index = random.nextLong(log.base().index() + 1, committed + 1);
            long base = random.nextLong(log.base().index(), index + 1);
            return new PrefixCompacted(snapshot(log.positionAt(index)), log.positionAt(base));
        } else if (kind == 1) {
            long index = log.last().index() + 1 + random.nextInt(5);
            return new SnapshotInstalled(snapshot(new LogPosition(term, index)));
        }
        long prev = random.nextInt(4) == 0
                ? random.nextLong(
                        Math.max(committed, log.base().index()), log.last().index() + 1)
                : log.last().index();
        Payloads.Builder payloads = new Payloads.Builder();
        for (int i = 0; i <= random.nextInt(4); i++) {
            payloads.add(EntryKind.EVENTS, new byte[random.nextInt(5)]);
        }
        long inTerm = Math.max(term, log.last().term());
        return new EntriesAppended(
                log.positionAt(prev), List.of(new EntryBatch(new LogPosition(inTerm, prev + 1), payloads.build())));
    }

    private static StoredSnapshot snapshot(LogPosition position) {
        return new StoredSnapshot(new SnapshotInfo(position, GROUP_OF_ONE, 0, 0), 0, 1);
    }
}
