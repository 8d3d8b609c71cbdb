package org.uitto.journal.segment;

/** The directory is not for this journal to open: in use, another owner's, of a newer format, or not a journal. */
public final class JournalRefusedException extends JournalException {
    private static final long serialVersionUID = 1L;

    /** A refusal for the reason in {@code message}. */
    public JournalRefusedException(String message) {
        super(message, null);
    }
}
