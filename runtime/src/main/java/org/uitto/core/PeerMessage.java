package org.uitto.core;

import java.util.List;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;

/**
 * What one node of a group may say to another (paper Figure 2, thesis §9.6 for the pre-vote). Any of them may be lost,
 * delayed, duplicated or overtaken by a later one.
 */
public sealed interface PeerMessage {
    /** The sender's current term. */
    long term();

    /** The node that sent this. */
    NodeId from();

    /** Calls the method of {@code handler} that is for this message. */
    <R> R accept(Handler<R> handler);

    /** One method per message: a role that forgets one does not compile. */
    interface Handler<R> {
        R onRequestPreVote(RequestPreVote request);

        R onRequestPreVoteReply(RequestPreVoteReply reply);

        R onRequestVote(RequestVote request);

        R onRequestVoteReply(RequestVoteReply reply);

        R onAppendEntries(AppendEntries request);

        R onAppendEntriesReply(AppendEntriesReply reply);

        R onInstallSnapshot(InstallSnapshot offer);

        R onHeartbeat(Heartbeat heartbeat);

        R onHeartbeatReply(HeartbeatReply reply);

        R onTimeoutNow(TimeoutNow order);

        R onHello(Hello hello);

        R onHelloReply(HelloReply reply);
    }

    /**
     * "Would you vote for me in the term after mine?" Promises and changes nothing (thesis §9.6).
     *
     * @param lastLog the position of the sender's last entry
     */
    record RequestPreVote(long term, NodeId from, LogPosition lastLog) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRequestPreVote(this);
        }
    }

    /**
     * The answer to a {@link RequestPreVote}.
     *
     * @param askedInTerm the term of the request that this answers
     * @param granted whether the sender would vote for the one who asked
     */
    record RequestPreVoteReply(long term, NodeId from, long askedInTerm, boolean granted) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRequestPreVoteReply(this);
        }
    }

    /**
     * "Vote for me in this term" (paper §5.2).
     *
     * @param lastLog the position of the candidate's last entry (paper §5.4.1)
     * @param handedOver whether the leader itself wants this: whoever is loyal to it may vote then (thesis §4.2.3)
     */
    record RequestVote(long term, NodeId from, LogPosition lastLog, boolean handedOver) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRequestVote(this);
        }
    }

    /**
     * The answer to a {@link RequestVote}.
     *
     * @param granted whether the candidate has the sender's vote of this term
     */
    record RequestVoteReply(long term, NodeId from, boolean granted) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onRequestVoteReply(this);
        }
    }

    /**
     * Entries to put behind {@code prev}, or none to ask whether the follower has it.
     *
     * @param prev the position before the first of the entries
     * @param batches contiguous from {@code prev.index() + 1}; may be empty
     * @param commitIndex the leader's, whatever the follower may hold of it
     */
    record AppendEntries(long term, NodeId from, LogPosition prev, List<EntryBatch> batches, long commitIndex)
            implements PeerMessage {
        public AppendEntries {
            batches = List.copyOf(batches);
        }

        /** The index of the last entry that the follower will have in common with the leader if it accepts. */
        public long lastIndex() {
            return batches.isEmpty()
                    ? prev.index()
                    : batches.get(batches.size() - 1).lastIndex();
        }

        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onAppendEntries(this);
        }
    }

    /** The answer to an {@link AppendEntries}; {@code outcome} says which. */
    record AppendEntriesReply(long term, NodeId from, AppendOutcome outcome) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onAppendEntriesReply(this);
        }
    }

    /** "Stand for election at once": a leader hands its leadership over (thesis §3.10). */
    record TimeoutNow(long term, NodeId from) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onTimeoutNow(this);
        }
    }

    /**
     * The sender has started, or still waits to be heard.
     *
     * @param start names the start and the storage
     */
    record Hello(long term, NodeId from, NodeStart start) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onHello(this);
        }
    }

    /**
     * The answer to a {@link Hello}. Also said without one, by a leader that has proof that a start has forgotten something.
     *
     * @param start the start that this is about
     * @param known the storage that the sender knows that node by
     * @param forgotten whether the storage has once known more than this start of it does
     */
    record HelloReply(long term, NodeId from, NodeStart start, StorageId known, boolean forgotten)
            implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onHelloReply(this);
        }
    }

    /** What became of an {@link AppendEntries}. */
    sealed interface AppendOutcome {}

    /**
     * The follower's log is the leader's up to here, and durable.
     *
     * @param matchIndex the last index that the request proved, never more
     */
    record Matched(long matchIndex) implements AppendOutcome {}

    /**
     * As {@link Matched}, from a newcomer: it has this on its disk, but that does not count.
     *
     * @param lastIndex the last index that the request proved, never more
     */
    record Stored(long lastIndex) implements AppendOutcome {}

    /**
     * The follower does not have {@code prev}.
     *
     * @param prevIndex the index of the request's {@code prev}, so that a stale refusal is known as such
     * @param hint the follower's last position that may still be in common: at most {@code prev}'s index and term
     */
    record Conflict(long prevIndex, LogPosition hint) implements AppendOutcome {}

    /**
     * "What you lack of the log I have only as a snapshot: fetch it" (paper §7). Answered like an {@link AppendEntries}, with
     * {@link Matched} at the snapshot's position, as soon as the follower has all of it; asked again until then.
     *
     * <p>Differs from the paper: the follower asks for the bytes, chunk by chunk, outside of Raft, so none of them is here.
     * What a snapshot holds is committed, so it does not matter in which term it travels.
     */
    record InstallSnapshot(long term, NodeId from, SnapshotInfo snapshot) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onInstallSnapshot(this);
        }
    }

    /**
     * The leader is alive. Carries no entries and proves nothing about the log.
     *
     * @param commitIndex the leader's, but at most what this follower is known to match
     * @param round counts the leader's rounds of confirmation for reads (thesis §6.4)
     * @param awaited whether reads wait for the answer, so that neither may be held back to travel with others
     */
    record Heartbeat(long term, NodeId from, long commitIndex, long round, boolean awaited) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onHeartbeat(this);
        }
    }

    /**
     * The answer to a {@link Heartbeat}.
     *
     * @param round the round of the heartbeat that this answers
     * @param awaited as in the heartbeat
     */
    record HeartbeatReply(long term, NodeId from, long round, boolean awaited) implements PeerMessage {
        @Override
        public <R> R accept(Handler<R> handler) {
            return handler.onHeartbeatReply(this);
        }
    }
}
