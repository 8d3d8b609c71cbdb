package org.uitto.samples.chaos;

import java.util.Locale;

/**
 * What a client asks of the keyed store.
 *
 * @param value what is put, appended or set; "" if nothing is
 * @param expected what a compare-and-set expects; "" otherwise
 */
record StoreInput(Verb verb, String key, String value, String expected) {
    enum Verb {
        GET,
        PUT,
        APPEND,
        CAS,
        DELETE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return verb + " " + key + (verb == Verb.CAS ? " " + expected : "") + (value.isEmpty() ? "" : " " + value);
    }
}
