package org.uitto.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.journal.segment.SegmentStore;

/** Kills a writing process in the middle of it, again and again on the same data. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KillTest {
    /** {@code -Dkill.rounds=200} for a long run. */
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 20);

    @TempDir
    Path folder = Path.of("");

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException, InterruptedException {
        Random random = new Random(20);
        long[] acknowledged = new long[KilledWriter.ids()];
        long[] deleted = new long[KilledWriter.ids()];
        List<String> warnings = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            int lines = 1 + random.nextInt(3000);

            writeAndKill(round, lines, acknowledged, deleted);

            try (SegmentStore store = KilledWriter.open(folder, warnings)) {
                long events = KilledWriter.check(store, acknowledged, deleted);
                assertTrue(events > 0, "round " + round);
            }
        }
        assertTrue(
                warnings.stream()
                        .allMatch(
                                warning -> warning.startsWith("Cut a torn tail") || warning.startsWith("The index of")),
                () -> String.join("\n", warnings));
    }

    /** Lets the process acknowledge {@code lines} lines and kills it wherever it is then. */
    private void writeAndKill(int round, int lines, long[] acknowledged, long[] deleted)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        folder.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
            int read = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && !words[2].isEmpty()) {
                    long[] record = words[0].equals("w") ? acknowledged : deleted;
                    int id = Integer.parseInt(words[1]);
                    record[id] = Math.max(record[id], Long.parseLong(words[2]));
                }
                if (++read == lines) {
                    // The handle leaves our end of the pipe open, so that what was acknowledged can be read to its end.
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(read >= lines, "the process died by itself after " + read + " lines");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
