package org.uitto.role;

import java.util.Optional;
import org.uitto.core.RoleState;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;

/**
 * How one node stands in one group at one moment.
 *
 * @param incarnation the number of the node's start; 0 while it recovers
 * @param leader the leader of {@code term}, if known
 * @param lastLog the position of the last entry in its log
 * @param commitIndex the last index that it knows to be committed
 * @param trouble why it takes no part, if it does not; for the operator
 */
public record GroupStatus(
        GroupId group,
        NodeId node,
        long incarnation,
        Role role,
        long term,
        Optional<NodeId> leader,
        LogPosition lastLog,
        long commitIndex,
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
}
