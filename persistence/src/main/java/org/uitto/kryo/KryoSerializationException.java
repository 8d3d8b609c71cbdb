package org.uitto.kryo;

import java.io.NotSerializableException;
import org.jspecify.annotations.Nullable;

/** A message that could not be written or read. The message of the exception says which, where in it, and what to do. */
public abstract sealed class KryoSerializationException extends NotSerializableException
        permits UnregisteredClassException, UnwritableObjectException, UnreadableBytesException {
    private static final long serialVersionUID = 1L;

    KryoSerializationException(String message, @Nullable Throwable cause) {
        super(message);
        if (cause != null) {
            initCause(cause);
        }
    }
}
