package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pekko's own conformance tests are run outside of the build; these are about what they leave out. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FileSnapshotStoreTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder = Path.of("");

    private Config config(String more) {
        return ConfigFactory.parseString(more)
                .withFallback(ConfigFactory.parseString("""
                        pekko.persistence.journal.plugin = "uitto.journal"
                        pekko.persistence.snapshot-store.plugin = "uitto.snapshot-store"
                        pekko.loglevel = WARNING
                        pekko.actor.allow-java-serialization = off
                        uitto.journal.segment-size = 256 KiB
                        uitto.journal.reserve = 0
                        uitto.snapshot-store.reserve = 0
                        """))
                .withFallback(ConfigFactory.parseString("uitto.journal.directory = \"" + folder + "/journal\"\n"
                        + "uitto.snapshot-store.directory = \"" + folder + "/snapshots\""))
                .withFallback(ConfigFactory.load());
    }

    /** Something done with an actor system. */
    @FunctionalInterface
    private interface Session {
        void run(ActorSystem system, TestKit probe) throws Exception;
    }

    private void inSystem(String more, Session session) throws Exception {
        ActorSystem system = ActorSystem.create("snapshot-test", config(more));
        try {
            session.run(system, new TestKit(system));
        } finally {
            TestKit.shutdownActorSystem(system, scala.concurrent.duration.Duration.create(1, TimeUnit.MINUTES), true);
        }
    }

    /** Starts a keeper that is expected to recover as given. */
    private static ActorRef keeper(ActorSystem system, TestKit probe, Keeper.Recovered expected) {
        ActorRef keeper = system.actorOf(Keeper.props("a", probe.getRef()));
        assertEquals(expected, probe.expectMsgClass(LONG, Keeper.Recovered.class));
        return keeper;
    }

    private static Keeper.Recovered recovered(String state) {
        return new Keeper.Recovered(state, Optional.of(state));
    }

    private static Keeper.Recovered fresh() {
        return new Keeper.Recovered("", Optional.empty());
    }

    private static void store(ActorRef keeper, TestKit probe, String... states) {
        for (String state : states) {
            keeper.tell(state, probe.getRef());
            probe.expectMsgClass(LONG, SaveSnapshotSuccess.class);
        }
    }

    private List<Path> snapshotsOldestFirst() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("snapshots"))) {
            return files.filter(file -> file.toString().endsWith(FileNames.SNAPSHOT))
                    .sorted(Comparator.comparing(
                            file -> FileNames.parse(file.getFileName().toString())
                                    .orElseThrow()
                                    .key(),
                            SnapshotKey.OLDEST_FIRST))
                    .toList();
        }
    }

    @Test
    void anActorRecoversFromItsNewestSnapshotAfterARestart() throws Exception {
        inSystem("", (system, probe) -> store(keeper(system, probe, fresh()), probe, "one", "two"));

        inSystem("", (system, probe) -> {
            ActorRef keeper = keeper(system, probe, recovered("two"));
            keeper.tell(new Keeper.Save("two, saved again"), probe.getRef());
            probe.expectMsgClass(LONG, SaveSnapshotSuccess.class);
        });
        inSystem("", (system, probe) -> keeper(system, probe, recovered("two, saved again")));
        assertEquals(2, snapshotsOldestFirst().size());
    }

    @Test
    void aDamagedSnapshotIsSkippedAndTheEventsAfterTheOlderOneReplayed() throws Exception {
        inSystem("", (system, probe) -> store(keeper(system, probe, fresh()), probe, "one", "two", "three"));
        Files.writeString(snapshotsOldestFirst().get(2), "nonsense");

        inSystem("", (system, probe) -> keeper(system, probe, new Keeper.Recovered("three", Optional.of("two"))));
    }

    @Test
    void recoveryFailsIfAllSnapshotsAreDamaged() throws Exception {
        inSystem("", (system, probe) -> store(keeper(system, probe, fresh()), probe, "one", "two"));
        for (Path file : snapshotsOldestFirst()) {
            Files.writeString(file, "nonsense");
        }

        inSystem("", (system, probe) -> {
            String reason = failure(system, probe);
            for (Path file : snapshotsOldestFirst()) {
                assertTrue(reason.contains(file + ": it is only 8 bytes long"), reason);
            }
        });
    }

    @Test
    void recoveryFailsOnTheFirstDamageIfNoneMayBeSkipped() throws Exception {
        inSystem("", (system, probe) -> store(keeper(system, probe, fresh()), probe, "one", "two"));
        Files.writeString(snapshotsOldestFirst().get(1), "nonsense");

        inSystem("uitto.snapshot-store.skip-damaged = off", (system, probe) -> {
            String reason = failure(system, probe);
            assertTrue(reason.contains("it is only 8 bytes long"), reason);
        });
    }

    private static String failure(ActorSystem system, TestKit probe) {
        system.actorOf(Keeper.props("a", probe.getRef()));
        return probe.expectMsgClass(LONG, Keeper.Failed.class).reason();
    }

    @Test
    void aFailedSaveLeavesTheEarlierOneOfTheSameSequenceNumber() throws Exception {
        inSystem("", (system, probe) -> {
            ActorRef keeper = keeper(system, probe, fresh());
            store(keeper, probe, "one");

            keeper.tell(new Keeper.Save(new Object()), probe.getRef());

            SaveSnapshotFailure failed = probe.expectMsgClass(LONG, SaveSnapshotFailure.class);
            assertTrue(failed.cause().toString().contains("NotSerializable"), failed::toString);
            // Pekko asks for a deletion after the failure; what is asked next comes after it.
            keeper(system, probe, recovered("one"));
        });
        inSystem("", (system, probe) -> keeper(system, probe, recovered("one")));
    }

    @Test
    void aSaveThatWouldTakeFromTheReserveFailsAndLeavesWhatThereIs() throws Exception {
        inSystem("", (system, probe) -> store(keeper(system, probe, fresh()), probe, "one"));

        inSystem("uitto.snapshot-store.reserve = 1000000 TiB", (system, probe) -> {
            ActorRef keeper = keeper(system, probe, recovered("one"));
            keeper.tell(new Keeper.Save("again"), probe.getRef());
            SaveSnapshotFailure failed = probe.expectMsgClass(LONG, SaveSnapshotFailure.class);
            assertTrue(failed.cause().toString().contains("`uitto.snapshot-store.reserve` keeps"), failed::toString);
            keeper(system, probe, recovered("one"));
        });
    }

    @Test
    void aDirectoryOfAnotherOwnerFailsRecoveryWithTheReason() throws Exception {
        inSystem(
                "uitto.snapshot-store.owner = \"one\"",
                (system, probe) -> store(keeper(system, probe, fresh()), probe, "one"));

        inSystem("uitto.snapshot-store.owner = \"two\"", (system, probe) -> {
            String reason = failure(system, probe);
            assertTrue(reason.contains("belong to \"one\", not to \"two\""), reason);
        });
    }

    @Test
    void aSecondActorSystemOnTheDirectoryIsRefused() throws Exception {
        inSystem("", (system, probe) -> {
            store(keeper(system, probe, fresh()), probe, "one");
            inSystem("uitto.journal.directory = \"" + folder + "/other\"", (other, otherProbe) -> {
                String reason = failure(other, otherProbe);
                assertTrue(reason.contains("is in use by this process"), reason);
            });
        });
    }
}
