package org.uitto.testkit;

/**
 * Many of what another model describes, each under its own key and independent of the others.
 *
 * @param <S> the state under one key
 * @param <I> what is asked for under one key
 * @param <R> what is answered
 */
public final class KeyedModel<S, I, R> implements SequentialModel<S, KeyedModel.Keyed<I>, R> {
    private final SequentialModel<S, I, R> ofEach;

    /** Many of {@code ofEach}. */
    public KeyedModel(SequentialModel<S, I, R> ofEach) {
        this.ofEach = ofEach;
    }

    /**
     * What is asked for, and of which.
     *
     * @param <I> what is asked for under one key
     */
    public record Keyed<I>(String key, I input) {}

    @Override
    public S initial() {
        return ofEach.initial();
    }

    @Override
    public Step<S, R> apply(S state, Keyed<I> input) {
        return ofEach.apply(state, input.input());
    }

    @Override
    public Object part(Keyed<I> input) {
        return input.key();
    }

    @Override
    public boolean isRead(Keyed<I> input) {
        return ofEach.isRead(input.input());
    }
}
