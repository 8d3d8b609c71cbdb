package org.uitto.replicated;

/** A replicated behavior with someone between it and whoever calls its handlers: for tests that look at each call. */
public final class WatchedBehavior<Command, Event, State> extends ReplicatedBehavior<Command, Event, State> {
    private final ReplicatedBehavior<Command, Event, State> behavior;
    private final Watch<Command, Event, State> watch;

    /** {@code behavior}, each call of its handlers made by {@code watch}. */
    public WatchedBehavior(ReplicatedBehavior<Command, Event, State> behavior, Watch<Command, Event, State> watch) {
        this.behavior = behavior;
        this.watch = watch;
    }

    /** Makes the calls, and may look before and after. */
    public interface Watch<Command, Event, State> {
        /** Has {@code handler} handle {@code command}. */
        Effect<Event, State> command(State state, Command command, CommandHandler<Command, Event, State> handler);

        /** Has {@code handler} apply {@code event}. */
        State event(State state, Event event, EventHandler<State, Event> handler);
    }

    @Override
    protected State emptyState() {
        return behavior.emptyState();
    }

    @Override
    protected CommandHandler<Command, Event, State> commandHandler() {
        CommandHandler<Command, Event, State> handler = behavior.commandHandler();
        return (state, command) -> watch.command(state, command, handler);
    }

    @Override
    protected EventHandler<State, Event> eventHandler() {
        EventHandler<State, Event> handler = behavior.eventHandler();
        return (state, event) -> watch.event(state, event, handler);
    }

    @Override
    protected SignalHandler<State> signalHandler() {
        return behavior.signalHandler();
    }
}
