package org.uitto.snapshot;

import org.uitto.damage.DamagedSnapshot;

/** What is stored is not what was written, and there is nothing sound to use instead. */
public final class SnapshotDamagedException extends SnapshotException implements DamagedSnapshot {
    private static final long serialVersionUID = 1L;

    SnapshotDamagedException(String message) {
        super(message, null);
    }
}
