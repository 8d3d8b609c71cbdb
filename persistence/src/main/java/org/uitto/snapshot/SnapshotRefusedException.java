package org.uitto.snapshot;

/** The directory, or a file in it, is not for this store to use: in use, another owner's, or of a newer format. */
public final class SnapshotRefusedException extends SnapshotException {
    private static final long serialVersionUID = 1L;

    SnapshotRefusedException(String message) {
        super(message, null);
    }
}
