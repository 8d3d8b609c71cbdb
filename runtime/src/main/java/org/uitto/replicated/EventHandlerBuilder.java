package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Puts an {@link EventHandler} together from cases, tried in the order in which they were added. */
public final class EventHandlerBuilder<State, Event> {
    private record Case<State, Event>(
            Predicate<Object> state, Class<?> event, BiFunction<State, Event, State> handler) {}

    private final List<Case<State, Event>> cases = new ArrayList<>();

    EventHandlerBuilder() {}

    /** Cases for every state. */
    public ForState<State, State, Event> forAnyState() {
        return new ForState<>(this, state -> true);
    }

    /** Cases for states of {@code type}. */
    public <S extends State> ForState<S, State, Event> forStateType(Class<S> type) {
        return new ForState<>(this, type::isInstance);
    }

    /** The handler with the cases so far; an event for which there is none is an error. */
    public EventHandler<State, Event> build() {
        List<Case<State, Event>> all = List.copyOf(cases);
        return (state, event) -> {
            for (Case<State, Event> candidate : all) {
                if (candidate.event().isInstance(event) && candidate.state().test(state)) {
                    return candidate.handler().apply(state, event);
                }
            }
            throw new IllegalArgumentException(
                    "No event handler for " + event.getClass().getName() + " in state "
                            + state.getClass().getName());
        };
    }

    /**
     * Cases for some of the states.
     *
     * @param <S> those states
     */
    public static final class ForState<S extends State, State, Event> {
        private final EventHandlerBuilder<State, Event> builder;
        private final Predicate<Object> state;

        ForState(EventHandlerBuilder<State, Event> builder, Predicate<Object> state) {
            this.builder = builder;
            this.state = state;
        }

        /** Applies events of {@code type}. */
        @SuppressWarnings("unchecked")
        public <E extends Event> ForState<S, State, Event> onEvent(Class<E> type, BiFunction<S, E, State> handler) {
            builder.cases.add(new Case<>(state, type, (s, event) -> handler.apply((S) s, (E) event)));
            return this;
        }

        /** Applies every event that no case before does. */
        @SuppressWarnings("unchecked")
        public EventHandlerBuilder<State, Event> onAnyEvent(BiFunction<S, Event, State> handler) {
            builder.cases.add(new Case<>(state, Object.class, (s, event) -> handler.apply((S) s, event)));
            return builder;
        }

        /** The handler with all the cases so far. */
        public EventHandler<State, Event> build() {
            return builder.build();
        }
    }
}
