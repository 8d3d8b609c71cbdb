package org.uitto.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Which snapshots there are, by the stems of their names. Safe for threads. */
final class SnapshotIndex {
    private final Map<String, NavigableSet<SnapshotKey>> keysByStem = new HashMap<>();
    private long highestSaveNumber;

    synchronized void add(String stem, SnapshotKey key) {
        keysByStem
                .computeIfAbsent(stem, first -> new TreeSet<>(SnapshotKey.OLDEST_FIRST))
                .add(key);
        highestSaveNumber = Math.max(highestSaveNumber, key.saveNumber());
    }

    synchronized void remove(String stem, SnapshotKey key) {
        NavigableSet<SnapshotKey> keys = keysByStem.get(stem);
        if (keys != null && keys.remove(key) && keys.isEmpty()) {
            keysByStem.remove(stem);
        }
    }

    synchronized boolean contains(String stem, SnapshotKey key) {
        NavigableSet<SnapshotKey> keys = keysByStem.get(stem);
        return keys != null && keys.contains(key);
    }

    /** Those that are wanted, the newest first. */
    synchronized List<SnapshotKey> select(String stem, Predicate<SnapshotKey> wanted) {
        NavigableSet<SnapshotKey> keys = keysByStem.get(stem);
        return keys == null
                ? List.of()
                : keys.descendingSet().stream().filter(wanted).toList();
    }

    /** A number higher than that of every snapshot there is or was begun since the store was opened. */
    synchronized long nextSaveNumber() {
        return ++highestSaveNumber;
    }

    synchronized boolean isEmpty() {
        return keysByStem.isEmpty();
    }
}
