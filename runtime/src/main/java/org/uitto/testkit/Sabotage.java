package org.uitto.testkit;

import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.LogView;

/** Has nodes do something else than their rules decided, so that it can be seen whether the checks notice. */
@FunctionalInterface
interface Sabotage {
    /** Obeys the rules. */
    Sabotage NONE = (before, decision, log) -> decision;

    /** What to do instead of {@code decision}; {@code log} does not yet have what it writes. */
    Transition instead(RoleState before, Transition decision, LogView log);
}
