package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.ChildJvm;

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
        Process process = ChildJvm.start(KilledSaver.class, Map.of(), folder.toString(), Integer.toString(round));
        AtomicBoolean hasBegun = new AtomicBoolean();
        ChildJvm.killAfter(lines, process, line -> {
            String[] words = line.split(" ", -1);
            if (words.length == 3 && !words[2].isEmpty()) {
                int id = Integer.parseInt(words[1]);
                acknowledged[id] = Math.max(acknowledged[id], Long.parseLong(words[2]));
            }
            if (!hasBegun.getAndSet(true)) {
                refusedWhileItRuns(process.pid());
            }
        });
    }

    private void refusedWhileItRuns(long pid) {
        SnapshotRefusedException refused =
                assertThrows(SnapshotRefusedException.class, () -> KilledSaver.open(folder, new ArrayList<>()));
        assertTrue(refused.getMessage().contains("in use by another process, pid " + pid), refused.getMessage());
    }
}
