package org.uitto.samples.journals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.uitto.samples.CountingClient;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;

/** What a journal must do to hold Raft's log. A subclass says which journal, by a file of {@code config/} alone. */
@Timeout(600)
abstract class OtherJournalTest {
    private static final String LOG = "uitto/counter/";

    /** The lines that a user adds to the settings of {@code node}. Its data, if in files, goes to {@code data}. */
    abstract List<String> lines(String node, Path data) throws SQLException;

    /** A connection to what {@code node} wrote, now that it is ended. */
    abstract Connection connect(String node, Path data) throws SQLException;

    @Test
    void losesNothingWhenNodesAreKilledAndStopped() throws IOException, SQLException {
        try (LocalCluster cluster = newCluster()) {
            cluster.startAll();
            try (CountingClient client = new CountingClient(cluster)) {
                client.add(50);
                cluster.kill("a");
                client.add(10);
                LocalCluster.NODES.forEach(cluster::kill);
                cluster.startAll();
                client.check();
                client.add(10);
                for (String node : LocalCluster.NODES) {
                    cluster.stopAndWait(node);
                }
                cluster.startAll();
                client.check();
            }

            for (String node : LocalCluster.NODES) {
                cluster.kill(node);
                assertFalse(Files.exists(cluster.journalOf(node)), "node " + node + " also wrote to uitto.journal");
                assertTrue(rows(cluster, node, "event_journal", LOG + node) > 0, "node " + node + " wrote no log");
                assertTrue(
                        rows(cluster, node, "snapshot", LOG + "snapshot-%/" + node) > 0,
                        "node " + node + " wrote no snapshot");
            }
        }
    }

    /** What compaction relies on. */
    @Test
    void freesWhatIsDeletedAndKeepsTheHighestSequenceNumber() throws IOException, SQLException {
        try (LocalCluster cluster = newCluster()) {
            Config settings = ConfigFactory.parseString("pekko.actor.provider = local")
                    .withFallback(SampleSystem.load(cluster.configOf("a")));

            ActorSystem first = ActorSystem.create("first", settings);
            assertEquals(List.of("recovered 0 []", "written 10", "deleted 10"), DeletingWriter.run(first));
            ActorSystem second = ActorSystem.create("second", settings);
            assertEquals(List.of("recovered 10 []", "written 20", "deleted 20"), DeletingWriter.run(second));

            assertEquals(
                    1,
                    rows(cluster, "a", "event_journal", DeletingWriter.ID),
                    "only the highest sequence number is kept");
        }
    }

    private LocalCluster newCluster() throws IOException, SQLException {
        LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER);
        for (String node : LocalCluster.NODES) {
            List<String> lines = new ArrayList<>(lines(node, database(cluster, node)));
            lines.add("uitto.snapshot { after-log-bytes = 256, retained-log-bytes = 1 }");
            Files.write(cluster.configOf(node), lines, StandardOpenOption.APPEND);
        }
        return cluster;
    }

    private static Path database(LocalCluster cluster, String node) {
        return cluster.journalOf(node).resolveSibling("database-" + node);
    }

    private long rows(LocalCluster cluster, String node, String table, String persistenceIds) throws SQLException {
        try (Connection connection = connect(node, database(cluster, node));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM \"" + table
                        + "\" WHERE \"persistence_id\" LIKE '" + persistenceIds + "'")) {
            assertTrue(result.next());
            return result.getLong(1);
        }
    }

    /** The line that includes {@code file} of {@code config/}. */
    static String include(String file) {
        return "include required(file(\"" + Path.of("../config").resolve(file).toAbsolutePath() + "\"))";
    }
}
