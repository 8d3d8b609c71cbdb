package org.uitto.snapshot;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that a snapshot store cannot or will not do; the message says what, where and how to go on. */
public abstract sealed class SnapshotException extends RuntimeException
        permits SnapshotDamagedException, SnapshotFullException, SnapshotRefusedException, SnapshotNotSavedException {
    private static final long serialVersionUID = 1L;

    SnapshotException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
