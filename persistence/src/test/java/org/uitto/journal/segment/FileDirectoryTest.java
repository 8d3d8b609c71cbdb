package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Closing early is what is tested.
final class FileDirectoryTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void refusesASecondJournalOfThisProcess() throws IOException {
        try (FileDirectory first = new FileDirectory(folder);
                FileDirectory second = new FileDirectory(folder.resolve("../" + folder.getFileName()))) {
            first.lock();

            JournalRefusedException refused = assertThrows(JournalRefusedException.class, second::lock);

            assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
            assertTrue(
                    refused.getMessage()
                            .contains("pid " + ProcessHandle.current().pid()),
                    refused.getMessage());
            first.close();
            second.lock();
        }
    }

    @Test
    void aRefusedJournalLeavesTheHoldersLockAlone() throws IOException {
        try (FileDirectory first = new FileDirectory(folder);
                FileDirectory second = new FileDirectory(folder)) {
            first.lock();
            assertThrows(JournalRefusedException.class, second::lock);
            second.close();

            assertThrows(JournalRefusedException.class, second::lock);
        }
    }

    @Test
    void makesFilesOfZerosInAHurryToo() throws IOException {
        try (FileDirectory directory = new FileDirectory(folder)) {
            for (int pieces : new int[] {0, 1, 4, 100}) {
                AtomicInteger left = new AtomicInteger(pieces);
                try (DataFile file = directory.create("five", 5 << 20, () -> left.getAndDecrement() == 0)) {
                    ByteBuffer bytes = ByteBuffer.allocate(5 << 20);
                    file.read(bytes, 0);
                    assertEquals(ByteBuffer.allocate(5 << 20), bytes.flip());
                    assertEquals(5 << 20, file.sizeBytes());
                }
            }
        }
    }

    @Test
    void makesFilesOfZerosAndMissingFolders() throws IOException {
        try (FileDirectory directory = new FileDirectory(folder.resolve("a/b/c"));
                DataFile file = directory.create("five", 5 << 20)) {
            assertEquals(5 << 20, file.sizeBytes());
            ByteBuffer bytes = ByteBuffer.allocate(3);
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 100);
            file.force();
            file.read(bytes, 101);
            assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 0}), bytes.flip());
            assertThrows(EOFException.class, () -> file.read(ByteBuffer.allocate(2), (5 << 20) - 1));
            assertThrows(NoSuchFileException.class, () -> directory.open("six"));
            directory.rename("five", "six");
            directory.delete("none");
            directory.force();
            assertEquals(List.of("six"), directory.list());
            assertTrue(directory.usableBytes() > 0);
        }
    }

    @Test
    void aJournalOnARealDiskIsFoundAgain() throws IOException {
        Script script = new Script(11);
        for (int restart = 0; restart < 3; restart++) {
            try (SegmentStore store = Script.open(new FileDirectory(folder), script.warnings)) {
                script.check(store);
                script.resume(store);
                script.run(store, 20);
                script.check(store);
            }
        }
        assertEquals(List.of(), script.warnings);
        try (var files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(FileNames.PREPARING)));
        }
    }
}
