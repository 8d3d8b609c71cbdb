package org.uitto.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class SegmentJournalTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder = Path.of("");

    private Config config(String more) {
        return ConfigFactory.parseString(more)
                .withFallback(ConfigFactory.parseString("""
                        pekko.persistence.journal.plugin = "uitto.journal"
                        pekko.persistence.snapshot-store.plugin = "pekko.persistence.no-snapshot-store"
                        pekko.loglevel = WARNING
                        pekko.actor.allow-java-serialization = off
                        uitto.journal.segment-size = 256 KiB
                        uitto.journal.reserve = 0
                        """))
                .withFallback(ConfigFactory.parseString("uitto.journal.directory = \"" + folder + "\""))
                .withFallback(ConfigFactory.load());
    }

    /** Something done with an actor system. */
    @FunctionalInterface
    private interface Session {
        void run(ActorSystem system, TestKit probe) throws Exception;
    }

    private void inSystem(String more, Session session) throws Exception {
        ActorSystem system = ActorSystem.create("journal-test", config(more));
        try {
            session.run(system, new TestKit(system));
        } finally {
            TestKit.shutdownActorSystem(system, scala.concurrent.duration.Duration.create(1, TimeUnit.MINUTES), true);
        }
    }

    private static List<String> events(String persistenceId, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> persistenceId + "-" + number)
                .toList();
    }

    @Test
    void manyActorsFindTheirEventsAgain() throws Exception {
        int actors = 50;
        int each = 100;
        inSystem("", (system, probe) -> {
            List<ActorRef> recorders = recorders(system, actors);
            for (int number = 1; number <= each; number++) {
                for (int actor = 0; actor < actors; actor++) {
                    recorders.get(actor).tell(new Recorder.Store("id" + actor + "-" + number), probe.getRef());
                }
            }
            probe.receiveN(actors * each, LONG);
        });
        inSystem("", (system, probe) -> {
            List<ActorRef> recorders = recorders(system, actors);
            for (int actor = 0; actor < actors; actor++) {
                recorders.get(actor).tell(new Recorder.Read(), probe.getRef());
                assertEquals(
                        new Recorder.Contents(events("id" + actor, each), each),
                        probe.expectMsgClass(LONG, Recorder.Contents.class));
            }
        });
    }

    private static List<ActorRef> recorders(ActorSystem system, int count) {
        return IntStream.range(0, count)
                .mapToObj(actor -> system.actorOf(Recorder.props("id" + actor)))
                .toList();
    }

    @Test
    void deletedEventsAreGoneAndSequenceNumbersGoOn() throws Exception {
        inSystem("", (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            recorder.tell(new Recorder.StoreAll(events("a", 5)), probe.getRef());
            probe.receiveN(5, LONG);
            recorder.tell(new Recorder.DeleteTo(3), probe.getRef());
            probe.expectMsgEquals(LONG, true);
        });
        inSystem("", (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            recorder.tell(new Recorder.Read(), probe.getRef());
            probe.expectMsgEquals(LONG, new Recorder.Contents(List.of("a-4", "a-5"), 5));
            recorder.tell(new Recorder.DeleteTo(Long.MAX_VALUE), probe.getRef());
            probe.receiveN(1, LONG);
            recorder.tell(new Recorder.DeleteTo(5), probe.getRef());
            probe.receiveN(1, LONG);
        });
        inSystem("", (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            recorder.tell(new Recorder.Store("a-6"), probe.getRef());
            probe.expectMsgEquals(LONG, new Recorder.Stored("a-6", 6));
        });
    }

    @Test
    void anEventThatCannotBeSerializedIsRejectedAndTheNextOneStored() throws Exception {
        inSystem("", (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            recorder.tell(new Recorder.StoreObject(new Object()), probe.getRef());
            Recorder.NotStored rejected = probe.expectMsgClass(LONG, Recorder.NotStored.class);
            assertTrue(rejected.isRejected(), rejected.reason());
            assertTrue(rejected.reason().contains("NotSerializable"), rejected.reason());
            recorder.tell(new Recorder.Store("after"), probe.getRef());
            probe.expectMsgClass(LONG, Recorder.Stored.class);
        });
        inSystem("", (system, probe) -> {
            system.actorOf(Recorder.props("a")).tell(new Recorder.Read(), probe.getRef());
            assertEquals(
                    List.of("after"),
                    probe.expectMsgClass(LONG, Recorder.Contents.class).events());
        });
    }

    @Test
    void theLaterOfTwoActorsWithOnePersistenceIdFails() throws Exception {
        inSystem("", (system, probe) -> {
            ActorRef first = system.actorOf(Recorder.props("a"));
            ActorRef second = system.actorOf(Recorder.props("a"));
            for (ActorRef recorder : List.of(first, second)) {
                recorder.tell(new Recorder.Read(), probe.getRef());
                probe.expectMsgClass(LONG, Recorder.Contents.class);
            }
            first.tell(new Recorder.Store("first"), probe.getRef());
            probe.expectMsgClass(LONG, Recorder.Stored.class);

            second.tell(new Recorder.Store("second"), probe.getRef());

            Recorder.NotStored refused = probe.expectMsgClass(LONG, Recorder.NotStored.class);
            assertTrue(!refused.isRejected() && refused.reason().contains("Two actors"), refused.reason());
        });
    }

    @Test
    void aDirectoryOfAnotherOwnerFailsRecoveryWithTheReason() throws Exception {
        inSystem("uitto.journal.owner = \"one\"", (system, probe) -> {
            system.actorOf(Recorder.props("a")).tell(new Recorder.Store("a"), probe.getRef());
            probe.expectMsgClass(LONG, Recorder.Stored.class);
        });
        inSystem("uitto.journal.owner = \"two\"", (system, probe) -> {
            assertTrue(recoveryFailure(system, probe).contains("belongs to \"one\", not to \"two\""));
        });
    }

    @Test
    void aFullJournalSaysSoHoweverOftenItIsAskedAndComesBackWithRoom() throws Exception {
        String large = "x".repeat(100_000);
        AtomicInteger stored = new AtomicInteger();
        // No disk has that much, so there is room for the first segment only.
        inSystem("uitto.journal.reserve = " + Long.MAX_VALUE, (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            for (int refused = 0; refused < 25; ) {
                recorder.tell(new Recorder.Store(large), probe.getRef());
                Object answer = probe.expectMsgAnyClassOf(LONG, Recorder.Stored.class, Recorder.NotStored.class);
                if (answer instanceof Recorder.NotStored notStored) {
                    assertTrue(notStored.reason().contains("uitto.journal.reserve"), notStored.reason());
                    refused++;
                    probe.watch(recorder);
                    probe.expectTerminated(LONG, recorder);
                    recorder = system.actorOf(Recorder.props("a"));
                } else {
                    stored.incrementAndGet();
                }
            }
        });
        inSystem("", (system, probe) -> {
            ActorRef recorder = system.actorOf(Recorder.props("a"));
            recorder.tell(new Recorder.Store(large), probe.getRef());
            probe.expectMsgEquals(LONG, new Recorder.Stored(large, stored.get() + 1));
        });
    }

    @Test
    void aSecondActorSystemOnTheDirectoryIsRefused() throws Exception {
        inSystem("", (system, probe) -> {
            system.actorOf(Recorder.props("a")).tell(new Recorder.Store("a"), probe.getRef());
            probe.expectMsgClass(LONG, Recorder.Stored.class);
            inSystem("", (other, otherProbe) -> {
                String reason = recoveryFailure(other, otherProbe);
                assertTrue(reason.contains("is in use by this process"), reason);
            });
        });
    }

    @Test
    void damageFailsTheRecoveryOfThatPersistenceIdOnly() throws Exception {
        String large = "x".repeat(100_000);
        inSystem("", (system, probe) -> {
            system.actorOf(Recorder.props("a")).tell(new Recorder.Store("needle" + large), probe.getRef());
            probe.expectMsgClass(LONG, Recorder.Stored.class);
            ActorRef other = system.actorOf(Recorder.props("b"));
            for (int i = 0; i < 10; i++) {
                other.tell(new Recorder.Store(large), probe.getRef());
            }
            probe.receiveN(10, LONG);
        });
        damage("needle");
        inSystem("", (system, probe) -> {
            system.actorOf(Recorder.props("b")).tell(new Recorder.Read(), probe.getRef());
            assertEquals(
                    10,
                    probe.expectMsgClass(LONG, Recorder.Contents.class).events().size());
            String reason = recoveryFailure(system, probe);
            assertTrue(reason.contains("persistence id \"a\", sequence number 1"), reason);
        });
    }

    private void damage(String needle) throws IOException {
        List<Path> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".segment")).forEach(segments::add);
        }
        for (Path segment : segments) {
            String text = Files.readString(segment, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (text.contains(needle)) {
                Files.writeString(
                        segment, text.replace(needle, "NEEDLE"), java.nio.charset.StandardCharsets.ISO_8859_1);
                return;
            }
        }
        throw new IllegalStateException("Nowhere: " + needle);
    }

    private static String recoveryFailure(ActorSystem system, TestKit probe) {
        system.eventStream().subscribe(probe.getRef(), Recorder.NotStored.class);
        system.actorOf(Recorder.props("a"));
        return probe.expectMsgClass(LONG, Recorder.NotStored.class).reason();
    }
}
