package org.uitto.damage;

import java.util.Optional;

/** What an exception was thrown for: itself, its cause, the cause of that, and so on. */
final class Causes {
    private Causes() {}

    /** The first of {@code failure} and its causes that is a {@code T}. */
    static <T> Optional<T> first(Class<T> type, Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return Optional.of(type.cast(each));
            }
        }
        return Optional.empty();
    }
}
