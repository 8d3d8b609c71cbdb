package org.uitto.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A search for a sound snapshot, from the newest to older ones.
 *
 * @param skipped those that are not sound, the newest first
 * @param found the first that is
 */
record SnapshotSearch(List<Skipped> skipped, Optional<StoredSnapshot> found, String foundPath) {
    SnapshotSearch() {
        this(List.of(), Optional.empty(), "");
    }

    /** A file that cannot be used, and why; the reason goes on from the path. */
    record Skipped(String path, String damage) {
        @Override
        public String toString() {
            return path + ": " + damage;
        }
    }

    SnapshotSearch skipping(String path, String damage) {
        return new SnapshotSearch(
                Stream.concat(skipped.stream(), Stream.of(new Skipped(path, damage)))
                        .toList(),
                found,
                foundPath);
    }

    SnapshotSearch finding(String path, StoredSnapshot snapshot) {
        return new SnapshotSearch(skipped, Optional.of(snapshot), path);
    }

    /** A search that found damage only is not one that found nothing. */
    SnapshotSearch orThrowIfDamaged(String persistenceId) {
        if (!skipped.isEmpty()) {
            throw new SnapshotDamagedException("Persistence id \"" + persistenceId + "\" has snapshots and none that"
                    + " can be used is sound: " + list() + ". The events before them may be deleted, so they are not"
                    + " passed over. Restore the files from a copy. Only if the journal still has all events of this"
                    + " persistence id, move the files away and restart.");
        }
        return this;
    }

    /** What is to be told of what was skipped, if anything was. */
    Optional<String> warning(String persistenceId) {
        return found.filter(used -> !skipped.isEmpty())
                .map(used -> "Skipped damaged snapshots of persistence id \"" + persistenceId + "\": " + list()
                        + ". Used instead: " + foundPath + ", sequence number "
                        + used.key().sequenceNr() + ", saved at "
                        + Instant.ofEpochMilli(used.key().timestampMillis())
                        + ". All events after it are needed: check that none of them was deleted.");
    }

    private String list() {
        return skipped.stream().map(Skipped::toString).collect(Collectors.joining("; "));
    }

    static String message(Exception e) {
        return Objects.requireNonNull(e.getMessage());
    }
}
