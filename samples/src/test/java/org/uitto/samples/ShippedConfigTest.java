package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.Raft;
import org.uitto.log.NodeId;
import org.uitto.samples.cluster.SampleSystem;

/** The files in {@code config/} run as they stand. */
class ShippedConfigTest {
    private static final Path FOLDER = Path.of("../config");

    /** Listens anywhere, whatever the file says: the ports in the files may be taken where this test runs. */
    private static final Config ANY_PORT = ConfigFactory.parseString("pekko.remote.artery.bind.port = 0");

    @ParameterizedTest
    @CsvSource({"a, 7351", "b, 7352", "c, 7353", "d, 7354"})
    void describesANode(String node, int port) {
        Config settings = SampleSystem.load(FOLDER.resolve("node-" + node + ".conf"));

        ActorSystem<Void> system = SampleSystem.start(ANY_PORT.withFallback(settings), Behaviors.empty());
        try {
            assertEquals(Optional.of(new NodeId(node)), Raft.get(system).node());
        } finally {
            SampleSystem.stop(system);
        }
        assertEquals(port, settings.getInt("pekko.remote.artery.canonical.port"));
        assertEquals("data/" + node + "/journal", settings.getString("uitto.journal.directory"));
        assertEquals("example/" + node, settings.getString("uitto.journal.owner"));
    }

    @Test
    void describesAClient() {
        Config settings = SampleSystem.load(FOLDER.resolve("client.conf"));

        SampleSystem.stop(SampleSystem.startClient(settings));
        assertEquals(
                List.of("127.0.0.1:7351", "127.0.0.1:7352", "127.0.0.1:7353"),
                settings.getStringList("uitto.contact-points"));
    }

    @Test
    void hasTheSameFramesOnNodesAndClients() {
        String path = "pekko.remote.artery.advanced.maximum-frame-size";

        assertEquals(
                SampleSystem.load(FOLDER.resolve("node-a.conf")).getBytes(path),
                SampleSystem.load(FOLDER.resolve("client.conf")).getBytes(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster.conf",
                "node-a.conf",
                "node-b.conf",
                "node-c.conf",
                "node-d.conf",
                "client.conf",
                "tls.conf",
                "journal-h2.conf",
                "journal-postgresql.conf"
            })
    void explainsEverySetting(String file) throws IOException {
        boolean explained = false;
        for (String line : Files.readAllLines(FOLDER.resolve(file))) {
            String text = line.strip();
            boolean isSetting = text.contains(" = ") && !text.startsWith("#");
            assertTrue(!isSetting || explained, file + ": nothing explains: " + text);
            explained = !text.isEmpty() && (explained || text.startsWith("#"));
        }
    }
}
