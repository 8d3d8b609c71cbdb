package org.uitto.replicated;

/** What happens to a replica, beside commands and events. */
public sealed interface ReplicaSignal {
    /** The replica has applied all that its log held when it started, or what the group has put in its place. */
    record RecoveryCompleted() implements ReplicaSignal {}

    /**
     * The committed state of this replica has moved on, on whichever node it is: for what shows or indexes the state there,
     * without asking the leader. Follows everything that the log held when the replica started, too.
     *
     * @param index the last index whose entry is in the state
     */
    record Applied(long index) implements ReplicaSignal {}

    /**
     * Commands are handled here from now on.
     *
     * @param term the term of this leadership
     */
    record LeadershipGained(long term) implements ReplicaSignal {}

    /**
     * Commands are no longer handled here.
     *
     * @param term the term of the leadership that ended
     */
    record LeadershipLost(long term) implements ReplicaSignal {}
}
