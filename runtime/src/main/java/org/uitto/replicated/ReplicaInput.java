package org.uitto.replicated;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.TransferReply;
import org.uitto.role.RaftNotice;

/** All that can reach the actor that runs a replicated behavior on one node. */
public sealed interface ReplicaInput {
    /**
     * Asks the leader to begin a session, in which the proxy's commands take effect once however often they are sent. Answered
     * by {@link ProxyInput.SessionOpened}, or {@link ProxyInput.LeaderIs} if this node does not lead.
     */
    record OpenSession(ActorRef<ProxyInput> proxy) implements ReplicaInput {}

    /**
     * Consecutive commands of one proxy.
     *
     * @param proxy gets the answers
     */
    record CommandBatch(ActorRef<ProxyInput> proxy, Sending sending, CommandPayload payload) implements ReplicaInput {}

    /**
     * How a proxy sends commands.
     *
     * @param session the proxy's session
     * @param term for the leader of this term only: a message that was held up on the way must not reach a later one
     * @param attempt the proxy's number of this message; a leader handles a session's messages in this order only
     * @param firstNumber the proxy's number of the first command; the others count up from it
     * @param firstUnanswered the lowest number for which the proxy awaits an answer; at most {@code firstNumber}
     * @param again whether any of the commands may have been handled before
     */
    record Sending(long session, long term, long attempt, long firstNumber, long firstUnanswered, boolean again) {
        /** How far a proxy may go ahead of its first unanswered command: replies are kept for as many. */
        public static final int MAX_AHEAD = 1 << 16;
    }

    /**
     * Asks the leader up to which index the log holds all that was acknowledged before now. Answered by {@link
     * ProxyInput.ReadIndexIs}, or {@link ProxyInput.LeaderIs} if this node does not lead.
     *
     * @param ticket comes back in the answer
     */
    record GetReadIndex(ActorRef<ProxyInput> proxy, long ticket) implements ReplicaInput {}

    /**
     * Consecutive reads of one proxy, for any replica.
     *
     * @param proxy gets the answers
     * @param attempt the proxy's number of this message
     * @param firstNumber the proxy's number of the first read; the others count up from it
     * @param minIndex the replica must have applied as much of the log before it answers; {@link #BY_LEASE} if it must lead
     */
    record ReadBatch(ActorRef<ProxyInput> proxy, long attempt, long firstNumber, long minIndex, CommandPayload payload)
            implements ReplicaInput {
        /** Stands for whatever index the leader has when its lease, or else a quorum, says that it leads. */
        public static final long BY_LEASE = Long.MAX_VALUE;

        ReadBatch withMinIndex(long newMinIndex) {
            return new ReadBatch(proxy, attempt, firstNumber, newMinIndex, payload);
        }
    }

    /** Commands, as objects or as bytes. */
    sealed interface CommandPayload {
        /** How many; at least 1. */
        int count();
    }

    /** Commands that stay in this process. */
    record LocalCommands(List<Object> commands) implements CommandPayload {
        public LocalCommands {
            commands = List.copyOf(commands);
        }

        @Override
        public int count() {
            return commands.size();
        }
    }

    /**
     * Commands that travel.
     *
     * @param count how many; at least 1
     * @param bytes the commands one after the other, each as {@code ValueCodec} writes it
     */
    record SerializedCommands(int count, ByteString bytes) implements CommandPayload {}

    /** Asks which node leads. Answered at once, and once more when that has changed. */
    record WhoLeads(ActorRef<ProxyInput> replyTo) implements ReplicaInput {}

    /**
     * Asks how this replica stands.
     *
     * @param withDigest whether to give a checksum of the state, which takes as long as turning all of it to bytes
     */
    record GetReplicaStatus(ActorRef<ReplicaStatus> replyTo, boolean withDigest) implements ReplicaInput {
        /** Asks for all, the checksum included. */
        public GetReplicaStatus(ActorRef<ReplicaStatus> replyTo) {
            this(replyTo, true);
        }
    }

    /**
     * Has this replica's node hand leadership over, if it leads.
     *
     * @param target to whom; empty for the one that can take over soonest
     */
    record HandOver(Optional<NodeId> target, ActorRef<TransferOutcome> replyTo) implements ReplicaInput {}

    /** Has this replica's node begin to change who takes part in the group, if it leads. */
    record ChangeMembers(MembershipChange change, ActorRef<MembershipOutcome> replyTo) implements ReplicaInput {}

    /** What the node says of beginning to change who takes part; never travels. */
    record FromChange(ChangeReply reply) implements ReplicaInput {}

    /** Has this replica take a snapshot of its state now, whether or not it would take one by itself. */
    record TakeSnapshot(ActorRef<SnapshotOutcome> replyTo) implements ReplicaInput {}

    /** Ends this replica; its data stays. Never travels. */
    record StopReplica() implements ReplicaInput {}

    /** What the node says of handing leadership over; never travels. */
    record FromTransfer(TransferReply reply) implements ReplicaInput {}

    /** Raft has something to tell; never travels. */
    record FromRaft(RaftNotice notice) implements ReplicaInput {}

    /** How this node stands in the group; never travels. */
    record FromRaftStatus(GroupStatus status) implements ReplicaInput {}

    /** The checksum for those who asked for it is known; never travels. */
    record StateDigested(ReplicaStatus status, List<ActorRef<ReplicaStatus>> askers) implements ReplicaInput {}

    /**
     * The state after the entry at {@code index} was turned to bytes, or could not be; never travels.
     *
     * @param bytes empty if it could not be, and then {@code failure} says why
     */
    record SnapshotWritten(
            long index,
            Optional<ByteString> bytes,
            @Nullable Throwable failure) implements ReplicaInput {}
}
