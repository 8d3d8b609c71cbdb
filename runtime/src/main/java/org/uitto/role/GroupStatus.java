package org.uitto.role;

import java.util.List;
import java.util.Optional;
import org.uitto.core.RoleState;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;

/**
 * How one node stands in one group at one moment.
 *
 * @param incarnation the number of the node's start; 0 while it recovers
 * @param votedFor whom it has voted for in {@code term}, itself included
 * @param leader the leader of {@code term}, if known
 * @param log how far its log reaches
 * @param disk how far its disk is
 * @param configuration who takes part, as its log says, committed or not
 * @param configurationIndex the index of the entry that says so; 0 as long as only the settings do
 * @param peers what it knows of the others while it leads, in the order of their ids; empty otherwise
 * @param transferTarget to whom it is handing leadership over, if it is
 * @param quiescent whether nothing happens in the group and its nodes say nothing, see {@link org.uitto.core.Quiescent}
 * @param trouble why it takes no part, if it does not; for the operator
 */
public record GroupStatus(
        GroupId group,
        NodeId node,
        long incarnation,
        Role role,
        long term,
        Optional<NodeId> votedFor,
        Optional<NodeId> leader,
        LogStatus log,
        DiskStatus disk,
        Configuration configuration,
        long configurationIndex,
        List<PeerStatus> peers,
        Optional<NodeId> transferTarget,
        boolean quiescent,
        Optional<String> trouble) {
    /** What a node can be in a group. */
    public enum Role {
        RECOVERING,
        NEWCOMER,
        FOLLOWER,
        PRE_CANDIDATE,
        CANDIDATE,
        LEADER,
        HALTED;

        /** The role of a node that takes part. */
        public static Role of(RoleState state) {
            if (state instanceof RoleState.Follower) {
                return FOLLOWER;
            } else if (state instanceof RoleState.Newcomer) {
                return NEWCOMER;
            } else if (state instanceof RoleState.PreCandidate) {
                return PRE_CANDIDATE;
            }
            return state instanceof RoleState.Candidate ? CANDIDATE : LEADER;
        }
    }

    public GroupStatus {
        peers = List.copyOf(peers);
    }

    /** Of a node that does not know its log: it has yet to read it, or can't. */
    static GroupStatus withoutLog(Participation given, Role role, Optional<String> trouble) {
        return new GroupStatus(
                given.group(),
                given.self(),
                0,
                role,
                0,
                Optional.empty(),
                Optional.empty(),
                LogStatus.UNKNOWN,
                DiskStatus.UNUSED,
                given.configuration(),
                0,
                List.of(),
                Optional.empty(),
                false,
                trouble);
    }

    /** The position of the last entry in its log. */
    public LogPosition lastLog() {
        return log.last();
    }

    /** The last index that it knows to be committed. */
    public long commitIndex() {
        return log.commitIndex();
    }

    /** The same with all durations 0, so that what differs between two is what has happened, not how long ago. */
    public GroupStatus withoutTimes() {
        return new GroupStatus(
                group,
                node,
                incarnation,
                role,
                term,
                votedFor,
                leader,
                log,
                new DiskStatus(disk.writesUnderWay(), 0, disk.writeCount()),
                configuration,
                configurationIndex,
                peers.stream().map(PeerStatus::withoutTimes).toList(),
                transferTarget,
                quiescent,
                trouble);
    }
}
