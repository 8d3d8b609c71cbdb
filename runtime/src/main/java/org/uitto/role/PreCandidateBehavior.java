package org.uitto.role;

import org.uitto.core.RoleState;

/**
 * A node while it asks whether it would be elected (thesis §9.6). Entered when no leader is heard of; left for
 * {@link CandidateBehavior} when a quorum would elect it, for {@link FollowerBehavior} when a leader or a later term shows.
 */
final class PreCandidateBehavior extends RoleBehavior<RoleState.PreCandidate> {
    PreCandidateBehavior(RoleContext node, RoleState.PreCandidate state) {
        super(node, RoleState.PreCandidate.class, state);
    }
}
