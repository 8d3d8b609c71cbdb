package org.uitto.testkit;

/**
 * What something does when one operation follows another: the yardstick of a {@link LinearizabilityChecker}. A pure
 * function; states and inputs are immutable and have {@code equals} and {@code hashCode}.
 *
 * @param <S> a state
 * @param <I> what is asked for
 * @param <R> what is answered
 */
public interface SequentialModel<S, I, R> {
    /** The state before the first operation. */
    S initial();

    /** What {@code input} does in {@code state}. */
    Step<S, R> apply(S state, I input);

    /** The part that {@code input} is about, such as a key; operations on different parts don't affect each other. */
    default Object part(I input) {
        return "";
    }

    /** True if {@code input} never changes a state. */
    boolean isRead(I input);

    /**
     * The effect of an operation.
     *
     * @param state the state after it
     * @param result its answer
     */
    record Step<S, R>(S state, R result) {}
}
