package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;

/** What operators ask of a cluster, whose nodes run in processes of their own. */
@Timeout(600)
class OperationsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static LocalCluster cluster;

    @BeforeAll
    static void start() {
        cluster = LocalCluster.create(SampleActor.COUNTER);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void awaitAllWell() {
        cluster.startAll();
        await(() -> run("status").exitCode() == 0);
    }

    private static CommandRun run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--config", cluster.clientConfig().toString()));
        return CommandRun.of(command.toArray(String[]::new));
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                fail("It did not come to pass.\n" + cluster.lastWords());
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private static List<JsonNode> json(String lines) {
        ObjectMapper mapper = new ObjectMapper();
        return lines.lines()
                .filter(line -> line.endsWith("}"))
                .map(line -> {
                    try {
                        return mapper.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(line, e);
                    }
                })
                .toList();
    }

    /** The replicas as they are once somebody leads whom all follow. */
    private static List<JsonNode> settled() {
        List<List<JsonNode>> seen = new ArrayList<>();
        await(() -> {
            List<JsonNode> replicas = json(run("status", "--json").out());
            seen.add(replicas);
            return replicas.size() == 3
                    && replicas.stream()
                                    .map(replica -> replica.get("leader").asText() + replica.get("term"))
                                    .distinct()
                                    .count()
                            == 1
                    && !replicas.get(0).get("leader").isNull();
        });
        return seen.get(seen.size() - 1);
    }

    @Test
    void theTableHasALineForEachReplica() {
        CommandRun run = run("status");

        List<String> lines = run.out().lines().toList();
        assertEquals(4, lines.size(), run.out());
        assertTrue(lines.get(0).startsWith("GROUP    NODE  ROLE"), run.out());
        assertTrue(lines.get(1).startsWith("counter  a     "), run.out());
        assertTrue(lines.get(2).startsWith("counter  b     "), run.out());
        assertTrue(lines.get(3).startsWith("counter  c     "), run.out());
    }

    @Test
    void programsGetALineOfJsonForEachReplica() {
        List<JsonNode> replicas = settled();

        String leader = replicas.get(0).get("leader").asText();
        for (JsonNode replica : replicas) {
            boolean leads = replica.get("node").asText().equals(leader);
            assertEquals("counter", replica.get("group").asText());
            assertEquals(leads ? "leader" : "follower", replica.get("role").asText());
            assertEquals(leads ? 2 : 0, replica.get("peers").size(), replica.toString());
            assertTrue(replica.get("durable_index").asLong()
                    <= replica.get("last_index").asLong());
            assertTrue(replica.get("trouble").isNull());
        }
    }

    @Test
    void aGroupThatNobodyHasIsAskedForInVain() {
        assertEquals(1, run("status", "none-such").exitCode());
        assertEquals(0, run("status", "counter").exitCode());
        CommandRun run = run("snapshot", "none-such");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().startsWith("No replica of none-such answers."), run.err());
    }

    @Test
    void groupsAreListedWithTheirLeaders() {
        String leader = settled().get(0).get("leader").asText();

        CommandRun run = run("groups");

        assertEquals(0, run.exitCode(), run.err());
        assertEquals("GROUP    LEADER  REPLICAS", run.out().lines().findFirst().orElseThrow());
        assertTrue(run.lastLine().matches("counter +[abc] +a b c"), run.out() + leader);
    }

    @Test
    void membersAreListedWithTheirContacts() {
        String leader = settled().get(0).get("leader").asText();

        CommandRun run = run("members", "list");

        assertEquals(0, run.exitCode(), run.err());
        List<String> lines = run.out().lines().toList();
        assertEquals(4, lines.size(), run.out());
        for (int i = 0; i < 3; i++) {
            String node = LocalCluster.NODES.get(i);
            String leads = node.equals(leader) ? " +leads" : "";
            assertTrue(
                    lines.get(i + 1).matches("counter +" + node + " +voter +" + cluster.contact(node) + leads),
                    run.out() + leader);
        }
        assertEquals(4, run("members", "list", "none-such").exitCode());
    }

    @Test
    void aChangeOfMembersThatCantBeIsRefusedInWords() {
        CommandRun unknown = run("members", "remove", "counter", "z");
        assertEquals(1, unknown.exitCode());
        assertEquals(
                "Refused, and nothing has changed: [z] are no members of the group, which has [a, b, c].",
                unknown.err().strip());

        CommandRun nobody = run("members", "remove", "counter", "a", "b", "c");
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.err().contains("Nobody would be left to decide."), nobody.err());

        CommandRun noGroup = run("members", "remove", "none-such", "a", "--wait", "1");
        assertEquals(4, noGroup.exitCode());
        assertTrue(noGroup.err().startsWith("Nobody that answers leads none-such."), noGroup.err());
    }

    @Test
    void aMemberThatIsNotThereIsWaitedForAndCanBeTakenBack() {
        settled();
        CommandRun waiting = run("members", "add", "counter", "d=127.0.0.1:1", "--learner", "--wait", "60");
        assertEquals(0, waiting.exitCode(), "A learner is waited for by nobody: " + waiting.err());

        CommandRun promoted = run("members", "promote", "counter", "d", "--wait", "2");
        assertEquals(1, promoted.exitCode());
        assertTrue(promoted.err().startsWith("Begun, and not done yet;"), promoted.err());
        assertTrue(run("members", "list").out().contains("learner, to vote"));

        CommandRun back = run("members", "remove", "counter", "d");
        assertEquals(0, back.exitCode(), back.err());
        assertEquals("The voters of counter are [a, b, c]. [d] can be stopped for good.", back.lastLine());
    }

    @Test
    void aNodeThatIsAwayIsNamed() {
        cluster.kill("c");

        CommandRun run = run("status", "--timeout", "2");

        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("The node at " + cluster.contact("c") + " does not answer."), run.out());
    }

    @Test
    void leadershipIsHandedToTheNodeThatIsNamed() {
        String before = settled().get(0).get("leader").asText();
        String target = before.equals("a") ? "b" : "a";

        // On a busy machine the other node may not be quick enough for the first attempt.
        await(() -> run("transfer", "counter", target).exitCode() == 0
                || settled().get(0).get("leader").asText().equals(target));

        assertEquals(target, settled().get(0).get("leader").asText());
        CommandRun again = run("transfer", "counter", target);
        assertEquals(0, again.exitCode());
        assertEquals(target + " leads counter.", again.lastLine());
        CommandRun toNobody = run("transfer", "counter", "nobody");
        assertEquals(1, toNobody.exitCode());
        assertTrue(toNobody.err().startsWith(target + " leads counter on: nobody is no other member"), toNobody.err());
    }

    @Test
    void aSnapshotIsTakenWhenItIsAskedFor() {
        CommandRun add = run("counter", "add", "5");
        assertEquals(0, add.exitCode(), add.err());

        CommandRun run = run("snapshot", "counter", "b", "--timeout", "60");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.out().matches("node b: (has a snapshot up to|nothing was applied since).* index \\d+\\.\\R"),
                run.out());
        await(() -> json(run("status", "--json").out()).stream()
                .anyMatch(replica -> replica.path("node").asText().equals("b")
                        && replica.path("snapshot_index").asLong() > 0));
    }

    @Test
    void aWatchThatLastsReachesANodeThatWasStoppedAndStartedAgain() throws InterruptedException {
        StringWriter out = new StringWriter();
        Thread watch = new Thread(() -> Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute(
                        "status",
                        "--watch",
                        "--json",
                        "--interval",
                        "0.2",
                        "--timeout",
                        "2",
                        "--config",
                        cluster.clientConfig().toString()));
        watch.start();
        await(() -> incarnationOfC(out) > 0);
        long before = incarnationOfC(out);

        cluster.stopAndWait("c");
        cluster.start("c");

        await(() -> incarnationOfC(out) > before);
        watch.interrupt();
        watch.join(PATIENCE.toMillis());
        assertFalse(watch.isAlive());
    }

    private static long incarnationOfC(StringWriter out) {
        return json(out.toString()).stream()
                .filter(replica -> replica.path("node").asText().equals("c"))
                .mapToLong(replica -> replica.path("incarnation").asLong())
                .max()
                .orElse(0);
    }
}
