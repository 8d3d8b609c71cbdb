package org.uitto.kryo;

import org.jspecify.annotations.Nullable;

/** Bytes that are no message this node knows: damaged, hostile, or written by a newer version or with other registrations. */
public final class UnreadableBytesException extends KryoSerializationException {
    private static final long serialVersionUID = 1L;

    UnreadableBytesException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
