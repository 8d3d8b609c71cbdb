package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;
import org.uitto.log.store.ScriptedSnapshotStore.Kind;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotStorage.Load;
import org.uitto.log.store.SnapshotStorage.Save;
import org.uitto.log.store.SnapshotStorage.Use;

/**
 * A node's log and its snapshots together, and a node that ends between any two of the steps in which a log is compacted:
 * the snapshot is stored, the log says that it counts, the journal lets go of what came before (scenario K13).
 */
class CompactionCrashTest {
    /** Which step is the last that was done before the node ended. */
    enum Boundary {
        SOME_PARTS_STORED,
        SNAPSHOT_STORED,
        COMPACTION_WRITTEN,
        EVENTS_DELETED
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final GroupId GROUP = new GroupId("g");
    private static final NodeId SELF = new NodeId("a");
    private static final Configuration VOTERS = Configuration.of(List.of(SELF, new NodeId("b"), new NodeId("c")));
    private static final int PART_BYTES = 10;

    private ActorTestKit kit;
    private ScriptedJournal.Script journal;
    private ScriptedSnapshotStore.Script snapshotStore;
    private TestProbe<LogNotice> logOwner;
    private TestProbe<SnapshotNotice> snapshotOwner;
    private int starts;

    @BeforeEach
    void boot(TestInfo test) {
        String script = SnapshotNodes.scriptOf(test);
        journal = ScriptedJournal.of(script);
        snapshotStore = ScriptedSnapshotStore.of(script);
        kit = ActorTestKit.create(ConfigFactory.parseMap(Map.of(
                        "scripted-journal.class",
                        ScriptedJournal.class.getName(),
                        "scripted-journal.plugin-dispatcher",
                        "pekko.actor.default-dispatcher",
                        "scripted-journal.script",
                        script,
                        "scripted-snapshots.class",
                        ScriptedSnapshotStore.class.getName(),
                        "scripted-snapshots.plugin-dispatcher",
                        "pekko.actor.default-dispatcher",
                        "scripted-snapshots.script",
                        script,
                        LogStore.JOURNAL_SETTING,
                        "scripted-journal",
                        SnapshotStorage.STORE_SETTING,
                        "scripted-snapshots"))
                .withFallback(ConfigFactory.load()));
        logOwner = kit.createTestProbe();
        snapshotOwner = kit.createTestProbe();
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private ActorRef actor(Props props, String name) {
        return ((ExtendedActorSystem) Adapter.toClassic(kit.system())).systemActorOf(props, name + starts);
    }

    private static EntryBatch entry(long index) {
        byte[] body = ("entry " + index).getBytes(StandardCharsets.US_ASCII);
        return new EntryBatch(new LogPosition(1, index), Payloads.single(EntryKind.EVENTS, body));
    }

    private static LogPosition at(long index) {
        return index == 0 ? LogPosition.ZERO : new LogPosition(1, index);
    }

    private static byte[] stateAt(long index) {
        return ("the state after all entries up to and with " + index).getBytes(StandardCharsets.US_ASCII);
    }

    /** What runs on the node from one start to its end. */
    private final class Node {
        private final ActorRef log;
        private final ActorRef snapshots;
        private final LogWindow recovered;
        private long writeNumber;

        Node() {
            starts++;
            log = actor(
                    LogStore.props(
                            LogStore.persistenceId(GROUP, SELF, 1),
                            new SplittableRandom(starts)::nextLong,
                            logOwner.getRef()),
                    "log-");
            SnapshotStorage.Given given =
                    new SnapshotStorage.Given(GROUP, SELF, PART_BYTES, 4, (to, message) -> {}, System::nanoTime);
            snapshots = actor(SnapshotStorage.props(given, snapshotOwner.getRef()), "snapshots-");
            recovered = logOwner.expectMessageClass(Recovered.class, PATIENCE).log();
        }

        void end() {
            for (ActorRef each : List.of(log, snapshots)) {
                each.tell(PoisonPill.getInstance(), ActorRef.noSender());
                logOwner.expectTerminated(Adapter.toTyped(each), PATIENCE);
            }
        }

        private void write(LogMutation... mutations) {
            log.tell(new LogStore.Write(++writeNumber, List.of(mutations)), ActorRef.noSender());
            assertEquals(
                    writeNumber,
                    logOwner.expectMessageClass(Persisted.class, PATIENCE).writeNumber());
        }

        void append(long fromIndex, long toIndex) {
            for (long index = fromIndex; index <= toIndex; index++) {
                write(new EntriesAppended(at(index - 1), List.of(entry(index))));
            }
        }

        private void save(long index) {
            snapshots.tell(new Save(at(index), VOTERS, ByteString.fromArray(stateAt(index))), ActorRef.noSender());
        }

        void compactUpTo(long index, long baseIndex, Boundary last) {
            if (last == Boundary.SOME_PARTS_STORED) {
                snapshotStore.hold(Kind.SAVE);
                save(index);
                snapshotStore.awaitHeld();
                snapshotStore.doHeld();
                snapshotStore.awaitHeld();
                return;
            }
            save(index);
            StoredSnapshot saved =
                    snapshotOwner.expectMessageClass(Saved.class, PATIENCE).snapshot();
            if (last == Boundary.SNAPSHOT_STORED) {
                return;
            } else if (last == Boundary.EVENTS_DELETED) {
                journal.allowDeletes();
            }
            int eventsBefore = journal.events().size();
            write(new PrefixCompacted(saved, at(baseIndex)));
            snapshots.tell(new Use(saved), ActorRef.noSender());
            if (last == Boundary.EVENTS_DELETED) {
                logOwner.awaitAssert(PATIENCE, () -> {
                    assertTrue(journal.events().size() < eventsBefore, "the journal has let go of some");
                    return Optional.empty();
                });
            }
        }

        /** The state that the node starts with, and all entries behind it, together are all that was ever written. */
        void assertHasAll(long lastIndex, long expectedSnapshotIndex) {
            long snapshotIndex = recovered
                    .snapshot()
                    .map(snapshot -> snapshot.position().index())
                    .orElse(0L);
            assertEquals(expectedSnapshotIndex, snapshotIndex);
            assertEquals(at(lastIndex), recovered.last());
            assertTrue(recovered.base().index() <= snapshotIndex, "no hole");
            List<EntryBatch> behind = new ArrayList<>();
            LongStream.rangeClosed(snapshotIndex + 1, lastIndex)
                    .forEach(index -> behind.addAll(recovered.read(index, index, Long.MAX_VALUE)));
            assertEquals(
                    LongStream.rangeClosed(snapshotIndex + 1, lastIndex)
                            .mapToObj(CompactionCrashTest::entry)
                            .toList(),
                    behind);
            recovered.snapshot().ifPresent(snapshot -> {
                snapshots.tell(new Load(snapshot), ActorRef.noSender());
                Loaded loaded = snapshotOwner.expectMessageClass(Loaded.class, PATIENCE);
                assertEquals(SnapshotInfo.of(at(snapshotIndex), VOTERS, stateAt(snapshotIndex)), snapshot.info());
                assertArrayEquals(stateAt(snapshotIndex), loaded.bytes().toArray());
            });
        }
    }

    @ParameterizedTest(name = "K13 a node that ends after {0} has all, and compacts its log the next time")
    @EnumSource(Boundary.class)
    void aNodeThatEndsBetweenTwoStepsHasAll(Boundary last) {
        boolean counts = last == Boundary.COMPACTION_WRITTEN || last == Boundary.EVENTS_DELETED;
        Node node = new Node();
        node.append(1, 8);
        node.compactUpTo(6, 4, last);
        node.end();
        snapshotStore.recover();

        Node second = new Node();
        second.assertHasAll(8, counts ? 6 : 0);
        second.append(9, 12);
        second.compactUpTo(11, 10, Boundary.EVENTS_DELETED);
        second.append(13, 13);
        second.end();

        new Node().assertHasAll(13, 11);
    }

    @ParameterizedTest(name = "K13 H11 a node that ends after {0} of its second snapshot starts from one that is whole")
    @EnumSource(Boundary.class)
    void aNodeThatEndsInItsSecondCompactionHasAll(Boundary last) {
        boolean counts = last == Boundary.COMPACTION_WRITTEN || last == Boundary.EVENTS_DELETED;
        Node node = new Node();
        node.append(1, 8);
        node.compactUpTo(6, 4, Boundary.COMPACTION_WRITTEN);
        node.append(9, 12);
        node.compactUpTo(11, 10, last);
        node.end();
        snapshotStore.recover();

        new Node().assertHasAll(12, counts ? 11 : 6);
    }
}
