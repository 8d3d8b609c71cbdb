package org.uitto;

import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;

/** Something that happened to this node in a group, as {@link Raft#tap} tells it. */
public sealed interface ProtocolEvent
        permits RoleChanged, ProtocolEvent.VoteGiven, ProtocolEvent.LogMoved, ProtocolEvent.Message {
    /** The group. */
    GroupId group();

    /** This node. */
    NodeId node();

    /**
     * The node has voted (paper §5.2).
     *
     * @param candidate for whom, itself included
     */
    record VoteGiven(GroupId group, NodeId node, long term, NodeId candidate) implements ProtocolEvent {}

    /**
     * The log has grown or was cut, more of it is on disk, or more of it is known to be committed.
     *
     * @param last the position of the last entry, durable or not
     * @param durable the position that the log on disk ended with when it last finished a write of this start
     * @param commitIndex the last index known to be committed
     */
    record LogMoved(GroupId group, NodeId node, LogPosition last, LogPosition durable, long commitIndex)
            implements ProtocolEvent {}

    /** Which way a message went. */
    enum Direction {
        SENT,
        RECEIVED
    }

    /**
     * A message left for a peer, or arrived from one; also one that is then ignored.
     *
     * @param type the message, in the words of the paper: {@code AppendEntries}, {@code RequestVoteReply} and so on
     * @param term that it was sent in
     * @param entryCount how many entries it carries
     * @param index the last index that it carries, proves, offers or hints at; the commit index of a heartbeat; 0 if none
     * @param refused whether it says no: a vote not given, entries that do not fit
     */
    record Message(
            GroupId group,
            NodeId node,
            Direction direction,
            NodeId peer,
            String type,
            long term,
            int entryCount,
            long index,
            boolean refused)
            implements ProtocolEvent {}
}
