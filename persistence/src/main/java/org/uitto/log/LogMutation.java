package org.uitto.log;

import java.util.List;

/**
 * A change of what a node keeps on disk for one group, written ahead as an event: a Pekko journal can append, replay and
 * delete a prefix, so cutting a suffix is an event too.
 */
public sealed interface LogMutation {
    /**
     * The node started. Each start counts up, so that peers can tell messages of this start from those of earlier ones.
     *
     * @param incarnation 1 for the first start on this data
     */
    record Started(long incarnation) implements LogMutation {
        public Started {
            if (incarnation < 1) {
                throw new IllegalArgumentException("The first incarnation is 1, not " + incarnation);
            }
        }
    }

    /** Term or vote changed (paper Figure 2, persistent state). */
    record TermAndVoteSaved(TermAndVote value) implements LogMutation {}

    /**
     * The log was cut after {@code prev} and {@code batches} were put there.
     *
     * @param prev the position that the log keeps as its last before appending; {@link LogPosition#ZERO} for all
     * @param batches contiguous from {@code prev.index() + 1}; at least one
     */
    record EntriesAppended(LogPosition prev, List<EntryBatch> batches) implements LogMutation {
        public EntriesAppended {
            batches = List.copyOf(batches);
            if (batches.isEmpty()) {
                throw new IllegalArgumentException("Nothing to append after " + prev);
            }
            LogPosition last = prev;
            for (EntryBatch batch : batches) {
                if (batch.firstIndex() != last.index() + 1 || batch.term() < last.term()) {
                    throw new IllegalArgumentException("Entries " + batch + " cannot follow " + last);
                }
                last = batch.last();
            }
        }

        /** The position of the log's last entry once this is done. */
        public LogPosition last() {
            return batches.get(batches.size() - 1).last();
        }
    }
}
