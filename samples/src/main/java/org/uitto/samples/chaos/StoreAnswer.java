package org.uitto.samples.chaos;

import java.util.Optional;

/**
 * What the keyed store answers, as far as it is checked.
 *
 * @param ok false if a compare-and-set did not swap
 * @param value what a get has found
 */
record StoreAnswer(boolean ok, Optional<String> value) {
    static final StoreAnswer DONE = new StoreAnswer(true, Optional.empty());
    static final StoreAnswer NOT_SWAPPED = new StoreAnswer(false, Optional.empty());

    static StoreAnswer found(Optional<String> value) {
        return new StoreAnswer(true, value);
    }

    @Override
    public String toString() {
        return ok ? value.map(found -> "\"" + found + "\"").orElse("ok, nothing") : "not swapped";
    }
}
