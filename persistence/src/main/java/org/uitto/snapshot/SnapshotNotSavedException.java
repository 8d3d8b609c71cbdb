package org.uitto.snapshot;

/** An I/O error kept a snapshot from being saved. It is never used; what was saved before is as it was. */
public final class SnapshotNotSavedException extends SnapshotException {
    private static final long serialVersionUID = 1L;

    SnapshotNotSavedException(String message, Throwable cause) {
        super(message, cause);
    }
}
