package org.uitto.log;

import java.util.ArrayList;
import java.util.List;
import org.uitto.log.LogMutation.EntriesAppended;

/**
 * The log of one group in memory, as one node has it: everything appended so far, durable or not. Owned by one actor;
 * not thread-safe. The batches that it hands out are immutable and may go anywhere.
 */
public final class LogWindow implements LogView {
    /** Contiguous from index 1; terms never decrease. */
    private final List<EntryBatch> batches = new ArrayList<>();

    private LogPosition last = LogPosition.ZERO;

    @Override
    public LogPosition last() {
        return last;
    }

    /** Does what {@code mutation} says: cuts the log after its {@code prev}, then appends. */
    public void apply(EntriesAppended mutation) {
        if (!contains(mutation.prev())) {
            throw new IllegalStateException(
                    "Entries after " + mutation.prev() + " do not fit a log that ends with " + last);
        }
        cutAfter(mutation.prev().index());
        batches.addAll(mutation.batches());
        last = mutation.last();
    }

    private void cutAfter(long index) {
        while (last.index() > index) {
            EntryBatch tail = batches.remove(batches.size() - 1);
            if (tail.firstIndex() <= index) {
                batches.add(tail.upTo(index));
            }
            last = batches.isEmpty()
                    ? LogPosition.ZERO
                    : batches.get(batches.size() - 1).last();
        }
    }

    @Override
    public long termAt(long index) {
        return index == 0
                ? 0
                : index == last.index()
                        ? last.term()
                        : batches.get(batchOf(index)).term();
    }

    @Override
    public long lastIndexUpTo(long maxIndex, long maxTerm) {
        if (maxIndex == 0) {
            return 0;
        }
        int at = batchOf(maxIndex);
        if (batches.get(at).term() <= maxTerm) {
            return maxIndex;
        }
        while (at >= 0 && batches.get(at).term() > maxTerm) {
            at--;
        }
        return at < 0 ? 0 : batches.get(at).lastIndex();
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
        if (index < 1 || index > last.index()) {
            throw new IndexOutOfBoundsException("No entry at " + index + " in a log that ends with " + last);
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
