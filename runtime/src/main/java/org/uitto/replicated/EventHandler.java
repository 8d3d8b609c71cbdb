package org.uitto.replicated;

/**
 * Applies an event. Runs on every replica, in the same order; it must give the same result everywhere, so it may look at
 * nothing but its arguments, and it must leave the old state as it is.
 */
@FunctionalInterface
public interface EventHandler<State, Event> {
    /** The state after {@code event}. */
    State apply(State state, Event event);
}
