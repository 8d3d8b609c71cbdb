package org.uitto.snapshot;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** A process that saves snapshots, says on its standard output what is done, and waits to be killed. */
final class KilledSaver {
    private static final int IDS = 3;
    private static final int KEPT = 2;

    private KilledSaver() {}

    static int ids() {
        return IDS;
    }

    static SnapshotFiles open(Path folder, List<String> warnings) throws IOException {
        return SnapshotFiles.open(
                new DiskFolder(folder), new StoreSettings("killed", new UUID(7, 8), 0, true), warnings::add);
    }

    private static SnapshotContent state(int id, long sequenceNr) {
        byte[] body = new byte[(int) ((sequenceNr * 31 + id) % 100_000)];
        new Random(sequenceNr * IDS + id).nextBytes(body);
        return new SnapshotContent(new byte[] {(byte) id}, body);
    }

    /** Saves and deletes until it is killed. Lines are {@code "s id sequenceNr"} for what is saved. */
    public static void main(String[] args) throws IOException {
        Random random = new Random(Long.parseLong(args[1]));
        Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.US_ASCII));
        try (SnapshotFiles store = open(Path.of(args[0]), List.of())) {
            long[] newest = new long[IDS];
            for (int id = 0; id < IDS; id++) {
                newest[id] = newest(store, id);
            }
            while (true) {
                int id = random.nextInt(IDS);
                // Now and then the same sequence number again.
                newest[id] += Math.min(1, random.nextInt(4));
                long sequenceNr = newest[id];
                store.save("id" + id, sequenceNr, sequenceNr, state(id, sequenceNr));
                store.delete("id" + id, key -> key.sequenceNr() <= sequenceNr - KEPT);
                out.write("s " + id + " " + sequenceNr + "\n");
                out.flush();
            }
        }
    }

    private static long newest(SnapshotFiles store, int id) throws IOException {
        Optional<StoredSnapshot> found = store.load("id" + id, key -> true);
        return found.map(stored -> stored.key().sequenceNr()).orElse(0L);
    }

    /** Checks that a store has what was acknowledged, whole. */
    static void check(SnapshotFiles store, long[] acknowledged) throws IOException {
        for (int id = 0; id < IDS; id++) {
            long newest = newest(store, id);
            if (newest < acknowledged[id]) {
                throw new AssertionError("id" + id + " has " + newest + ", acknowledged " + acknowledged[id]);
            }
            for (long sequenceNr = Math.max(0, newest - KEPT); sequenceNr <= newest; sequenceNr++) {
                long exactly = sequenceNr;
                Optional<StoredSnapshot> found = store.load("id" + id, key -> key.sequenceNr() == exactly);
                if (found.isPresent()
                        && !Arrays.equals(
                                found.get().content().body(),
                                state(id, sequenceNr).body())) {
                    throw new AssertionError("id" + id + " at " + sequenceNr + " is not what was saved");
                }
            }
        }
    }
}
