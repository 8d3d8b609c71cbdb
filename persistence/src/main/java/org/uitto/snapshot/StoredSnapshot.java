package org.uitto.snapshot;

/** A snapshot that was found, whole and sound. */
record StoredSnapshot(SnapshotKey key, SnapshotContent content) {}
