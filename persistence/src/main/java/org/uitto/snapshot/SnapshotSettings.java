package org.uitto.snapshot;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What is set under {@code uitto.snapshot-store}.
 *
 * @param directory the folder of the snapshots
 * @param ioDispatcher the id of the dispatcher on which files are read and written
 * @param store what concerns the files
 */
record SnapshotSettings(Path directory, String ioDispatcher, StoreSettings store) {
    static SnapshotSettings of(Config config) {
        return new SnapshotSettings(
                Path.of(config.getString("directory")),
                config.getString("io-dispatcher"),
                new StoreSettings(
                        config.getString("owner"),
                        UUID.randomUUID(),
                        config.getBytes("reserve"),
                        config.getBoolean("skip-damaged")));
    }
}
