package org.uitto.testkit;

import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;

/** Users' values as the bytes that Pekko Serialization makes of them: what is compared when a class has no equality. */
final class UserValues {
    private final Serialization serialization;

    UserValues(ActorSystem<?> system) {
        this.serialization = SerializationExtension.get(system);
    }

    /** A value at some moment. {@code bytes} is empty if it can't be serialized. */
    record Print(String text, Optional<byte[]> bytes) {
        /** True if nothing can be said against the two being the same. */
        boolean matches(Print other) {
            if (bytes.isEmpty() || other.bytes().isEmpty()) {
                return text.equals(other.text());
            }
            return Arrays.equals(bytes.get(), other.bytes().get());
        }
    }

    Print print(Object value) {
        return new Print(Briefly.text(value), bytes(value));
    }

    /** True if the two are equal, or at least have the same bytes. */
    boolean same(Object one, Object other) {
        if (one.equals(other)) {
            return true;
        }
        Optional<byte[]> bytes = bytes(one);
        return bytes.isPresent()
                && bytes(other)
                        .filter(others -> Arrays.equals(bytes.get(), others))
                        .isPresent();
    }

    private Optional<byte[]> bytes(Object value) {
        try {
            return Optional.of(serialization.findSerializerFor(value).toBinary(value));
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    /** Why {@code value} can't be serialized; empty if it can. */
    Optional<String> trouble(Object value) {
        try {
            serialization.findSerializerFor(value).toBinary(value);
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
