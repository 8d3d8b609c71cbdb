package org.uitto.replicated;

/**
 * An actor that lives on several nodes at once: the shape of Pekko's {@code EventSourcedBehavior}, kept in agreement by
 * Raft. Commands are handled by the leader; the events they yield are replicated, and applied by every node in the same
 * order.
 *
 * <p>The state is an immutable value: handlers run ahead on what the state will be while earlier events are still being
 * replicated, and what they yield is dropped if leadership is lost. Command handlers, effects and signal handlers run on
 * one thread at a time.
 *
 * @param <Command> what the actor is told; its classes must be known to Pekko Serialization, and to name one {@code
 *     ActorRef} to reply to, if any
 * @param <Event> what is replicated; its classes must be known to Pekko Serialization
 * @param <State> an immutable value
 */
public abstract class ReplicatedBehavior<Command, Event, State> {
    private final EffectFactory<Event, State> effects = new EffectFactory<>();

    /** The state before the first event. */
    protected abstract State emptyState();

    /** How commands are handled; asked for once. */
    protected abstract CommandHandler<Command, Event, State> commandHandler();

    /** How events are applied; asked for once. */
    protected abstract EventHandler<State, Event> eventHandler();

    /** What to do when something happens to the replica; asked for once. Nothing, unless overridden. */
    protected SignalHandler<State> signalHandler() {
        return newSignalHandlerBuilder().build();
    }

    /** What a command handler can return. */
    @SuppressWarnings("MethodName") // The name that EventSourcedBehavior has taught its users.
    protected final EffectFactory<Event, State> Effect() {
        return effects;
    }

    /** A new, empty builder. */
    protected final CommandHandlerBuilder<Command, Event, State> newCommandHandlerBuilder() {
        return new CommandHandlerBuilder<>();
    }

    /** A new, empty builder. */
    protected final EventHandlerBuilder<State, Event> newEventHandlerBuilder() {
        return new EventHandlerBuilder<>();
    }

    /** A new, empty builder. */
    protected final SignalHandler.Builder<State> newSignalHandlerBuilder() {
        return new SignalHandler.Builder<>();
    }
}
