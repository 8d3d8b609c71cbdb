package org.uitto.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A store on a simulated disk, used with texts for snapshots. */
final class Saves {
    static final UUID STORE_ID = new UUID(1, 2);
    static final StoreSettings SETTINGS = new StoreSettings("owner", STORE_ID, 0, true);

    final List<String> warnings = new ArrayList<>();
    final SimulatedFolder folder;
    final SnapshotFiles store;

    Saves(SimulatedFolder folder, StoreSettings settings) throws IOException {
        this.folder = folder;
        this.store = SnapshotFiles.open(folder, settings, warnings::add);
    }

    Saves(SimulatedFolder folder) throws IOException {
        this(folder, SETTINGS);
    }

    Saves() throws IOException {
        this(new SimulatedFolder());
    }

    static SnapshotContent content(String text) {
        return new SnapshotContent(new byte[] {1, 2, 3}, text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(StoredSnapshot stored) {
        return new String(stored.content().body(), StandardCharsets.UTF_8);
    }

    /** Saves at a time that is a thousand times the sequence number. */
    void save(String persistenceId, long sequenceNr, String text) {
        store.save(persistenceId, sequenceNr, 1000 * sequenceNr, content(text));
    }

    Optional<String> load(String persistenceId) throws IOException {
        return loadUpTo(persistenceId, Long.MAX_VALUE);
    }

    Optional<String> loadUpTo(String persistenceId, long sequenceNr) throws IOException {
        return store.load(persistenceId, key -> key.sequenceNr() <= sequenceNr).map(Saves::text);
    }

    /** The one file of a snapshot. */
    String file(String persistenceId, long sequenceNr) {
        String start = FileNames.stem(persistenceId) + "-" + sequenceNr + "-";
        return folder.snapshots().stream()
                .filter(name -> name.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    /** Changes the last byte of what the serializer made. */
    void damage(String name) {
        byte[] bytes = folder.get(name);
        bytes[bytes.length - Integer.BYTES - 1] ^= 1;
        folder.put(name, bytes);
    }

    /** The same disk after a restart of the process. */
    Saves reopened() throws IOException {
        store.close();
        return new Saves(folder);
    }
}
