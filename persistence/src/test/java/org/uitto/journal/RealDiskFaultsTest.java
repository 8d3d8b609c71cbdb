package org.uitto.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.ChildJvm;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.FileDirectory;
import org.uitto.journal.segment.JournalException;
import org.uitto.journal.segment.JournalFullException;
import org.uitto.journal.segment.SegmentStore;
import org.uitto.journal.segment.StoreSettings;

/**
 * A file system that really fills up, and a kernel call that really fails. Skipped, saying why, where a test may not mount
 * or there is no C compiler; what comes of such faults at every single write is tested on the simulated disk.
 */
@Timeout(300)
final class RealDiskFaultsTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int RESERVE_BYTES = 192 << 10;

    private final long[] acknowledged = new long[KilledWriter.ids()];
    private final List<String> warnings = new ArrayList<>();

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        return exitCode == 0 ? "" : "exit code " + exitCode + ", " + output.strip();
    }

    private static void assume(String failure, String what) {
        Assumptions.assumeTrue(failure.isEmpty(), () -> what + ": " + failure);
    }

    private SegmentStore open(Path folder) throws IOException {
        return SegmentStore.open(
                new FileDirectory(folder),
                new StoreSettings("killed", new UUID(7, 8), SEGMENT_BYTES, RESERVE_BYTES),
                Runnable::run,
                warnings::add);
    }

    private Optional<JournalException> write(SegmentStore store) throws IOException {
        long next = acknowledged[0] + 1;
        Optional<JournalException> refused = store.append(
                new EventWrite(KilledWriter.persistenceId(0), next, next, List.of(KilledWriter.payload(0, next))));
        if (refused.isEmpty()) {
            store.commit();
            acknowledged[0] = next;
        }
        return refused;
    }

    private void assertHasWhatWasAcknowledged(SegmentStore store) throws IOException {
        assertEquals(acknowledged[0], KilledWriter.check(store, acknowledged, new long[KilledWriter.ids()]));
        assertEquals(acknowledged[0], store.highestSequenceNr(KilledWriter.persistenceId(0)));
    }

    @Test
    @DisplayName("H2 a disk that is filling up is refused before it is full, loses nothing, and is used again")
    void aDiskThatIsFillingUpIsRefusedBeforeItIsFull(@TempDir Path folder) throws IOException, InterruptedException {
        assume(
                run("mount", "-t", "tmpfs", "-o", "size=2m", "uitto-test", folder.toString()),
                "A file system can't be mounted here");
        try {
            Path ballast = Files.write(folder.resolve("ballast"), new byte[800 << 10]);
            Path journal = folder.resolve("journal");
            Optional<JournalException> refused = Optional.empty();
            try (SegmentStore store = open(journal)) {
                while (refused.isEmpty()) {
                    refused = write(store);
                }
                String said = String.valueOf(refused.get().getMessage());
                assertEquals(JournalFullException.class, refused.get().getClass());
                assertTrue(said.contains("No room in " + journal) && said.contains("uitto.journal.reserve"), said);
                assertTrue(Files.getFileStore(folder).getUsableSpace() >= RESERVE_BYTES, "the reserve is left");
                assertTrue(warnings.get(warnings.size() - 1).startsWith("The journal is full"), warnings::toString);
                assertHasWhatWasAcknowledged(store);
                long before = acknowledged[0];

                Files.delete(ballast);
                while (acknowledged[0] < before + before / 2) {
                    assertEquals(Optional.empty(), write(store));
                }
                assertTrue(warnings.get(warnings.size() - 1).startsWith("There is room again"), warnings::toString);
            }
            try (SegmentStore store = open(journal)) {
                assertHasWhatWasAcknowledged(store);
            }
        } finally {
            assertEquals("", run("umount", folder.toString()));
        }
    }

    @Test
    @DisplayName("H1 after a failed fsync nothing is acknowledged any more, also when the disk works again")
    void afterAFailedFsyncNothingIsAcknowledged(@TempDir Path folder) throws IOException, InterruptedException {
        Path library = folder.resolve("failing-sync.so");
        assume(
                run("cc", "-shared", "-fPIC", "-o", library.toString(), "src/test/c/failing-sync.c", "-ldl"),
                "No C compiler");
        Path journal = folder.resolve("journal");
        Path failing = folder.resolve("failing");
        Process process = start(journal, failing, library);
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
                Writer lines = process.outputWriter(StandardCharsets.UTF_8)) {
            for (long next = 1; next <= 20; next++) {
                assertEquals("ok " + next, ask(lines, answers));
                acknowledged[0] = next;
            }
            Files.createFile(failing);
            String failed = ask(lines, answers);
            assertTrue(failed.startsWith("failed "), failed);
            assertTrue(failed.contains(journal.toString()) || failed.contains(".segment"), failed);
            Files.delete(failing);
            for (int again = 0; again < 3; again++) {
                String latched = ask(lines, answers);
                assertTrue(latched.startsWith("failed JournalLatchedException: "), latched);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }

        try (SegmentStore store = KilledWriter.open(journal, warnings)) {
            long[] deleted = new long[KilledWriter.ids()];
            assertTrue(KilledWriter.check(store, acknowledged, deleted) >= acknowledged[0]);
            assertTrue(
                    store.highestSequenceNr(KilledWriter.persistenceId(0)) <= acknowledged[0] + 1, "one was in doubt");
        }
    }

    private static Process start(Path journal, Path failing, Path library) throws IOException {
        Map<String, String> environment = Map.of(
                "LD_PRELOAD", library.toString(),
                "FAILING_SYNC_FOLDER", journal.toString(),
                "FAILING_SYNC_WHILE", failing.toString());
        return ChildJvm.start(LatchedWriter.class, environment, journal.toString());
    }

    private static String ask(Writer lines, BufferedReader answers) throws IOException {
        lines.write("write\n");
        lines.flush();
        return String.valueOf(answers.readLine());
    }
}
