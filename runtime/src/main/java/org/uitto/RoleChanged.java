package org.uitto;

import java.util.Optional;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus;

/**
 * This node's part in a group has changed, or who leads it: published on the actor system's event stream, and told to the
 * listeners of {@link Raft#tap}.
 *
 * @param leader the leader of {@code term} as far as this node knows
 */
public record RoleChanged(GroupId group, NodeId node, GroupStatus.Role role, long term, Optional<NodeId> leader)
        implements ProtocolEvent {}
