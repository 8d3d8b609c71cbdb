package org.uitto.journal.segment;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that a journal cannot or will not do; the message says what, where and how to go on. */
public abstract sealed class JournalException extends RuntimeException
        permits JournalDamagedException,
                JournalFullException,
                JournalLatchedException,
                JournalRefusedException,
                RecordTooLargeException,
                SequenceConflictException {
    private static final long serialVersionUID = 1L;

    JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
