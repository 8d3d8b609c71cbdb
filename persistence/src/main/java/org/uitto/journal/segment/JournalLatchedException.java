package org.uitto.journal.segment;

/**
 * A write or fsync failed, so this journal writes no more: what the disk holds of the last group is unknown, and an
 * fsync that is tried again can report success for data that was dropped.
 */
public final class JournalLatchedException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalLatchedException(String path, Throwable cause) {
        super(
                "The journal in " + path + " is latched shut since a write failed (" + cause
                        + "). What was acknowledged before is intact and readable; nothing more is written. Check the"
                        + " disk, then restart the process.",
                cause);
    }
}
