package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;

/** Nodes in processes of their own, with real disks and sockets. */
@Timeout(600)
class RealProcessesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void keepsTheCountWhenAllNodesAreKilled() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();

            assertEquals("5", counter(cluster, "add", "5"));
            assertEquals("3", counter(cluster, "add", "-2"));
            LocalCluster.NODES.forEach(cluster::kill);
            cluster.startAll();

            assertEquals("3", counter(cluster, "get"));
            assertEquals("4", counter(cluster, "add", "1"));
        }
    }

    @Test
    void keepsTheKeysWhenAllNodesAreKilled() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.KV)) {
            cluster.startAll();

            assertEquals("", run(cluster, "kv", "put", "greeting", "hello"));
            assertEquals("", run(cluster, "kv", "append", "greeting", ", world"));
            assertEquals("", run(cluster, "kv", "put", "other", "x"));
            LocalCluster.NODES.forEach(cluster::kill);
            cluster.startAll();

            assertEquals("hello, world", run(cluster, "kv", "get", "greeting"));
            assertEquals("", run(cluster, "kv", "cas", "greeting", "hello, world", "bye"));
            assertEquals("greeting\nother", run(cluster, "kv", "list"));
            assertEquals("", run(cluster, "kv", "delete", "other"));
            CommandRun none = CommandRun.of(
                    "kv", "get", "other", "--config", cluster.clientConfig().toString());
            assertEquals(1, none.exitCode());
            assertEquals("There is no key other.", none.err().strip());
        }
    }

    @Test
    void aLeaderThatIsStoppedHandsLeadershipOver() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();
            assertEquals("5", counter(cluster, "add", "5"));
            String leader = leaderAsSeenBy(cluster, "a");
            awaitOutput(cluster, leader, "(?s).*node " + leader + ": leader");

            cluster.stop(leader);

            // It would not say so any more if it had just gone.
            awaitOutput(cluster, leader, "(?s).*node " + leader + ": leader.*node " + leader + ": follower of .*");
            assertEquals("6", counter(cluster, "add", "1"));
        }
    }

    @Test
    void aClientReachesNodesThatWereStoppedAndStartedAgain() {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();
            try (CountingClient client = new CountingClient(cluster)) {
                client.add(10);
                LocalCluster.NODES.forEach(cluster::stopAndWait);
                cluster.startAll();

                client.check();
                client.add(10);
            }
        }
    }

    @Test
    void aNodeWhoseDiskIsLostComesBackByItself() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();
            assertEquals("5", counter(cluster, "add", "5"));
            String leader = leaderAsSeenBy(cluster, "a");
            List<String> followers = LocalCluster.NODES.stream()
                    .filter(node -> !node.equals(leader))
                    .toList();
            String victim = followers.get(0);
            awaitOutput(cluster, victim, "(?s).*node " + victim + ": follower of");
            cluster.kill(victim);
            assertEquals("6", counter(cluster, "add", "1"));
            deleteAll(cluster.dataOf(victim));

            cluster.start(victim);
            awaitOutput(
                    cluster,
                    victim,
                    "(?s).*ready at .*ready at .*node " + victim + ": newcomer.*node " + victim + ": follower of "
                            + leader);
            cluster.kill(followers.get(1)); // Now nothing is committed without the victim.

            assertEquals("7", counter(cluster, "add", "1"));
            assertEquals("7", counter(cluster, "get"));
        }
    }

    @Test
    void aNodeThatIsSetBackToAnOldCopyOfItsDataForgetsNothing(@TempDir Path folder) throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();
            assertEquals("5", counter(cluster, "add", "5"));
            String leader = leaderAsSeenBy(cluster, "a");
            List<String> followers = LocalCluster.NODES.stream()
                    .filter(node -> !node.equals(leader))
                    .toList();
            String victim = followers.get(0);
            awaitOutput(cluster, victim, "(?s).*node " + victim + ": follower of");
            cluster.stopAndWait(victim);
            Path copy = folder.resolve("yesterday");
            copyAll(cluster.dataOf(victim), copy);
            cluster.start(victim);
            awaitOutput(cluster, victim, "(?s).*ready at .*ready at .*node " + victim + ": follower of " + leader);
            cluster.kill(followers.get(1));
            assertEquals("6", counter(cluster, "add", "1")); // The victim has acknowledged it.
            cluster.start(followers.get(1));
            awaitOutput(cluster, followers.get(1), "(?s).*ready at .*ready at .*: follower of " + leader);

            cluster.kill(victim);
            deleteAll(cluster.dataOf(victim));
            copyAll(copy, cluster.dataOf(victim));
            cluster.start(victim);

            awaitOutput(
                    cluster,
                    victim,
                    "(?s).*ready at .*ready at .*ready at .*node " + victim + ": newcomer.*node " + victim
                            + ": follower of " + leader);
            cluster.kill(followers.get(1)); // Now nothing is committed without the victim.
            assertEquals("7", counter(cluster, "add", "1"));
            assertEquals("7", counter(cluster, "get"));
        }
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** Who leads, as far as {@code node} has said. */
    private static String leaderAsSeenBy(LocalCluster cluster, String node) throws IOException {
        awaitOutput(cluster, node, "(?s).*node " + node + ": (leader|follower of [abc]), term");
        Matcher said = Pattern.compile("node " + node + ": (leader|follower of ([abc]))")
                .matcher(Files.readString(cluster.outputOf(node)));
        String leader = node;
        while (said.find()) {
            leader = said.group(2) == null ? node : said.group(2);
        }
        return leader;
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void saysWhenItIsReadyAndWhoLeads() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();

            for (String node : LocalCluster.NODES) {
                awaitOutput(
                        cluster,
                        node,
                        "node " + node + ": ready at " + cluster.contact(node) + ", data in "
                                + cluster.journalOf(node));
                awaitOutput(cluster, node, "(?s).*node " + node + ": (leader|follower of [abc]), term \\d+");
            }
        }
    }

    @Test
    void refusesTheDataOfAnotherNode(@TempDir Path folder) throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.start("a");
            awaitOutput(cluster, "a", "node a: ready at ");
            cluster.kill("a");
            String foreign = Files.readString(cluster.configOf("b"))
                    .replace(cluster.dataOf("b").toString(), cluster.dataOf("a").toString())
                    .replace(
                            "cluster.conf",
                            cluster.configOf("a").resolveSibling("cluster.conf").toString());
            Path config = Files.writeString(folder.resolve("foreign.conf"), foreign);

            CommandRun run = CommandRun.of("node", "--config", config.toString());

            assertEquals(3, run.exitCode());
            assertTrue(
                    run.err()
                            .contains("The journal in " + cluster.journalOf("a") + " belongs to \"example/a\", not to"
                                    + " \"example/b\"."),
                    run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void refusesDataThatIsInUse() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.start("a");
            awaitOutput(cluster, "a", "node a: ready at ");
            Path config = cluster.configOf("a").resolveSibling("twin.conf");
            Files.writeString(
                    config,
                    "include required(\"node-a.conf\")\npekko.remote.artery.bind { hostname = \"127.0.0.1\", port = 0 }");

            CommandRun run = CommandRun.of("node", "--config", config.toString());

            assertEquals(3, run.exitCode());
            assertTrue(run.err().contains("is in use by another process, pid " + cluster.pid("a")), run.err());
        }
    }

    @Test
    void refusesAPortThatIsInUse() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            String port = cluster.contact("a").substring("127.0.0.1:".length());
            try (ServerSocket socket = new ServerSocket(Integer.parseInt(port), 1, InetAddress.getLoopbackAddress())) {
                CommandRun run =
                        CommandRun.of("node", "--config", cluster.configOf("a").toString());

                assertTrue(socket.isBound());
                assertEquals(3, run.exitCode());
                assertTrue(
                        run.err()
                                .matches(
                                        "(?s)pekko\\.remote\\.artery\\.canonical\\.port \\(.*node-a\\.conf: \\d+\\): can't"
                                                + " listen at 127\\.0\\.0\\.1:" + port
                                                + ": Address already in use\\..*"),
                        run.err());
            }
        }
    }

    @Test
    void losesNothingWhenLeadersAreKilled() {
        CommandRun run = CommandRun.of("demo", "--seconds", "10", "--kill-every", "3", "--in-flight", "16", "--plain");

        assertEquals(0, run.exitCode(), run.out());
        Matcher verdict = Pattern.compile(
                        "verdict: ok acknowledged=(\\d+) unknown=(\\d+) counter=(\\d+) failovers=(\\d+)"
                                + " failover-p50-ms=(\\d+) failover-max-ms=(\\d+)")
                .matcher(run.lastLine());
        assertTrue(verdict.matches(), run.out());
        assertTrue(Long.parseLong(verdict.group(1)) > 0, run.out());
        assertTrue(Long.parseLong(verdict.group(4)) > 0, run.out());
    }

    @Test
    void measuresInLinesOfJson() throws IOException {
        CommandRun run =
                CommandRun.of("bench", "--in-flight", "4", "--seconds", "1", "--warmup", "0", "--reads", "--json");

        assertEquals(0, run.exitCode(), run.out());
        JsonNode writes =
                new ObjectMapper().readTree(run.out().lines().findFirst().orElseThrow());
        assertEquals(5, run.out().lines().count(), "writes, and reads of four kinds");
        assertEquals(4, writes.get("in_flight").asInt());
        assertEquals(100, writes.get("payload_bytes").asInt());
        assertEquals(0, writes.get("errors").asInt());
        assertTrue(writes.get("commits_per_second").asDouble() > 0);
        assertTrue(writes.get("p50_us").asDouble() <= writes.get("p99_us").asDouble());
        assertTrue(writes.get("p99_us").asDouble() <= writes.get("p999_us").asDouble());
        assertTrue(writes.get("server_cpu_seconds_per_1000").asDouble() >= 0);
    }

    @Test
    void measuresWritesBesideSnapshotsOfAState() throws IOException {
        CommandRun run = CommandRun.of("bench", "--state", "3", "--in-flight", "8", "--seconds", "1", "--json");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        JsonNode figures = new ObjectMapper().readTree(run.out());
        assertEquals(3, figures.get("state_mib").asInt());
        for (String phase : List.of("plain", "snapshot", "installation")) {
            assertTrue(figures.get(phase + "_writes_per_second").asLong() > 0, run.out());
            assertTrue(
                    figures.get(phase + "_p50_us").asLong()
                            <= figures.get(phase + "_p99_us").asLong(),
                    run.out());
            assertTrue(
                    figures.get(phase + "_p99_us").asLong()
                            <= figures.get(phase + "_max_us").asLong(),
                    run.out());
        }
        assertTrue(figures.get("snapshot_p99_to_plain").asDouble() > 0, run.out());
        assertTrue(figures.get("installation_p99_to_plain").asDouble() > 0, run.out());
    }

    @Test
    void measuresALoneCommandBesideItsParts() throws IOException {
        CommandRun run = CommandRun.of("bench", "--lone", "--warmup", "1", "--seconds", "1", "--json");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        JsonNode figures = new ObjectMapper().readTree(run.out());
        for (String part : List.of("command", "round_trip", "fsync")) {
            assertTrue(figures.get(part + "_p50_us").asLong() > 0, run.out());
        }
        assertTrue(figures.get("command_to_parts").asDouble() > 0, run.out());
    }

    @Test
    void measuresOverload() throws IOException {
        CommandRun run = CommandRun.of("bench", "--overload", "2", "--warmup", "1", "--seconds", "1", "--json");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        JsonNode figures = new ObjectMapper().readTree(run.out());
        assertTrue(figures.get("writes_per_second_before").asLong() > 0, run.out());
        assertTrue(figures.get("answered_per_second").asLong() > 0, run.out());
        assertTrue(figures.get("writes_per_second_after").asLong() > 0, run.out());
    }

    /** What {@code counter} prints, however long it takes the nodes to get ready. */
    private static String counter(LocalCluster cluster, String... arguments) throws IOException {
        return run(
                cluster,
                Stream.concat(Stream.of("counter"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** What a command prints that asks the cluster, however long it takes the nodes to get ready. */
    private static String run(LocalCluster cluster, String... arguments) throws IOException {
        Stream<String> where = Stream.of(
                "--config", cluster.clientConfig().toString(), "--timeout", String.valueOf(PATIENCE.toSeconds()));
        CommandRun run =
                CommandRun.of(Stream.concat(Stream.of(arguments), where).toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err() + cluster.lastWords());
        return run.out().strip();
    }

    /** Waits until {@code node} has said something that begins as {@code pattern} says. */
    private static void awaitOutput(LocalCluster cluster, String node, String pattern) throws IOException {
        Pattern expected = Pattern.compile(pattern);
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!expected.matcher(Files.readString(cluster.outputOf(node))).lookingAt()) {
            if (System.nanoTime() - deadlineNanos > 0 || !cluster.isRunning(node)) {
                fail("Node " + node + " did not say: " + pattern + "\n" + cluster.lastWords());
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
