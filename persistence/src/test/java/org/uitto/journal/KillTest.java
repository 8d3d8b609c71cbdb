package org.uitto.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.ChildJvm;
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
        Process process = ChildJvm.start(KilledWriter.class, Map.of(), folder.toString(), Integer.toString(round));
        ChildJvm.killAfter(lines, process, line -> {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && !words[2].isEmpty()) {
                long[] record = words[0].equals("w") ? acknowledged : deleted;
                int id = Integer.parseInt(words[1]);
                record[id] = Math.max(record[id], Long.parseLong(words[2]));
            }
        });
    }
}
