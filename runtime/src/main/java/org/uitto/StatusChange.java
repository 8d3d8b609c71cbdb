package org.uitto;

import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaStatus;

/** A group of this node stands in another way than before, as {@link Raft#watch} tells it. */
public sealed interface StatusChange {
    /** The group. */
    GroupId group();

    /**
     * The node's replica stands so, from now on or since the watch began.
     *
     * @param status without a checksum of its state
     */
    record Changed(ReplicaStatus status) implements StatusChange {
        @Override
        public GroupId group() {
            return status.group().group();
        }
    }

    /** The node has no replica of the group any more. */
    record Ended(GroupId group) implements StatusChange {}
}
