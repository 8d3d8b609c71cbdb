package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;

/** A queue of texts that is empty at first: what was put in first comes out first. */
public final class QueueModel implements SequentialModel<List<String>, QueueModel.Input, String> {
    /** The answer of an empty queue. */
    public static final String EMPTY = "";

    /** What can be asked of a queue. */
    public sealed interface Input {}

    /** Puts {@code value}, which is not {@link #EMPTY}, at the end and answers it. */
    public record Enqueue(String value) implements Input {}

    /** Takes the first away and answers it; answers {@link #EMPTY} if there is none. */
    public record Dequeue() implements Input {}

    @Override
    public List<String> initial() {
        return List.of();
    }

    @Override
    public Step<List<String>, String> apply(List<String> state, Input input) {
        if (input instanceof Enqueue enqueue) {
            List<String> longer = new ArrayList<>(state);
            longer.add(enqueue.value());
            return new Step<>(List.copyOf(longer), enqueue.value());
        }
        return state.isEmpty()
                ? new Step<>(state, EMPTY)
                : new Step<>(List.copyOf(state.subList(1, state.size())), state.get(0));
    }

    @Override
    public boolean isRead(Input input) {
        return false;
    }
}
