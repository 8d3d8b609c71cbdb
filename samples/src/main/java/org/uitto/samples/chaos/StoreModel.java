package org.uitto.samples.chaos;

import java.util.Optional;
import org.uitto.testkit.SequentialModel;

/** What the keyed store does, key by key: the yardstick of a history. */
final class StoreModel implements SequentialModel<Optional<String>, StoreInput, StoreAnswer> {
    @Override
    public Optional<String> initial() {
        return Optional.empty();
    }

    @Override
    public Step<Optional<String>, StoreAnswer> apply(Optional<String> state, StoreInput input) {
        return switch (input.verb()) {
            case GET -> new Step<>(state, StoreAnswer.found(state));
            case PUT -> new Step<>(Optional.of(input.value()), StoreAnswer.DONE);
            case APPEND -> new Step<>(Optional.of(state.orElse("") + input.value()), StoreAnswer.DONE);
            case CAS ->
                state.equals(Optional.of(input.expected()))
                        ? new Step<>(Optional.of(input.value()), StoreAnswer.DONE)
                        : new Step<>(state, StoreAnswer.NOT_SWAPPED);
            case DELETE -> new Step<>(Optional.empty(), StoreAnswer.DONE);
        };
    }

    @Override
    public Object part(StoreInput input) {
        return input.key();
    }

    @Override
    public boolean isRead(StoreInput input) {
        return input.verb() == StoreInput.Verb.GET;
    }
}
