package org.uitto.replicated;

import org.uitto.role.GroupStatus;

/**
 * How one replica stands at one moment.
 *
 * @param group how its node stands in the group
 * @param appliedIndex the last index whose entry is in its committed state
 * @param stateDigest a checksum of its committed state, in hexadecimal: replicas that have applied the same index must
 *     agree; empty if the state can't be serialized
 */
public record ReplicaStatus(GroupStatus group, long appliedIndex, String stateDigest) {}
