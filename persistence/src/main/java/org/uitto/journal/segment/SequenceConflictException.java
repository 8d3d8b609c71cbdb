package org.uitto.journal.segment;

/**
 * A write does not follow what is stored for its persistence id: two writers use it at once, or an earlier write of the
 * same writer was refused. Nothing was written.
 */
public final class SequenceConflictException extends JournalException {
    private static final long serialVersionUID = 1L;

    SequenceConflictException(String message) {
        super(message, null);
    }
}
