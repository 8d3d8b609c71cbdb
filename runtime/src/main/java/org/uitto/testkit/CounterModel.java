package org.uitto.testkit;

/** A counter that starts at 0: adding answers the value after it. */
public final class CounterModel implements SequentialModel<Long, CounterModel.Input, Long> {
    /** What can be asked of a counter. */
    public sealed interface Input {}

    /** Adds {@code amount} and answers the sum. */
    public record Add(long amount) implements Input {}

    /** Answers the value. */
    public record Get() implements Input {}

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Step<Long, Long> apply(Long state, Input input) {
        long value = input instanceof Add add ? state + add.amount() : state;
        return new Step<>(value, value);
    }

    @Override
    public boolean isRead(Input input) {
        return input instanceof Get;
    }
}
