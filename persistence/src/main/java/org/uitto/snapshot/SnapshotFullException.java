package org.uitto.snapshot;

/** There is no room for the snapshot. Nothing was written; the same one is saved once there is room. */
public final class SnapshotFullException extends SnapshotException {
    private static final long serialVersionUID = 1L;

    SnapshotFullException(String message) {
        super(message, null);
    }
}
