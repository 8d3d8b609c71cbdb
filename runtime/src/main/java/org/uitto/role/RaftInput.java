package org.uitto.role;

import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.uitto.core.PeerMessage;
import org.uitto.core.Quiescent;
import org.uitto.log.GroupId;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.Payloads;
import org.uitto.log.store.LogNotice;
import org.uitto.log.store.SnapshotNotice;

/** All that can reach the actor that takes part in a group. */
public sealed interface RaftInput {
    /**
     * A message of a peer, as it travels.
     *
     * @param start of the sender: what an earlier start said no longer counts
     * @param contact where the sender is reached, as it says
     */
    record PeerEnvelope(GroupId group, NodeStart start, String contact, PeerMessage message) implements RaftInput {}

    /** The process of a peer is gone, as its machine says. Not certain: whoever acts on it must do no harm if it lives. */
    record PeerCrashed(NodeId peer) implements RaftInput {}

    /** The leader is there and says nothing by itself; comes until this node's part in the group is known to be at rest as well. */
    record LeaderQuiescent(Quiescent leader) implements RaftInput {}

    /** The log store has something to tell. */
    record LogChanged(LogNotice notice) implements RaftInput {}

    /**
     * Entries to replicate; without effect unless this node leads {@code term}.
     *
     * @param term the term that the proposer believes this node to lead
     */
    record Propose(long term, Payloads payloads) implements RaftInput {}

    /**
     * Asks whether this node still leads {@code term}, later than now; without effect unless it does.
     *
     * @param ticket comes back in {@link RaftNotice.ReadsReady}
     */
    record ConfirmReads(long term, long ticket, boolean byLease) implements RaftInput {
        /** Asks a quorum. */
        public ConfirmReads(long term, long ticket) {
            this(term, ticket, false);
        }
    }

    /**
     * Hands leadership over.
     *
     * @param target to whom; empty for the one that can take over soonest
     * @param replyTo is told at once whether it was begun
     */
    record TransferLeadership(Optional<NodeId> target, ActorRef<TransferReply> replyTo) implements RaftInput {}

    /**
     * Nothing is proposed in {@code term} any more until {@link RaftNotice.TransferAbandoned}: the answer to {@link
     * RaftNotice.TransferBegun}.
     */
    record ProposalsHeld(long term) implements RaftInput {}

    /** The answer to {@link TransferLeadership}. */
    enum TransferReply {
        /** It was begun. It may come to nothing all the same: whoever wants to know looks who leads in a moment. */
        BEGUN,
        /** This node does not lead. */
        NOT_LEADER,
        /** The target is no other member whose word counts and that answers. */
        NO_SUCCESSOR
    }

    /**
     * Begins to change who takes part in the group.
     *
     * @param replyTo is told at once whether it was begun
     */
    record ChangeMembers(MembershipChange change, ActorRef<ChangeReply> replyTo) implements RaftInput {}

    /** The answer to {@link ChangeMembers}. */
    sealed interface ChangeReply {
        /**
         * It was begun, or all is as it is to be. Whoever wants to know when it is done looks at the configuration.
         *
         * @param voters who are to decide in the end
         */
        record Begun(Set<NodeId> voters) implements ChangeReply {
            public Begun {
                voters = Set.copyOf(voters);
            }
        }

        /**
         * It was not begun, and nothing has changed.
         *
         * @param passes whether the same may be begun a moment later
         * @param reason in words for the operator
         */
        record Refused(boolean passes, String reason) implements ChangeReply {}

        /** This node does not lead. */
        record NotLeader() implements ChangeReply {}
    }

    /** The snapshot storage has something to tell. */
    record SnapshotChanged(SnapshotNotice notice) implements RaftInput {}

    /**
     * The replicated state after the entry at {@code index}, which is committed, as bytes. Answered with {@link
     * RaftNotice.SnapshotEnded}.
     */
    record SnapshotTaken(long index, ByteString bytes) implements RaftInput {}

    /** The state machine can't go on on this node, and so neither can the node in the group. */
    record StateMachineFailed(String reason) implements RaftInput {}

    /** Asks how this node stands in the group. */
    record GetStatus(ActorRef<GroupStatus> replyTo) implements RaftInput {}

    /** The timer of the election may have run out. */
    enum ElectionTimerFired implements RaftInput {
        INSTANCE
    }

    /** In the midst of quiescence the other side was not heard in time, or sees the group otherwise. */
    enum Wake implements RaftInput {
        INSTANCE
    }

    /** Time for a leader to send heartbeats. */
    enum HeartbeatTick implements RaftInput {
        INSTANCE
    }
}
