package org.uitto.snapshot;

import java.util.UUID;

/**
 * How a {@link SnapshotFiles} is to be opened.
 *
 * @param owner whose snapshots they must be; empty for anyone's. No line breaks
 * @param newStoreId the id that a store made at this start gets
 * @param reserveBytes how much of the disk stays free: a snapshot is written only if at least this remains after it
 * @param isDamageSkipped whether an older snapshot is used instead of a damaged one
 */
record StoreSettings(String owner, UUID newStoreId, long reserveBytes, boolean isDamageSkipped) {
    StoreSettings {
        if (owner.indexOf('\n') >= 0 || owner.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("`uitto.snapshot-store.owner` is one line, not \"" + owner + "\"");
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("`uitto.snapshot-store.reserve` is not negative: " + reserveBytes);
        }
    }
}
