package org.uitto.journal.segment;

/** There is no room for another segment. Nothing was written; the same write succeeds once there is room. */
public final class JournalFullException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalFullException(String message) {
        super(message, null);
    }
}
