package org.uitto.journal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.FileDirectory;
import org.uitto.journal.segment.SegmentStore;
import org.uitto.journal.segment.StoreSettings;

/** A process that writes to a journal, says on its standard output what is acknowledged, and waits to be killed. */
final class KilledWriter {
    private static final int IDS = 4;
    private static final StoreSettings SETTINGS = new StoreSettings("killed", new UUID(7, 8), 64 << 10, 0);

    private KilledWriter() {}

    static SegmentStore open(Path folder, List<String> warnings) throws IOException {
        return SegmentStore.open(
                new FileDirectory(folder),
                SETTINGS,
                Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "chores");
                    thread.setDaemon(true);
                    return thread;
                }),
                warnings::add);
    }

    static String persistenceId(int id) {
        return "id" + id;
    }

    static byte[] payload(int id, long sequenceNr) {
        byte[] bytes = new byte[16 + (int) ((sequenceNr * 31 + id) % 700)];
        new Random(sequenceNr * IDS + id).nextBytes(bytes);
        return ByteBuffer.wrap(bytes).putLong(0, sequenceNr).array();
    }

    /**
     * Writes until it is killed. Lines are {@code "w id sequenceNr"} and {@code "d id sequenceNr"} for what is written or
     * deleted up to.
     */
    public static void main(String[] args) throws IOException {
        Random random = new Random(Long.parseLong(args[1]));
        Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.US_ASCII));
        try (SegmentStore store = open(Path.of(args[0]), new ArrayList<>())) {
            long[] highest = new long[IDS];
            for (int id = 0; id < IDS; id++) {
                highest[id] = store.highestSequenceNr(persistenceId(id));
            }
            while (true) {
                StringBuilder done = new StringBuilder();
                for (int i = random.nextInt(20); i >= 0; i--) {
                    int id = random.nextInt(IDS);
                    long next = ++highest[id];
                    store.append(new EventWrite(persistenceId(id), next, next, List.of(payload(id, next))));
                    done.append("w ").append(id).append(' ').append(next).append('\n');
                }
                if (random.nextInt(20) == 0) {
                    int id = random.nextInt(IDS - 1);
                    store.delete(persistenceId(id), highest[id] - 10);
                    done.append("d ")
                            .append(id)
                            .append(' ')
                            .append(highest[id] - 10)
                            .append('\n');
                }
                store.commit();
                out.write(done.toString());
                out.flush();
            }
        }
    }

    /** Checks that a journal has all that was acknowledged; returns how many events it has. */
    static long check(SegmentStore store, long[] acknowledged, long[] deleted) throws IOException {
        long count = 0;
        for (int id = 0; id < IDS; id++) {
            String persistenceId = persistenceId(id);
            long highest = store.highestSequenceNr(persistenceId);
            if (highest < acknowledged[id] || store.deletedTo(persistenceId) < deleted[id]) {
                throw new AssertionError(persistenceId + " ends at " + highest + ", acknowledged up to "
                        + acknowledged[id] + "; deleted to " + store.deletedTo(persistenceId) + " of " + deleted[id]);
            }
            long expected = store.deletedTo(persistenceId) + 1;
            try (var replay = store.replay(persistenceId, 1, Long.MAX_VALUE)) {
                for (var next = replay.next(); next.isPresent(); next = replay.next()) {
                    ByteBuffer payload = ByteBuffer.wrap(payload(id, expected));
                    if (next.get().firstSequenceNr() != expected
                            || !Optional.of(payload).equals(next.map(e -> e.payload()))) {
                        throw new AssertionError(
                                persistenceId + ": " + next.get() + " where " + expected + " should be");
                    }
                    expected++;
                    count++;
                }
            }
            if (expected != highest + 1) {
                throw new AssertionError(persistenceId + " has events up to " + (expected - 1) + " of " + highest);
            }
        }
        return count;
    }

    static int ids() {
        return IDS;
    }
}
