package org.uitto.testkit;

/** Registers of text under keys, each empty at first and independent of the others. */
public final class RegisterModel implements SequentialModel<String, RegisterModel.Input, String> {
    /** The answer to a compare-and-set that set. */
    public static final String SET = "set";
    /** The answer to a compare-and-set that found another value. */
    public static final String NOT_SET = "not set";

    /** The value of a register that was never written, or was deleted. */
    public static final String ABSENT = "";

    /** What can be asked of registers. */
    public sealed interface Input {
        /** The register it is about. */
        String key();
    }

    /** Answers the value. */
    public record Get(String key) implements Input {}

    /** Makes the value {@code value} and answers it. */
    public record Put(String key, String value) implements Input {}

    /** Adds {@code suffix} at the end of the value and answers the value after it. */
    public record Append(String key, String suffix) implements Input {}

    /** Makes the value {@code value} if it is {@code expected}; answers {@link #SET} or {@link #NOT_SET}. */
    public record Cas(String key, String expected, String value) implements Input {}

    /** Makes the register empty and answers that. */
    public record Delete(String key) implements Input {}

    @Override
    public String initial() {
        return ABSENT;
    }

    @Override
    public Step<String, String> apply(String state, Input input) {
        if (input instanceof Put put) {
            return new Step<>(put.value(), put.value());
        } else if (input instanceof Delete) {
            return new Step<>(ABSENT, ABSENT);
        } else if (input instanceof Append append) {
            String value = state + append.suffix();
            return new Step<>(value, value);
        } else if (input instanceof Cas cas) {
            return state.equals(cas.expected()) ? new Step<>(cas.value(), SET) : new Step<>(state, NOT_SET);
        }
        return new Step<>(state, state);
    }

    @Override
    public Object part(Input input) {
        return input.key();
    }

    @Override
    public boolean isRead(Input input) {
        return input instanceof Get;
    }
}
