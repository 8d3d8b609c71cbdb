package org.uitto.kryo;

import org.jspecify.annotations.Nullable;

/** Something to be written has a class without an id. The message names the line of HOCON that gives it one. */
public final class UnregisteredClassException extends KryoSerializationException {
    private static final long serialVersionUID = 1L;

    private final transient Class<?> type;

    UnregisteredClassException(Class<?> type, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
    }

    /** The class that has no id. */
    public Class<?> type() {
        return type;
    }
}
