package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Closing early is what is tested.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class DiskFolderTest {
    @TempDir
    Path folder = Path.of("");

    private SnapshotFiles open() throws IOException {
        return SnapshotFiles.open(new DiskFolder(folder), Saves.SETTINGS, warning -> {
            throw new AssertionError(warning);
        });
    }

    @Test
    void refusesASecondStoreOfThisProcessAndLeavesTheHoldersLockAlone() throws IOException {
        try (DiskFolder first = new DiskFolder(folder);
                DiskFolder second = new DiskFolder(folder.resolve("../" + folder.getFileName()))) {
            first.lock();
            SnapshotRefusedException refused = assertThrows(SnapshotRefusedException.class, second::lock);
            second.close();

            assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
            assertTrue(
                    refused.getMessage()
                            .contains("this process, pid "
                                    + ProcessHandle.current().pid()),
                    refused.getMessage());
            assertThrows(SnapshotRefusedException.class, second::lock);
            first.close();
            second.lock();
        }
    }

    @Test
    void aStoreOnARealDiskIsFoundAgain() throws IOException {
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        folder = folder.resolve("made/on/demand");
        try (SnapshotFiles store = open()) {
            store.save("a", 1, 1, new SnapshotContent(new byte[0], large));
            store.save("a", 2, 2, new SnapshotContent(new byte[] {7}, large));
            store.delete("a", key -> key.sequenceNr() == 1);
        }
        try (SnapshotFiles store = open()) {
            StoredSnapshot found = store.load("a", key -> true).orElseThrow();

            assertEquals(new SnapshotKey(2, 2, 2), found.key());
            assertArrayEquals(large, found.content().body());
            assertArrayEquals(new byte[] {7}, found.content().descriptor());
        }
        try (var files = Files.list(folder)) {
            assertEquals(3, files.count(), "snapshot, identity, lock");
        }
    }

    @Test
    void aFileThatIsRemovedWhileItIsReadIsReadToItsEnd() throws IOException {
        try (DiskFolder disk = new DiskFolder(folder)) {
            Files.writeString(folder.resolve("file"), "content");
            try (Folder.StoredFile file = disk.open("file")) {
                disk.delete("file");
                ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
                file.read(bytes);

                assertEquals(
                        "content", StandardCharsets.UTF_8.decode(bytes.flip()).toString());
            }
        }
    }

    @Test
    void oneIsReadWholeWhileOthersAreSavedAndDeleted() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(2);
        AtomicBoolean isDone = new AtomicBoolean();
        try (SnapshotFiles store = open()) {
            store.save("a", 1, 1, state(1));
            List<Future<Long>> reading = List.of(
                    readers.submit(() -> readUntil(isDone, store)), readers.submit(() -> readUntil(isDone, store)));
            for (long sequenceNr = 2; sequenceNr <= 300; sequenceNr++) {
                long newest = sequenceNr;
                store.save("a", newest, newest, state(newest));
                store.delete("a", key -> key.sequenceNr() < newest);
            }
            isDone.set(true);

            for (Future<Long> reader : reading) {
                assertTrue(reader.get() >= 1);
            }
            assertEquals(
                    Optional.of(300L),
                    store.load("a", key -> true).map(found -> found.key().sequenceNr()));
        } finally {
            isDone.set(true);
            readers.shutdown();
        }
    }

    private static SnapshotContent state(long sequenceNr) {
        byte[] body = new byte[200_000];
        new Random(sequenceNr).nextBytes(body);
        return new SnapshotContent(new byte[0], body);
    }

    /** Reads the newest over and over; none is ever absent, older than the one before, or not what was saved. */
    private static long readUntil(AtomicBoolean isDone, SnapshotFiles store) throws IOException {
        long last = 0;
        do {
            StoredSnapshot found = store.load("a", key -> true).orElseThrow();
            long sequenceNr = found.key().sequenceNr();
            assertTrue(sequenceNr >= last, sequenceNr + " after " + last);
            assertArrayEquals(state(sequenceNr).body(), found.content().body());
            last = sequenceNr;
        } while (!isDone.get());
        return last;
    }
}
