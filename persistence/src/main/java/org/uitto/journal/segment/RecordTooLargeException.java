package org.uitto.journal.segment;

/** One atomic write is larger than a record can be. Nothing was written. */
public final class RecordTooLargeException extends JournalException {
    private static final long serialVersionUID = 1L;

    RecordTooLargeException(String persistenceId, long bytes) {
        super(
                "An atomic write of " + bytes + " bytes for persistence id \"" + persistenceId + "\" is more than the "
                        + RecordFormat.MAX_RECORD_BYTES
                        + " bytes of the largest record. Persist smaller events, or fewer at once.",
                null);
    }
}
