package org.uitto.kryo;

import org.jspecify.annotations.Nullable;

/** A registered object that could not be written: too large, nested too deep, holding itself, or failing when asked. */
public final class UnwritableObjectException extends KryoSerializationException {
    private static final long serialVersionUID = 1L;

    UnwritableObjectException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
