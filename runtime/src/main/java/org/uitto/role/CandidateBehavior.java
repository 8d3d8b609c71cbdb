package org.uitto.role;

import org.uitto.core.RoleState;

/**
 * A node while it stands for election (paper §5.2). Entered from {@link PreCandidateBehavior}; left for {@link
 * LeaderBehavior} with the votes of a quorum, for {@link FollowerBehavior} when a leader or a later term shows, back to
 * {@link PreCandidateBehavior} when the election comes to nothing.
 */
final class CandidateBehavior extends RoleBehavior<RoleState.Candidate> {
    CandidateBehavior(RoleContext node, RoleState.Candidate state) {
        super(node, RoleState.Candidate.class, state);
    }
}
