package org.uitto.role;

import org.uitto.core.RoleState;

/**
 * A node while it follows whoever leads (paper §5.2). Entered from {@link Recovering} and from every other role; left for
 * {@link PreCandidateBehavior} when no leader is heard of.
 */
final class FollowerBehavior extends RoleBehavior<RoleState.Follower> {
    FollowerBehavior(RoleContext node, RoleState.Follower state) {
        super(node, RoleState.Follower.class, state);
    }
}
