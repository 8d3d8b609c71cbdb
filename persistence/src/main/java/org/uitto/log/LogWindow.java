package org.uitto.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;

/**
 * The log of one group in memory, as one node has it: everything appended and not compacted, durable or not. Owned by one
 * actor; not thread-safe. The batches that it hands out are immutable and may go anywhere.
 */
public final class LogWindow implements LogView {
    /** Contiguous behind {@link #base}; terms never decrease. */
    private final List<EntryBatch> batches = new ArrayList<>();

    /** By the index of their entries; behind the snapshot's. */
    private final NavigableMap<Long, Configuration> configurations = new TreeMap<>();

    private LogPosition base;
    private LogPosition last;
    private @Nullable StoredSnapshot snapshot;
    private long lengthBytes;

    /** A log without entries that was never compacted. */
    public LogWindow() {
        this(LogPosition.ZERO);
    }

    /** A log without entries that was compacted up to {@code base}; which snapshot has that is still to be told. */
    public LogWindow(LogPosition base) {
        this.base = base;
        this.last = base;
    }

    @Override
    public LogPosition last() {
        return last;
    }

    @Override
    public LogPosition base() {
        return base;
    }

    @Override
    public Optional<StoredSnapshot> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /** The size of the entries that the log holds, headers included. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Does what {@code mutation} says: cuts the log after its {@code prev}, then appends. */
    public void apply(EntriesAppended mutation) {
        if (!contains(mutation.prev())) {
            throw new IllegalStateException(
                    "Entries after " + mutation.prev() + " do not fit a log that ends with " + last);
        }
        cutAfter(mutation.prev().index());
        for (EntryBatch batch : mutation.batches()) {
            batches.add(batch);
            lengthBytes += batch.lengthBytes();
            if (batch.payloads().isSingle(EntryKind.CONFIGURATION)) {
                configurations.put(
                        batch.firstIndex(),
                        Configuration.ofBytes(batch.payloads().firstBody()));
            }
        }
        last = mutation.last();
    }

    /** Does what {@code mutation} says: cuts the log before its base, unless that was done before. */
    public void apply(PrefixCompacted mutation) {
        if (mutation.snapshot().position().index() >= base.index()) {
            take(mutation.snapshot());
        } // Else it is of old: a log that is read back may begin behind what an earlier compaction left.
        if (mutation.base().index() > base.index()) {
            cutUpTo(mutation.base().index());
        }
    }

    /** Does what {@code mutation} says: forgets all entries and begins behind the snapshot. */
    public void apply(SnapshotInstalled mutation) {
        batches.clear();
        configurations.clear();
        lengthBytes = 0;
        base = mutation.snapshot().position();
        last = base;
        take(mutation.snapshot());
    }

    /** Does what the mutation says: forgets everything. */
    public void apply(LogDiscarded mutation) {
        batches.clear();
        configurations.clear();
        lengthBytes = 0;
        base = LogPosition.ZERO;
        last = base;
        snapshot = null;
    }

    private void take(StoredSnapshot taken) {
        snapshot = taken;
        configurations.headMap(taken.position().index(), true).clear(); // It has the newest of them.
    }

    private void cutUpTo(long index) {
        LogPosition newBase = positionAt(index);
        int dead = index < last.index() ? batchOf(index + 1) : batches.size();
        List<EntryBatch> prefix = batches.subList(0, dead);
        lengthBytes -= prefix.stream().mapToLong(EntryBatch::lengthBytes).sum();
        prefix.clear();
        if (!batches.isEmpty() && batches.get(0).firstIndex() <= index) {
            EntryBatch first = batches.get(0);
            EntryBatch rest = first.from(index + 1);
            lengthBytes -= first.lengthBytes() - rest.lengthBytes();
            batches.set(0, rest);
        }
        base = newBase;
    }

    private void cutAfter(long index) {
        configurations.tailMap(index, false).clear();
        while (last.index() > index) {
            EntryBatch tail = batches.remove(batches.size() - 1);
            lengthBytes -= tail.lengthBytes();
            if (tail.firstIndex() <= index) {
                EntryBatch rest = tail.upTo(index);
                batches.add(rest);
                lengthBytes += rest.lengthBytes();
            }
            last = batches.isEmpty() ? base : batches.get(batches.size() - 1).last();
        }
    }

    @Override
    public Optional<Configuration> configurationAt(long index) {
        Map.Entry<Long, Configuration> newest = configurations.floorEntry(index);
        return newest != null
                ? Optional.of(newest.getValue())
                : snapshot().map(kept -> kept.info().configuration());
    }

    @Override
    public Stream<Configuration> configurations() {
        return Stream.concat(
                snapshot().map(kept -> kept.info().configuration()).stream(), configurations.values().stream());
    }

    @Override
    public long configurationIndex() {
        return configurations.isEmpty()
                ? snapshot().map(kept -> kept.position().index()).orElse(0L)
                : configurations.lastKey();
    }

    @Override
    public long termAt(long index) {
        if (index == last.index()) {
            return last.term();
        }
        return index == base.index() ? base.term() : batches.get(batchOf(index)).term();
    }

    @Override
    public long lastIndexUpTo(long maxIndex, long maxTerm) {
        if (maxIndex >= 0 && maxIndex <= base.index()) {
            return maxIndex == base.index() && base.term() <= maxTerm ? maxIndex : 0;
        }
        int at = batchOf(maxIndex);
        if (batches.get(at).term() <= maxTerm) {
            return maxIndex;
        }
        while (at >= 0 && batches.get(at).term() > maxTerm) {
            at--;
        }
        if (at < 0) {
            return base.term() <= maxTerm ? base.index() : 0;
        }
        return batches.get(at).lastIndex();
    }

    @Override
    public long indexBeforeBytes(long lastIndex, long keptBytes) {
        long index = lastIndex;
        long bytes = 0;
        for (int at = index <= base.index() ? -1 : batchOf(index); at >= 0 && bytes < keptBytes; at--) {
            bytes += batches.get(at).upTo(index).lengthBytes();
            index = batches.get(at).firstIndex() - 1;
        }
        return index;
    }

    @Override
    public List<EntryBatch> read(long firstIndex, long lastIndex, long maxBytes) {
        List<EntryBatch> found = new ArrayList<>();
        long roomBytes = maxBytes;
        long next = firstIndex;
        for (int at = next > lastIndex ? batches.size() : batchOf(next);
                at < batches.size() && next <= lastIndex;
                at++) {
            EntryBatch wanted = batches.get(at)
                    .from(next)
                    .upTo(Math.min(lastIndex, batches.get(at).lastIndex()));
            if (wanted.lengthBytes() > roomBytes) {
                if (found.isEmpty() || roomBytes > 0) {
                    addFirstThatFit(found, wanted, roomBytes);
                }
                break;
            }
            found.add(wanted);
            roomBytes -= wanted.lengthBytes();
            next = wanted.lastIndex() + 1;
        }
        return found;
    }

    private static void addFirstThatFit(List<EntryBatch> found, EntryBatch wanted, long roomBytes) {
        int fitting = wanted.payloads().countWithin(roomBytes);
        if (found.isEmpty() || wanted.payloads().first(fitting).lengthBytes() <= roomBytes) {
            found.add(wanted.upTo(wanted.firstIndex() + fitting - 1));
        }
    }

    /** Where in {@link #batches} the entry at {@code index} is. */
    private int batchOf(long index) {
        if (index <= base.index() || index > last.index()) {
            throw new IndexOutOfBoundsException(
                    "No entry at " + index + " in a log from behind " + base + " to " + last);
        }
        int low = 0;
        int high = batches.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (batches.get(middle).firstIndex() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
