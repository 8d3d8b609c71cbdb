package org.uitto.log;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.NaiveLog.Entry;

/** A log that is compacted, as a plain map of its entries: what {@link LogWindow} must look like to its readers. */
final class NaiveCompactedLog {
    static final Configuration GROUP = Configuration.of(List.of(new NodeId("a")));

    final NavigableMap<Long, Entry> entries = new TreeMap<>();
    LogPosition base = LogPosition.ZERO;
    Optional<StoredSnapshot> snapshot = Optional.empty();

    LogPosition last() {
        return entries.isEmpty() ? base : positionAt(entries.lastKey());
    }

    LogPosition positionAt(long index) {
        return index == base.index() ? base : new LogPosition(entry(index).term(), index);
    }

    Entry entry(long index) {
        return Optional.ofNullable(entries.get(index)).orElseThrow();
    }

    long lengthBytes(long firstIndex, long lastIndex) {
        return entries.entrySet().stream()
                .filter(at -> at.getKey() >= firstIndex && at.getKey() <= lastIndex)
                .mapToLong(at -> at.getValue().lengthBytes())
                .sum();
    }

    long lastIndexUpTo(long maxIndex, long maxTerm) {
        for (long index = maxIndex; index >= base.index(); index--) {
            if (positionAt(index).term() <= maxTerm) {
                return index;
            }
        }
        return 0;
    }

    List<Entry> read(long firstIndex, long lastIndex, long maxBytes) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        for (long index = firstIndex; index <= Math.min(lastIndex, last().index()); index++) {
            bytes += entry(index).lengthBytes();
            if (bytes > maxBytes && !found.isEmpty()) {
                break;
            }
            found.add(entry(index));
        }
        return found;
    }

    void apply(LogMutation mutation) {
        if (mutation instanceof EntriesAppended appended) {
            entries.tailMap(appended.prev().index(), false).clear();
            long index = appended.prev().index();
            for (Entry entry : NaiveLog.entriesOf(appended.batches())) {
                entries.put(++index, entry);
            }
        } else if (mutation instanceof PrefixCompacted compacted) {
            snapshot = Optional.of(compacted.snapshot());
            LogPosition newBase = positionAt(compacted.base().index());
            entries.headMap(newBase.index(), true).clear();
            base = newBase;
        } else if (mutation instanceof SnapshotInstalled installed) {
            snapshot = Optional.of(installed.snapshot());
            entries.clear();
            base = installed.snapshot().position();
        }
    }

    /** A mutation that fits this log: mostly entries, which may cut, and some snapshots. */
    LogMutation anyMutation(SplittableRandom random) {
        int kind = random.nextInt(12);
        if (kind < 3 && last().index() > 0) {
            long index = random.nextLong(Math.max(1, base.index()), last().index() + 1);
            long newBase = random.nextLong(base.index(), index + 1);
            return new PrefixCompacted(anySnapshot(random, positionAt(index)), positionAt(newBase));
        } else if (kind == 3) {
            long term = last().term() + 1 + random.nextInt(2);
            long index = Math.max(1, base.index() + random.nextInt(30));
            return new SnapshotInstalled(anySnapshot(random, new LogPosition(term, index)));
        }
        return anyAppend(random);
    }

    private EntriesAppended anyAppend(SplittableRandom random) {
        long end = last().index();
        long keep = random.nextInt(3) == 0 ? random.nextLong(base.index(), end + 1) : end;
        LogPosition prev = positionAt(keep);
        List<EntryBatch> batches = new ArrayList<>();
        long term = Math.max(1, prev.term());
        long index = keep + 1;
        for (int i = 0; i <= random.nextInt(3); i++) {
            term += random.nextInt(2);
            Payloads payloads = NaiveLog.anyPayloads(random, 1 + random.nextInt(6));
            batches.add(new EntryBatch(new LogPosition(term, index), payloads));
            index += payloads.count();
        }
        return new EntriesAppended(prev, batches);
    }

    private static StoredSnapshot anySnapshot(SplittableRandom random, LogPosition position) {
        return new StoredSnapshot(new SnapshotInfo(position, GROUP, random.nextInt(100), 5), random.nextInt(2), 10);
    }
}
