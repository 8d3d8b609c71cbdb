package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Puts a {@link CommandHandler} together from cases, tried in the order in which they were added. */
public final class CommandHandlerBuilder<Command, Event, State> {
    private record Case<Command, Event, State>(
            Predicate<Object> state, Class<?> command, BiFunction<State, Command, Effect<Event, State>> handler) {}

    private final List<Case<Command, Event, State>> cases = new ArrayList<>();

    CommandHandlerBuilder() {}

    /** Cases for every state. */
    public ForState<Command, Event, State, State> forAnyState() {
        return new ForState<>(this, state -> true);
    }

    /** Cases for the states that {@code predicate} accepts. */
    @SuppressWarnings("unchecked")
    public ForState<Command, Event, State, State> forState(Predicate<State> predicate) {
        return new ForState<>(this, state -> predicate.test((State) state));
    }

    /** Cases for states of {@code type}. */
    public <S extends State> ForState<Command, Event, S, State> forStateType(Class<S> type) {
        return new ForState<>(this, type::isInstance);
    }

    /** The handler with the cases so far. A command for which there is none is rejected, with a message that names it. */
    public CommandHandler<Command, Event, State> build() {
        List<Case<Command, Event, State>> all = List.copyOf(cases);
        return (state, command) -> {
            for (Case<Command, Event, State> candidate : all) {
                if (candidate.command().isInstance(command) && candidate.state().test(state)) {
                    return candidate.handler().apply(state, command);
                }
            }
            throw new IllegalArgumentException(
                    "No command handler for " + command.getClass().getName() + " in state "
                            + state.getClass().getName());
        };
    }

    /**
     * Cases for some of the states.
     *
     * @param <S> those states
     */
    public static final class ForState<Command, Event, S extends State, State> {
        private final CommandHandlerBuilder<Command, Event, State> builder;
        private final Predicate<Object> state;

        ForState(CommandHandlerBuilder<Command, Event, State> builder, Predicate<Object> state) {
            this.builder = builder;
            this.state = state;
        }

        /** Handles commands of {@code type}. */
        @SuppressWarnings("unchecked")
        public <C extends Command> ForState<Command, Event, S, State> onCommand(
                Class<C> type, BiFunction<S, C, Effect<Event, State>> handler) {
            builder.cases.add(new Case<>(state, type, (s, command) -> handler.apply((S) s, (C) command)));
            return this;
        }

        /** Handles every command that no case before does. */
        @SuppressWarnings("unchecked")
        public CommandHandlerBuilder<Command, Event, State> onAnyCommand(
                BiFunction<S, Command, Effect<Event, State>> handler) {
            builder.cases.add(new Case<>(state, Object.class, (s, command) -> handler.apply((S) s, command)));
            return builder;
        }

        /** The handler with all the cases so far. */
        public CommandHandler<Command, Event, State> build() {
            return builder.build();
        }
    }
}
