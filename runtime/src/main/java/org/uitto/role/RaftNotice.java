package org.uitto.role;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.uitto.log.EntryBatch;
import org.uitto.log.NodeId;

/** What the actor that takes part in a group tells the one that holds the replicated state. */
public sealed interface RaftNotice {
    /**
     * The log was read back from disk; the first notice of a start.
     *
     * @param lastIndex the index of the last entry, committed or not; 0 if there is none
     */
    record LogRecovered(long lastIndex) implements RaftNotice {}

    /**
     * The state is what this snapshot holds, whatever it was before.
     *
     * @param index of the last entry that it includes
     * @param bytes as they were given in {@link RaftInput.SnapshotTaken}, on this node or another
     */
    record SnapshotRestored(long index, ByteString bytes) implements RaftNotice {}

    /**
     * What was given in {@link RaftInput.SnapshotTaken} was stored, or was not; the next may be given.
     *
     * @param trouble why it was not
     */
    record SnapshotEnded(Optional<String> trouble) implements RaftNotice {}

    /**
     * Entries are committed: apply them.
     *
     * @param batches contiguous from the one after the last that was told or that a snapshot includes; the first begins at
     *     index 1
     */
    record Committed(List<EntryBatch> batches) implements RaftNotice {
        public Committed {
            batches = List.copyOf(batches);
        }
    }

    /**
     * This node leads from now on.
     *
     * @param uncommitted what the log holds beyond what is committed: it will be committed if this node goes on leading
     */
    record LeadershipGained(long term, List<EntryBatch> uncommitted) implements RaftNotice {
        public LeadershipGained {
            uncommitted = List.copyOf(uncommitted);
        }
    }

    /**
     * Another node leads from now on, or nobody known.
     *
     * @param leader empty while no leader of {@code term} is known
     */
    record LeaderChanged(long term, Optional<NodeId> leader) implements RaftNotice {}

    /** Leadership is being handed over: nothing more is to be proposed, which {@link RaftInput.ProposalsHeld} confirms. */
    record TransferBegun() implements RaftNotice {}

    /** Nothing came of handing leadership over: this node goes on leading. */
    record TransferAbandoned() implements RaftNotice {}

    /** Leadership was confirmed, later than these reads were asked for (thesis §6.4). */
    record ReadsReady(List<Long> tickets) implements RaftNotice {
        public ReadsReady {
            tickets = List.copyOf(tickets);
        }
    }

    /** This node takes no further part in the group. */
    record ParticipationEnded(String reason) implements RaftNotice {}
}
