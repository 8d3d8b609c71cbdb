package org.uitto;

import java.util.List;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaStatus;

/**
 * How the replicas of one node stand, in the order of their groups' names.
 *
 * @param groups those that have answered, without a checksum of their states
 * @param silent the groups of which the node has a replica that did not answer in time
 */
public record NodeStatus(List<ReplicaStatus> groups, List<GroupId> silent) {
    public NodeStatus {
        groups = List.copyOf(groups);
        silent = List.copyOf(silent);
    }
}
