package org.uitto.role;

import org.uitto.core.RoleState;

/**
 * A node while its word does not count, for its storage is not the one by which its peers know it, or may not be. Entered
 * from {@link Recovering}, and from every role when it turns out that the disk has lost something; left for {@link
 * FollowerBehavior}.
 */
final class NewcomerBehavior extends RoleBehavior<RoleState.Newcomer> {
    NewcomerBehavior(RoleContext node, RoleState.Newcomer state) {
        super(node, RoleState.Newcomer.class, state);
    }
}
