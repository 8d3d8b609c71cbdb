package org.uitto.replicated;

/** What happens to a replica, beside commands and events. */
public sealed interface ReplicaSignal {
    /** The replica has applied all that its log held when it started, or what the group has put in its place. */
    record RecoveryCompleted() implements ReplicaSignal {}

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
