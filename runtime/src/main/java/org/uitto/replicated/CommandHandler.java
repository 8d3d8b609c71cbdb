package org.uitto.replicated;

/**
 * Decides what a command does. Runs on the leader only, so it may look at the clock or at chance; it must not change the
 * state, nor anything else: what it wants is said in the effect.
 */
@FunctionalInterface
public interface CommandHandler<Command, Event, State> {
    /**
     * Handles one command.
     *
     * @param state what the state will be once everything handled before is committed
     * @return what to do; an exception instead rejects the command and leaves no trace in the state
     */
    Effect<Event, State> apply(State state, Command command);
}
