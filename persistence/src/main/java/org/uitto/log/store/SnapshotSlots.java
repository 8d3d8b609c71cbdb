package org.uitto.log.store;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;

/**
 * A node's two places for snapshots of one group: what is in them, and whether the one that is not in use may be written
 * over. Used by one actor.
 */
final class SnapshotSlots {
    private static final long PINNED_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier clock;
    private final @Nullable Long[] servedAtNanos = new Long[2];

    /** What the log says counts. */
    private @Nullable StoredSnapshot inUse;
    /** What counted before, in the other slot, as long as nothing is written there. */
    private @Nullable StoredSnapshot before;
    /** What is stored in the other slot, and waits for the log to say that it counts. */
    private @Nullable StoredSnapshot awaitingUse;

    /** @param clock monotonic nanoseconds */
    SnapshotSlots(LongSupplier clock) {
        this.clock = clock;
    }

    /** Where the snapshot of this name is, if it is in use or was until lately. */
    Optional<StoredSnapshot> find(SnapshotInfo info) {
        return Optional.ofNullable(inUse)
                .filter(snapshot -> snapshot.info().equals(info))
                .or(() -> Optional.ofNullable(before)
                        .filter(snapshot -> snapshot.info().equals(info)));
    }

    /** Notes that another node is reading what is in this slot. */
    void served(int slot) {
        servedAtNanos[slot] = clock.getAsLong();
    }

    /** The slot that is not in use. */
    int free() {
        return inUse == null ? 0 : 1 - inUse.slot();
    }

    /** Why the slot that is not in use must not be written over; empty if it may be. */
    String occupiedBecause() {
        if (awaitingUse != null) {
            return "another snapshot is on its way to the disk";
        }
        Long servedLast = servedAtNanos[free()];
        boolean pinned = servedLast != null && clock.getAsLong() - servedLast < PINNED_NANOS;
        return pinned ? "another node is just reading the snapshot that it would replace" : "";
    }

    /** What was in the slot that is not in use is given up. */
    void overwrite() {
        before = null;
        servedAtNanos[free()] = null;
    }

    /** The slot that was not in use holds this snapshot. */
    void stored(StoredSnapshot snapshot) {
        awaitingUse = snapshot;
    }

    /** This snapshot was in use when the node was last running. */
    void recovered(StoredSnapshot snapshot) {
        inUse = snapshot;
    }

    /** The log says durably that this snapshot counts. */
    void use(StoredSnapshot snapshot) {
        before = inUse;
        inUse = snapshot;
        awaitingUse = null;
    }

    /** The log has no use for this snapshot. */
    void discard(StoredSnapshot snapshot) {
        if (snapshot.equals(awaitingUse)) {
            awaitingUse = null;
        }
    }
}
