package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.ExitCode;

/** What the command line says to whom, and what it returns. */
class MainTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node",
                "counter",
                "counter get",
                "counter add",
                "kv",
                "kv get",
                "kv put",
                "kv append",
                "kv cas",
                "kv delete",
                "kv list",
                "status",
                "groups",
                "transfer",
                "snapshot",
                "members",
                "members list",
                "members add",
                "members remove",
                "members replace",
                "members promote",
                "demo",
                "bench",
                "bench-journal",
                "soak",
                "chaos",
                "simulate",
                "journal",
                "journal verify",
                "journal dump",
                "journal repair"
            })
    void helpsWithEveryCommand(String command) {
        String[] arguments = (command + " --help").strip().split(" ");

        CommandRun run = CommandRun.of(arguments);

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("Usage: uitto-samples " + command), run.out());
        assertTrue(run.out().contains("Exit codes:"), run.out());
    }

    @Test
    void tellsItsVersion() {
        CommandRun run = CommandRun.of("--version");

        assertEquals(0, run.exitCode());
        assertTrue(run.out().startsWith("uitto-samples "), run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node",
                "counter",
                "counter add --config x.conf",
                "counter add five --config x.conf",
                "counter get --config x.conf --timeout -1",
                "kv",
                "kv get --config x.conf",
                "kv put key --config x.conf",
                "kv cas key value --config x.conf",
                "node --actor nothing --config x.conf",
                "demo --seconds 0",
                "demo --kill-every -1",
                "demo --in-flight 0",
                "bench --in-flight 1,0",
                "bench --payload -1",
                "bench --seconds 0",
                "bench --beside peers.jsonl",
                "journal",
                "journal verify",
                "journal dump x --from one",
                "soak --additions 1",
                "members",
                "members remove counter --config x.conf",
                "members add counter d --config x.conf",
                "members add counter d=127.0.0.1 --config x.conf",
                "members replace counter a=127.0.0.1:7354 --config x.conf",
                "members remove counter a --wait 0 --config x.conf",
                "chaos --minutes 0",
                "chaos --nodes 4",
                "chaos --nemesis kill,earthquake",
                "chaos --report no/such/folder/report.html",
                "bench-journal --writers 0",
                "bench-journal --payload 0",
                "bench-journal --rounds 0"
            })
    void returnsTwoForAWrongCommandLine(String command) {
        CommandRun run = CommandRun.of(command.split(" "));

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("Usage: uitto-samples"), run.err());
    }

    @Test
    void returnsTwoWithoutACommandItKnows() {
        assertEquals(2, CommandRun.of().exitCode());
        assertEquals(2, CommandRun.of("nothing").exitCode());
    }

    @Test
    void saysWhichFileIsMissing() {
        CommandRun run = CommandRun.of("node", "--config", "no/such.conf");

        assertEquals(3, run.exitCode());
        assertEquals(
                "no/such.conf: there is no such file. Name a file such as config/node-a.conf.",
                run.err().strip());
    }

    @Test
    void saysWhereAFileCannotBeParsed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.conf"), "uitto.node = a\nuitto { raft = }");

        CommandRun run = CommandRun.of("node", "--config", file.toString());

        assertEquals(3, run.exitCode());
        assertTrue(run.err().startsWith(file + ": 2: "), run.err());
    }

    @Test
    void saysWhichIncludedFileIsMissing(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("node.conf"), "include required(\"shared.conf\")");

        CommandRun run = CommandRun.of("node", "--config", file.toString());

        assertEquals(3, run.exitCode());
        assertTrue(
                run.err().startsWith(file + ": it, or a file that it includes, can't be read: shared.conf"), run.err());
    }

    @Test
    void refusesToBeAClientWithTheSettingsOfANode() {
        CommandRun run = CommandRun.of("counter", "get", "--config", "../config/node-a.conf");

        assertEquals(3, run.exitCode());
        assertTrue(
                run.err().matches("(?s)uitto\\.node \\(.*node-a\\.conf: \\d+\\): a client hosts no replica\\..*"),
                run.err());
    }

    @Test
    void refusesToBeANodeWithTheSettingsOfAClient() {
        CommandRun run = CommandRun.of("node", "--config", "../config/client.conf");

        assertEquals(3, run.exitCode());
        assertTrue(
                run.err().startsWith("uitto.node (not set, this is the default): this system is no member"), run.err());
    }

    @Test
    void refusesASettingThatCannotBe(@TempDir Path folder) throws IOException {
        String node = "include required(\"" + Path.of("../config/cluster.conf").toAbsolutePath() + "\")\n";
        Path file = Files.writeString(
                folder.resolve("node.conf"),
                node + "uitto.node = d\npekko.remote.artery.bind { hostname = \"127.0.0.1\", port = 0 }");

        CommandRun run = CommandRun.of("node", "--config", file.toString());

        assertEquals(3, run.exitCode());
        assertEquals(
                "uitto.node (" + file + ": 2): \"d\" is none of the members in uitto.members, which are [a, b, c]. Name"
                        + " one of them. If this node is to join groups that run already, leave uitto.members empty and"
                        + " name some members in uitto.contact-points.",
                run.err().strip());
    }

    @Test
    void saysThatNoLeaderTookTheCommand(@TempDir Path folder) throws IOException {
        String client = "include required(\"" + Path.of("../config/client.conf").toAbsolutePath() + "\")\n";
        Path file =
                Files.writeString(folder.resolve("client.conf"), client + "uitto.contact-points = [\"127.0.0.1:1\"]");

        CommandRun run = CommandRun.of("counter", "add", "1", "--config", file.toString(), "--timeout", "0.5");

        assertEquals(4, run.exitCode(), run.err());
        assertTrue(run.err().contains("It had no effect and can be tried again."), run.err());
    }

    @Test
    void hasAnExitCodeForEveryFailure() {
        assertEquals(1, ExitCode.of(new ReplicationException.Rejected("")));
        assertEquals(4, ExitCode.of(new ReplicationException.NotLeader("")));
        assertEquals(5, ExitCode.of(new ReplicationException.Overloaded("")));
        assertEquals(6, ExitCode.of(new ReplicationException.UnknownOutcome("")));
    }
}
