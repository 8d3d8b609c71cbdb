package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with a message, where in it, and what to do. */
record KryoFailures(RegistrationTable table, KryoLimits limits) {
    /** The start of the message of the only exception that Kryo throws for it. */
    private static final String TOO_DEEP = "Max depth exceeded";

    /** A class without an id. */
    UnregisteredClassException unregistered(Class<?> type, String path, @Nullable Throwable cause) {
        String where = path.isEmpty() ? "" : " (at " + path + ")";
        return new UnregisteredClassException(
                type, "Class " + type.getTypeName() + " has no id" + where + ". " + mend(type), cause);
    }

    private String mend(Class<?> type) {
        if (type.isHidden() || type.isSynthetic() || type.isAnonymousClass() || type.isLocalClass()) {
            return "A class without a name that other nodes know cannot be registered: use a named class, best a record.";
        }
        String add = "Add to the configuration of every node: uitto.kryo.registrations { \"" + type.getTypeName()
                + "\" = " + table.freeId() + " }";
        return type.getName().startsWith("java.")
                ? "Copy it to an immutable collection or another built-in type first, such as with List.copyOf. If that"
                        + " won't do: " + add
                : add;
    }

    /** What Kryo threw while it wrote an object. */
    KryoSerializationException unwritable(RegisteredType type, Throwable cause) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof UnregisteredClassInGraph unregistered) {
                return unregistered(unregistered.type(), unregistered.path(), cause);
            }
            if (e instanceof KryoBufferOverflowException) {
                return unwritable(type, "it is larger than " + limits.describe("max-message-bytes"), cause);
            }
        }
        return unwritable(
                type,
                isTooDeep(cause)
                        ? "it is nested deeper than " + limits.describe("max-depth")
                                + ". Does it hold itself? Messages are trees"
                        : reason(cause),
                cause);
    }

    private static UnwritableObjectException unwritable(RegisteredType type, String reason, Throwable cause) {
        return new UnwritableObjectException(
                "A " + type.type().getName() + " (id " + type.id() + ") could not be written: " + reason + ".", cause);
    }

    /** What Kryo threw while it read {@code length} bytes, of which it had read {@code position}. */
    UnreadableBytesException unreadable(RegisteredType type, int length, int position, Throwable cause) {
        return new UnreadableBytesException(
                "The " + length + " bytes of a " + type.type().getName() + " (id " + type.id()
                        + ") could not be read, at byte " + position + ": "
                        + (isTooDeep(cause) ? "nested deeper than " + limits.describe("max-depth") : reason(cause)),
                cause);
    }

    /** Bytes that go on behind their object. */
    UnreadableBytesException trailing(RegisteredType type, int length, int remaining) {
        return new UnreadableBytesException(
                "The " + length + " bytes of a " + type.type().getName() + " (id " + type.id() + ") go on for "
                        + remaining + " bytes behind it. They are damaged or were written by a newer version.",
                null);
    }

    UnreadableBytesException unknownManifest(String manifest) {
        boolean number = !manifest.isEmpty()
                && manifest.length() <= 10
                && manifest.chars().allMatch(c -> c >= '0' && c <= '9');
        return new UnreadableBytesException(
                number
                        ? FixedClassResolver.unknownId((int) Long.parseLong(manifest))
                        : "The manifest is no id: \"" + manifest.substring(0, Math.min(manifest.length(), 100))
                                + "\". These bytes were not written by " + KryoSerializer.class.getName() + ".",
                null);
    }

    void requireReadable(RegisteredType type, int length) throws UnreadableBytesException {
        if (length > limits.maxMessageBytes()) {
            throw new UnreadableBytesException(
                    "The " + length + " bytes of a " + type.type().getName() + " (id " + type.id() + ") are more than "
                            + limits.describe("max-message-bytes") + ".",
                    null);
        }
    }

    private static boolean isTooDeep(Throwable cause) {
        for (Throwable e = cause; e != null; e = e.getCause()) {
            if (e instanceof StackOverflowError
                    || (e instanceof KryoException
                            && String.valueOf(e.getMessage()).startsWith(TOO_DEEP))) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable cause) {
        String message = cause instanceof KryoException ? cause.getMessage() : cause.toString();
        return String.valueOf(message).replace('\n', ' ');
    }
}
