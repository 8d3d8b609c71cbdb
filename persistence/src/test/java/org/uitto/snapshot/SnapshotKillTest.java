package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a saving process in the middle of it, again and again on the same data. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class SnapshotKillTest {
    /** {@code -Dkill.rounds=200} for a long run. */
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 15);

    @TempDir
    Path folder = Path.of("");

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException, InterruptedException {
        Random random = new Random(20);
        long[] acknowledged = new long[KilledSaver.ids()];
        List<String> warnings = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            saveAndKill(round, 1 + random.nextInt(300), acknowledged);

            try (SnapshotFiles store = KilledSaver.open(folder, warnings)) {
                KilledSaver.check(store, acknowledged);
            }
        }
        assertEquals(List.of(), warnings);
        try (var files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(FileNames.WRITING)));
        }
    }

    /** Lets the process acknowledge {@code lines} lines and kills it wherever it is then. */
    private void saveAndKill(int round, int lines, long[] acknowledged) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledSaver.class.getName(),
                        folder.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
            int read = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && !words[2].isEmpty()) {
                    int id = Integer.parseInt(words[1]);
                    acknowledged[id] = Math.max(acknowledged[id], Long.parseLong(words[2]));
                }
                read++;
                if (read == 1) {
                    refusedWhileItRuns(process.pid());
                }
                if (read == lines) {
                    // The handle leaves our end of the pipe open, so that what was acknowledged can be read to its end.
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(read >= lines, "the process died by itself after " + read + " lines");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void refusedWhileItRuns(long pid) {
        SnapshotRefusedException refused =
                assertThrows(SnapshotRefusedException.class, () -> KilledSaver.open(folder, new ArrayList<>()));
        assertTrue(refused.getMessage().contains("in use by another process, pid " + pid), refused.getMessage());
    }
}
