package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.log.NodeId;

/** Wrong settings are refused with the file and line, the setting, what is wrong with it and what would be right. */
class UittoSettingsTest {
    private static final String NODE = """
            uitto.node = a
            uitto.members { a = "127.0.0.1:7351", b = "127.0.0.1:7352", c = "127.0.0.1:7353" }
            pekko.actor.provider = remote
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 7351 }
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void takesANodeWithTheDefaults() throws IOException {
        UittoSettings settings = UittoSettings.of(config(""), "system");

        assertEquals(Optional.of(new NodeId("a")), settings.node());
        assertEquals(3, settings.members().contacts().size());
        assertEquals("system", settings.members().systemName());
        assertEquals(Duration.ofMillis(100), settings.raft().heartbeatInterval());
    }

    @Test
    void refusesANodeThatIsNoMember() throws IOException {
        assertRefused(
                "uitto.node = d",
                "uitto.node ($FILE: 5): \"d\" is none of the members in uitto.members, which are [a, b, c]. Name one of"
                        + " them. If this node is to join groups that run already, leave uitto.members empty and name some"
                        + " members in uitto.contact-points.");
    }

    @Test
    void refusesTwoMembersAtOneAddress() throws IOException {
        assertRefused(
                "uitto.members.c = \"127.0.0.1:7352\"",
                "uitto.members.c ($FILE: 5): members b and c are both at 127.0.0.1:7352. Give each member an address of"
                        + " its own.");
    }

    @Test
    void refusesAMemberWithoutAnAddress() throws IOException {
        assertRefused(
                "uitto.members.c = \"here\"",
                "uitto.members.c ($FILE: 5): \"here\" is no address. Write host:port, such as \"127.0.0.1:7351\".");
        assertRefused(
                "uitto.members.c = \"127.0.0.1:70000\"",
                "uitto.members.c ($FILE: 5): \"127.0.0.1:70000\" is no address. Write host:port, such as"
                        + " \"127.0.0.1:7351\".");
    }

    @Test
    void refusesAMemberWithANameThatCannotBe() throws IOException {
        assertRefused(
                "uitto.members.\"c/d\" = \"127.0.0.1:7354\"",
                "uitto.members.\"c/d\" ($FILE: 5): A node id is 1 to 64 letters, digits, '.', '-' or '_' and starts with a"
                        + " letter or digit; \"c/d\" is not.");
    }

    @Test
    void refusesADurationThatCannotBeParsed() throws IOException {
        assertRefused(
                "uitto.raft.heartbeat-interval = fast",
                "uitto.raft.heartbeat-interval ($FILE: 5): \"fast\" is no duration. Write a number and a unit, such as"
                        + " \"100 ms\".");
        assertRefused(
                "uitto.proxy.give-up-after = 10 parsecs",
                "uitto.proxy.give-up-after ($FILE: 5): \"10 parsecs\" is no duration. Write a number and a unit, such as"
                        + " \"100 ms\".");
        assertRefused(
                "uitto.raft.resend-interval = [1]",
                "uitto.raft.resend-interval ($FILE: 5): [1] is no duration. Write a number and a unit, such as \"100"
                        + " ms\".");
        assertRefused(
                "uitto.raft.resend-interval = 0 s",
                "uitto.raft.resend-interval ($FILE: 5): must be longer than nothing, such as \"100 ms\".");
    }

    @Test
    void refusesCountsAndSizesThatCannotBeParsed() throws IOException {
        assertRefused(
                "uitto.proxy.max-waiting-commands = many",
                "uitto.proxy.max-waiting-commands ($FILE: 5): \"many\" is no count. Write a whole number, such as 1000.");
        assertRefused(
                "uitto.proxy.max-waiting-commands = 0",
                "uitto.proxy.max-waiting-commands ($FILE: 5): 0 must be 1 or more.");
        assertRefused(
                "uitto.raft.max-in-flight-bytes = 4 MB per second",
                "uitto.raft.max-in-flight-bytes ($FILE: 5): \"4 MB per second\" is no size. Write a number and a unit,"
                        + " such as \"64 KiB\".");
    }

    @Test
    void refusesLeasesThatCannotBe() throws IOException {
        assertRefused(
                "uitto.raft.max-clock-drift = 1",
                "uitto.raft.max-clock-drift ($FILE: 5): 1.0 is no part of a second that a clock may gain or lose in one."
                        + " Set it from 0 to less than 1, such as 0.05.");
        assertRefused(
                "uitto.raft.max-clock-drift = little",
                "uitto.raft.max-clock-drift ($FILE: 5): \"little\" is no part of a second that a clock may gain or lose in"
                        + " one. Set it from 0 to less than 1, such as 0.05.");
        assertRefused(
                "uitto.raft.lease-reads = perhaps",
                "uitto.raft.lease-reads ($FILE: 5): \"perhaps\" is neither on nor off.");
    }

    @Test
    void refusesAnElectionTimeoutNotWellAboveTheHeartbeat() throws IOException {
        assertRefused(
                "uitto.raft.election-timeout.min = 300 ms",
                "uitto.raft.election-timeout.min ($FILE: 5): 300 ms is less than four times uitto.raft.heartbeat-interval"
                        + " (100 ms): a single late heartbeat would cost an election. Set it to 400 ms or more, or the"
                        + " interval to 75 ms or less.");
        assertRefused(
                "uitto.raft.heartbeat-interval = 1 s",
                "uitto.raft.election-timeout.min (not set, this is the default): 500 ms is less than four times"
                        + " uitto.raft.heartbeat-interval (1000 ms): a single late heartbeat would cost an election. Set"
                        + " it to 4000 ms or more, or the interval to 125 ms or less.");
    }

    @Test
    void refusesElectionTimeoutsThatAreAlike() throws IOException {
        assertRefused(
                "uitto.raft.election-timeout { min = 800 ms, max = 900 ms }",
                "uitto.raft.election-timeout.max ($FILE: 5): 900 ms is too close to uitto.raft.election-timeout.min (800"
                        + " ms): nodes would stand for election at the same time and split the votes. Set it to 1600 ms,"
                        + " at least to 1200 ms.");
    }

    @Test
    void refusesAProviderWithoutRemoting() throws IOException {
        assertRefused(
                "pekko.actor.provider = local",
                "pekko.actor.provider ($FILE: 5): members talk over Pekko remoting. Set it to \"remote\", or to"
                        + " \"cluster\" if you use Pekko Cluster.");
    }

    @Test
    void refusesAnAddressOtherThanTheMembers() throws IOException {
        assertRefused(
                "pekko.remote.artery.canonical.port = 7352",
                "pekko.remote.artery.canonical.port ($FILE: 5): 7352 is not where uitto.members says that this node is,"
                        + " 127.0.0.1:7351. Set it to 7351.");
        assertRefused(
                "pekko.remote.artery.canonical.hostname = localhost",
                "pekko.remote.artery.canonical.hostname ($FILE: 5): \"localhost\" is not where uitto.members says that"
                        + " this node is, 127.0.0.1:7351. Set it to \"127.0.0.1\".");
    }

    @Test
    void refusesSizesThatDoNotFitIntoAFrame() throws IOException {
        assertRefused(
                "uitto.raft.max-append-bytes = 1 MiB",
                "uitto.raft.max-append-bytes ($FILE: 5): 1048576 bytes do not fit into a frame of Pekko remoting with its"
                        + " headers. Set it to 245760 bytes or less, or pekko.remote.artery.advanced.maximum-frame-size to"
                        + " 1064960 bytes or more, on every node.");
        for (String path : new String[] {
            "uitto.replica.max-event-bytes",
            "uitto.replica.max-answer-bytes",
            "uitto.proxy.max-batch-bytes",
            "uitto.proxy.max-command-bytes"
        }) {
            String message = refusalOf(path + " = 1 MiB");
            assertTrue(
                    message.startsWith(path + " (" + file() + ": 5): 1048576 bytes do not fit into a frame"), message);
        }
    }

    @Test
    void refusesAContactPointThatIsNoAddress() throws IOException {
        assertRefused(
                "uitto.contact-points = [\"somewhere\"]",
                "uitto.contact-points ($FILE: 5): \"somewhere\" is no address. Write host:port, such as"
                        + " \"127.0.0.1:7351\".");
    }

    @Test
    void refusesToRunAReplicaOnASystemThatIsNoMember() {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "outsider", ConfigFactory.load());
        try {
            InvalidSettings refusal = assertThrows(
                    InvalidSettings.class, () -> Raft.get(system).start(ReplicatedActor.of("counter", Counter::new)));

            assertEquals(
                    "uitto.node (not set, this is the default): this system is no member, so it can't run a replica of"
                            + " counter. Name one of uitto.members, or use Raft.ref instead of Raft.start.",
                    refusal.getMessage());
        } finally {
            system.terminate();
        }
    }

    @Test
    void refusesToReachAnActorWithoutContactPoints() {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "outsider", ConfigFactory.load());
        try {
            InvalidSettings refusal =
                    assertThrows(InvalidSettings.class, () -> Raft.get(system).ref(Counter.Command.class, "counter"));

            assertEquals(
                    "uitto.contact-points (not set, this is the default): nobody to ask for the leader of counter. Name at"
                            + " least one member here as host:port, or all of them in uitto.members.",
                    refusal.getMessage());
        } finally {
            system.terminate();
        }
    }

    private void assertRefused(String line, String message) throws IOException {
        String refusal = refusalOf(line);

        assertEquals(message.replace("$FILE", file().toString()), refusal);
    }

    private String refusalOf(String line) throws IOException {
        Config config = config(line);
        InvalidSettings refusal = assertThrows(InvalidSettings.class, () -> UittoSettings.of(config, "system"), line);
        return String.valueOf(refusal.getMessage());
    }

    /** The settings of a node whose fifth line is {@code line}. */
    private Config config(String line) throws IOException {
        Files.writeString(file(), NODE + line + "\n");
        return ConfigFactory.load(ConfigFactory.parseFile(file().toFile()));
    }

    private Path file() {
        return folder.resolve("node.conf");
    }

    @Test
    @DisplayName(
            "F5 a lease is shorter than the shortest election timeout by what clocks may drift, and off by default")
    void aLeaseAllowsForTheDriftOfClocks() throws IOException {
        assertEquals(
                Duration.ZERO, UittoSettings.of(config(""), "system").raft().lease());

        String on = "uitto.raft { lease-reads = on, max-clock-drift = 0.1, election-timeout { min = 2 s, max = 4 s } }";
        assertEquals(
                Duration.ofMillis(1800),
                UittoSettings.of(config(on), "system").raft().lease());
    }
}
