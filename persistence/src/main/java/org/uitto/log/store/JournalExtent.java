package org.uitto.log.store;

import java.util.ArrayDeque;
import java.util.Deque;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;

/**
 * Which of a journal's events a log still needs. An index of the log is no sequence number of the journal: an event holds
 * many entries, and entries that were cut off are in it too.
 */
final class JournalExtent {
    /**
     * An event that holds entries which are still in the log.
     *
     * @param prevIndex the index before the first of them; the last is the next span's {@code prevIndex}
     */
    private record Span(long sequenceNr, long prevIndex) {}

    /** In the order of both their sequence numbers and their indexes. */
    private final Deque<Span> spans = new ArrayDeque<>();

    private long baseIndex;
    private long lastIndex;
    private long compactedAtSequenceNr;

    /** Notes a mutation that the event of this sequence number holds; to be called in their order. */
    void stored(long sequenceNr, LogMutation mutation) {
        if (mutation instanceof EntriesAppended appended) {
            cutAfter(appended.prev().index());
            spans.addLast(new Span(sequenceNr, appended.prev().index()));
            lastIndex = appended.last().index();
        } else if (mutation instanceof PrefixCompacted compacted) {
            cutUpTo(compacted.base().index());
            compactedAtSequenceNr = sequenceNr;
        } else if (mutation instanceof SnapshotInstalled installed) {
            spans.clear();
            lastIndex = installed.snapshot().position().index();
            baseIndex = lastIndex;
            compactedAtSequenceNr = sequenceNr;
        } else if (mutation instanceof LogDiscarded) {
            spans.clear(); // The events stay until the next compaction.
            lastIndex = 0;
            baseIndex = 0;
        }
    }

    private void cutAfter(long index) {
        while (!spans.isEmpty() && Math.max(baseIndex, spans.getLast().prevIndex()) >= index) {
            spans.removeLast();
        }
    }

    private void cutUpTo(long index) {
        baseIndex = Math.max(baseIndex, index);
        while (!spans.isEmpty()) {
            Span first = spans.removeFirst();
            long end = spans.isEmpty() ? lastIndex : spans.getFirst().prevIndex();
            if (end > index) {
                spans.addFirst(first);
                return;
            }
        }
    }

    /**
     * The sequence number up to which, inclusive, no event holds anything that is needed; 0 if all are needed. The event of
     * the newest compaction says everything that is not an entry again, so those before it hold nothing but entries.
     */
    long deletableTo() {
        long firstNeeded = spans.isEmpty()
                ? compactedAtSequenceNr
                : Math.min(compactedAtSequenceNr, spans.getFirst().sequenceNr());
        return Math.max(0, firstNeeded - 1);
    }
}
