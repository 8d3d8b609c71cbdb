package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What a replicated behavior does when something happens to its replica. */
public final class SignalHandler<State> {
    private record Case<State>(Class<? extends ReplicaSignal> signal, BiConsumer<State, ReplicaSignal> handler) {}

    private final List<Case<State>> cases;

    private SignalHandler(List<Case<State>> cases) {
        this.cases = List.copyOf(cases);
    }

    /** Does what the first case for {@code signal} says, if there is one. */
    void handle(State state, ReplicaSignal signal) {
        for (Case<State> candidate : cases) {
            if (candidate.signal().isInstance(signal)) {
                candidate.handler().accept(state, signal);
                return;
            }
        }
    }

    /** Gathers cases. */
    public static final class Builder<State> {
        private final List<Case<State>> cases = new ArrayList<>();

        Builder() {}

        /** Runs {@code handler} with the committed state when {@code signal} happens. */
        public <S extends ReplicaSignal> Builder<State> onSignal(Class<S> signal, BiConsumer<State, S> handler) {
            cases.add(new Case<>(signal, (state, happened) -> handler.accept(state, signal.cast(happened))));
            return this;
        }

        /** The handler with the cases so far; other signals are ignored. */
        public SignalHandler<State> build() {
            return new SignalHandler<>(cases);
        }
    }
}
