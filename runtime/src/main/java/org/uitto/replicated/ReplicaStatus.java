package org.uitto.replicated;

import org.uitto.role.GroupStatus;

/**
 * How one replica stands at one moment.
 *
 * @param group how its node stands in the group
 * @param appliedIndex the last index whose entry is in its committed state
 * @param snapshotUnderWay whether a snapshot of its state is being taken
 * @param sessionCount how many sessions of proxies it remembers
 * @param stateDigest a checksum of its committed state and sessions, in hexadecimal: replicas that have applied the same index must
 *     agree; empty if it was not asked for, or if the state can't be serialized
 */
public record ReplicaStatus(
        GroupStatus group, long appliedIndex, boolean snapshotUnderWay, int sessionCount, String stateDigest) {
    /** The same with all durations 0, see {@link GroupStatus#withoutTimes()}. */
    public ReplicaStatus withoutTimes() {
        return new ReplicaStatus(group.withoutTimes(), appliedIndex, snapshotUnderWay, sessionCount, stateDigest);
    }

    ReplicaStatus withDigest(String digest) {
        return new ReplicaStatus(group, appliedIndex, snapshotUnderWay, sessionCount, digest);
    }
}
