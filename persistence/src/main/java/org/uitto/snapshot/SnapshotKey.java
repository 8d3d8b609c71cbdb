package org.uitto.snapshot;

import java.util.Comparator;

/**
 * Which snapshot of a persistence id it is.
 *
 * @param sequenceNr of the last event that is in it; not negative
 * @param timestampMillis when it was saved, since the epoch; not negative
 * @param saveNumber counts the saves of a store, from 1. The newest of several with one sequence number is that with the
 *     highest, whatever the clock said
 */
record SnapshotKey(long sequenceNr, long timestampMillis, long saveNumber) {
    /** The newest last. */
    static final Comparator<SnapshotKey> OLDEST_FIRST =
            Comparator.comparingLong(SnapshotKey::sequenceNr).thenComparingLong(SnapshotKey::saveNumber);

    SnapshotKey {
        if (sequenceNr < 0 || timestampMillis < 0 || saveNumber < 1) {
            throw new IllegalArgumentException("Not the numbers of a snapshot: sequence number " + sequenceNr
                    + ", timestamp " + timestampMillis + ", save " + saveNumber);
        }
    }
}
