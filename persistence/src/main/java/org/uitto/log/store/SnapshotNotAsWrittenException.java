package org.uitto.log.store;

import org.uitto.damage.DamagedSnapshot;

/** The parts of a snapshot, as the store has them, are not what was written. */
final class SnapshotNotAsWrittenException extends RuntimeException implements DamagedSnapshot {
    private static final long serialVersionUID = 1L;

    SnapshotNotAsWrittenException(String what) {
        super(what);
    }
}
