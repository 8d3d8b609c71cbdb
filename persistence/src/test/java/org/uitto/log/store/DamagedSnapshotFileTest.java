package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.SnapshotNotice.Unreadable;
import org.uitto.log.store.SnapshotStorage.Load;

/** What becomes of a snapshot in the embedded store when a file of it is damaged or gone. */
class DamagedSnapshotFileTest {
    private static SnapshotNodes nodes(Path folder) {
        return new SnapshotNodes(ConfigFactory.parseMap(Map.of(
                        SnapshotStorage.STORE_SETTING,
                        "uitto.snapshot-store",
                        "uitto.snapshot-store.directory",
                        folder.toString(),
                        "pekko.stdout-loglevel",
                        "OFF"))
                .withFallback(ConfigFactory.load()));
    }

    private static Path largestFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .max((one, other) ->
                            Long.compare(one.toFile().length(), other.toFile().length()))
                    .orElseThrow();
        }
    }

    private static Unreadable readAgain(Path folder, StoredSnapshot kept) {
        try (SnapshotNodes nodes = nodes(folder)) {
            nodes.start("a");
            nodes.tell("a", new Load(kept));
            return nodes.next(Unreadable.class);
        }
    }

    private static StoredSnapshot kept(Path folder) {
        try (SnapshotNodes nodes = nodes(folder)) {
            nodes.start("a");
            return nodes.keep("a", 7, SnapshotNodes.bytes(1, 9));
        }
    }

    @Test
    @DisplayName("H16 a flipped bit is told as damage, with the file")
    void aFlippedBitIsToldAsDamage(@TempDir Path folder) throws IOException {
        StoredSnapshot kept = kept(folder);
        Path file = largestFile(folder);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        Unreadable unreadable = readAgain(folder, kept);

        assertEquals(kept, unreadable.snapshot());
        assertTrue(unreadable.damaged(), unreadable.reason());
        assertTrue(unreadable.reason().contains(file.getFileName().toString()), unreadable.reason());
    }

    @Test
    @DisplayName("H16 a missing file is told as damage")
    void aMissingFileIsToldAsDamage(@TempDir Path folder) throws IOException {
        StoredSnapshot kept = kept(folder);
        Files.delete(largestFile(folder));

        assertTrue(readAgain(folder, kept).damaged());
    }
}
