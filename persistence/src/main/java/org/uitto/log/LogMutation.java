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
     * @param nonce drawn for this start
     */
    record Started(long incarnation, int nonce) implements LogMutation {
        public Started {
            if (incarnation < 1) {
                throw new IllegalArgumentException("The first incarnation is 1, not " + incarnation);
            }
        }
    }

    /** What the node remembers of its own storage and of its peers' has changed. */
    record StorageSaved(StorageRecord value) implements LogMutation {}

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

    /**
     * The log was cut before {@code base}, whose entry and all before it are in the state that {@code snapshot} holds
     * (paper §7).
     *
     * @param snapshot stored whole before this was written; the log has its last entry
     * @param base at most the snapshot's position: what is behind it is kept for followers that lag a little
     */
    record PrefixCompacted(StoredSnapshot snapshot, LogPosition base) implements LogMutation {
        public PrefixCompacted {
            if (base.index() > snapshot.position().index()) {
                throw new IllegalArgumentException(
                        "A log compacted up to " + base + " would lack what follows " + snapshot);
            }
        }
    }

    /**
     * The log was replaced as a whole by a snapshot that came from the leader, whose last entry it did not have (paper
     * Figure 13, rule 7).
     *
     * @param snapshot stored whole before this was written
     */
    record SnapshotInstalled(StoredSnapshot snapshot) implements LogMutation {}

    /** The log was given up as a whole, for the snapshot that it builds on is damaged. It begins anew, with nothing. */
    record LogDiscarded() implements LogMutation {}
}
