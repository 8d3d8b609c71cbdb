package org.uitto.journal;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.UUID;
import org.uitto.journal.segment.StoreSettings;

/**
 * What is set under {@code uitto.journal}.
 *
 * @param directory the folder of the segments
 * @param replayDispatcher the id of the dispatcher on which replays read
 * @param store what concerns the files
 */
record JournalSettings(Path directory, String replayDispatcher, StoreSettings store) {
    static JournalSettings of(Config config) {
        return new JournalSettings(
                Path.of(config.getString("directory")),
                config.getString("replay-dispatcher"),
                new StoreSettings(
                        config.getString("owner"),
                        UUID.randomUUID(),
                        segmentSizeBytes(config),
                        config.getBytes("reserve")));
    }

    private static int segmentSizeBytes(Config config) {
        long bytes = config.getBytes("segment-size");
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, bytes));
    }
}
