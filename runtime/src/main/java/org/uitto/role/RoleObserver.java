package org.uitto.role;

import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;

/**
 * Watches a node decide, on the node's own thread: for tests that check invariants at every step. The methods do nothing
 * unless overridden.
 */
public interface RoleObserver {
    /** Watches nothing. */
    RoleObserver NONE = new RoleObserver() {};

    /** The node has recovered with {@code log} and begins as {@code initial}. */
    default void onStarted(RoleState initial, LogView log) {}

    /** The node has decided; {@code log} is already as {@code transition} wants it, messages have not been sent. */
    default void onTransition(RoleState before, Transition transition, LogView log) {}

    /** The node takes no further part in the group, for {@code reason}. */
    default void onHalted(RoleState state, String reason) {}

    /** The log is durable up to {@code last}. */
    default void onDurable(LogPosition last) {}
}
