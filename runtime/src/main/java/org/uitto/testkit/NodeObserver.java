package org.uitto.testkit;

import org.uitto.role.RaftInput;
import org.uitto.role.RoleObserver;

/** Watches a node decide, and what it decides about. */
interface NodeObserver extends RoleObserver {
    /** {@code input} has come and is handled now: whatever is decided until the next one, is decided about this one. */
    default void onInput(RaftInput input) {}
}
