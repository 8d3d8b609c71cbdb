package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.uitto.damage.DamagedEvents;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.LogNotice.LogFailed;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;
import org.uitto.log.store.ScriptedJournal.Script;
import org.uitto.log.store.ScriptedJournal.Treatment;

/** The durable log on a Pekko journal that does as it is told. */
class LogStoreTest {
    private static final GroupId GROUP = new GroupId("g");
    private static final NodeId SELF = new NodeId("a");
    private static final String PERSISTENCE_ID = LogStore.persistenceId(GROUP, SELF, 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ActorTestKit kit;
    private Script script;
    private int stores;

    @BeforeEach
    void start(TestInfo test) {
        String name = test.getDisplayName();
        script = ScriptedJournal.of(name);
        kit = ActorTestKit.create(ConfigFactory.parseString("scripted { class = \"" + ScriptedJournal.class.getName()
                        + "\", plugin-dispatcher = \"pekko.actor.default-dispatcher\" }")
                .withValue("scripted.script", com.typesafe.config.ConfigValueFactory.fromAnyRef(name))
                .withFallback(ConfigFactory.parseString(LogStore.JOURNAL_SETTING + " = scripted"))
                .withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private ActorRef store(TestProbe<LogNotice> owner) {
        stores++;
        return ((ExtendedActorSystem) Adapter.toClassic(kit.system()))
                .systemActorOf(
                        LogStore.props(PERSISTENCE_ID, new SplittableRandom(stores)::nextLong, owner.getRef()),
                        "store-" + stores);
    }

    private void end(ActorRef store) {
        store.tell(PoisonPill.getInstance(), ActorRef.noSender());
        kit.<LogNotice>createTestProbe().expectTerminated(Adapter.toTyped(store), PATIENCE);
    }

    private Recovered recoverOnce() {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        Recovered recovered = owner.expectMessageClass(Recovered.class, PATIENCE);
        end(store);
        return recovered;
    }

    private static void write(ActorRef store, long number, LogMutation... mutations) {
        store.tell(new LogStore.Write(number, List.of(mutations)), ActorRef.noSender());
    }

    private static EntriesAppended appended(LogPosition prev, long... terms) {
        List<EntryBatch> batches = new ArrayList<>();
        for (long term : terms) {
            LogPosition at = new LogPosition(term, prev.index() + batches.size() + 1);
            batches.add(new EntryBatch(
                    at,
                    Payloads.single(
                            EntryKind.EVENTS, at.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        }
        return new EntriesAppended(prev, batches);
    }

    private static TermAndVoteSaved saved(long term, String votedFor) {
        return new TermAndVoteSaved(new TermAndVote(term, Optional.of(new NodeId(votedFor))));
    }

    private static List<EntryBatch> contents(LogView log) {
        return LongStream.rangeClosed(1, log.last().index())
                .mapToObj(index -> log.read(index, index, Long.MAX_VALUE).get(0))
                .toList();
    }

    @Test
    void beginsEmpty() {
        Recovered recovered = recoverOnce();

        assertEquals(LogPosition.ZERO, recovered.log().last());
        assertEquals(TermAndVote.INITIAL, recovered.saved());
        assertEquals(1, recovered.start().incarnation());
    }

    @Test
    @DisplayName("K1 counts each start, on disk before anything else is said")
    void countsEachStart() {
        for (long start = 1; start <= 5; start++) {
            NodeStart recovered = recoverOnce().start();
            assertEquals(start, recovered.incarnation());
            LogMutations event = (LogMutations) script.events().get((int) start - 1);
            assertEquals(
                    new Started(start, recovered.nonce()), event.mutations().get(0));
        }
    }

    @Test
    void recoversWhatWasReportedDurable() {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        owner.expectMessageClass(Recovered.class, PATIENCE);

        write(store, 1, saved(2, "b"), appended(LogPosition.ZERO, 1, 1, 2));
        assertEquals(new Persisted(1, new LogPosition(2, 3), saved(2, "b").value()), owner.receiveMessage(PATIENCE));
        write(store, 2, appended(new LogPosition(1, 1), 3));
        assertEquals(new Persisted(2, new LogPosition(3, 2), saved(2, "b").value()), owner.receiveMessage(PATIENCE));
        end(store);

        Recovered recovered = recoverOnce();
        assertEquals(saved(2, "b").value(), recovered.saved());
        assertEquals(2, recovered.start().incarnation());
        assertEquals(new LogPosition(3, 2), recovered.log().last());
        assertEquals(1, recovered.log().termAt(1));
    }

    @Test
    @DisplayName("C17 what is durable is told by position: after a cut it may be a smaller index")
    void whatIsDurableIsToldByPosition() {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        owner.expectMessageClass(Recovered.class, PATIENCE);
        script.treatWritesWith(Treatment.HOLD);

        write(store, 1, appended(LogPosition.ZERO, 1, 1, 1));
        write(store, 2, appended(new LogPosition(1, 1), 2));
        script.release();

        assertEquals(
                new LogPosition(1, 3),
                owner.expectMessageClass(Persisted.class, PATIENCE).last());
        assertEquals(
                new LogPosition(2, 2),
                owner.expectMessageClass(Persisted.class, PATIENCE).last());
    }

    @Test
    void whatComesDuringAWriteGathersIntoTheNext() {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        owner.expectMessageClass(Recovered.class, PATIENCE);
        script.treatWritesWith(Treatment.HOLD);
        write(store, 1, appended(LogPosition.ZERO, 1));
        owner.awaitAssert(PATIENCE, () -> {
            assertEquals(1, script.heldCount());
            return 0;
        });

        for (long i = 2; i <= 500; i++) {
            write(store, i, appended(new LogPosition(1, i - 1), 1));
        }
        TestProbe<LogNotice> askedBehind = kit.createTestProbe();
        store.tell(
                new org.apache.pekko.actor.Identify(1),
                Adapter.toClassic(askedBehind.getRef().unsafeUpcast()));
        askedBehind.receiveMessage(PATIENCE);
        assertEquals(1, script.heldCount());
        script.release();

        assertEquals(1, owner.expectMessageClass(Persisted.class, PATIENCE).writeNumber());
        assertEquals(500, owner.expectMessageClass(Persisted.class, PATIENCE).writeNumber());
        assertEquals(3, script.events().size(), "the start, the first write, all the others");
        assertEquals(499, ((LogMutations) script.events().get(2)).mutations().size());
    }

    @Test
    @DisplayName("K12 every prefix of the events gives the log as it was at that time")
    void everyPrefixOfTheEventsGivesTheLogAsItWas() {
        record AtThatTime(List<EntryBatch> log, TermAndVote saved) {}
        SplittableRandom random = new SplittableRandom(12);
        LogWindow log = new LogWindow();
        TermAndVote saved = TermAndVote.INITIAL;
        List<LogMutations> events = new ArrayList<>();
        List<AtThatTime> history = new ArrayList<>(List.of(new AtThatTime(List.of(), saved)));
        for (int i = 0; i < 60; i++) {
            List<LogMutation> mutations = new ArrayList<>();
            if (random.nextInt(3) == 0) {
                saved = new TermAndVote(saved.term() + 1, Optional.of(SELF));
                mutations.add(new TermAndVoteSaved(saved));
            }
            long keep = random.nextBoolean()
                    ? log.last().index()
                    : random.nextLong(log.last().index() + 1);
            long term = Math.max(saved.term(), log.termAt(keep)) + 1;
            EntriesAppended appended = appended(log.positionAt(keep), term, term, term + 1);
            log.apply(appended);
            mutations.add(appended);
            events.add(new LogMutations(mutations));
            history.add(new AtThatTime(contents(log), saved));
        }

        for (int prefix = 0; prefix <= events.size(); prefix++) {
            script.stored(PERSISTENCE_ID, events.subList(0, prefix));
            Recovered recovered = recoverOnce();

            assertEquals(history.get(prefix).log(), contents(recovered.log()), "after " + prefix + " events");
            assertEquals(history.get(prefix).saved(), recovered.saved());
        }
    }

    @ParameterizedTest(name = "H1 K6 nothing is said and nothing is written after a write was treated with {0}")
    @EnumSource(
            value = Treatment.class,
            names = {"FAIL", "REJECT"})
    void nothingIsSaidAfterAFailedWrite(Treatment treatment) {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        owner.expectMessageClass(Recovered.class, PATIENCE);
        write(store, 1, appended(LogPosition.ZERO, 1));
        owner.expectMessageClass(Persisted.class, PATIENCE);
        int eventsBefore = script.events().size();
        script.treatWritesWith(treatment);

        write(store, 2, appended(new LogPosition(1, 1), 1));
        write(store, 3, appended(new LogPosition(1, 2), 1));

        LogFailed failed = owner.expectMessageClass(LogFailed.class, PATIENCE);
        assertTrue(failed.reason().startsWith("The log uitto/g/a in journal scripted "), failed.reason());
        String cause = treatment == Treatment.FAIL ? "the disk is gone" : "not this one";
        assertTrue(failed.reason().contains(cause), failed.reason());
        script.treatWritesWith(Treatment.STORE);
        owner.expectTerminated(Adapter.toTyped(store), PATIENCE);
        assertEquals(eventsBefore, script.events().size(), "never tried again");
        owner.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    @DisplayName("H1 K6 a start that can't be counted is no start")
    void aStartThatCantBeCountedIsNoStart() {
        script.treatWritesWith(Treatment.FAIL);
        TestProbe<LogNotice> owner = kit.createTestProbe();

        store(owner);

        owner.expectMessageClass(LogFailed.class, PATIENCE);
    }

    private void assertFailsToRecover(String reason) {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);

        LogFailed failed = owner.expectMessageClass(LogFailed.class, PATIENCE);
        assertTrue(failed.reason().contains("can't be read back"), failed.reason());
        assertTrue(failed.reason().contains(reason), failed.reason());
        owner.expectTerminated(Adapter.toTyped(store), PATIENCE);
    }

    @Test
    @DisplayName("H16 a log that can't be read is not begun anew")
    void aLogThatCantBeReadIsNotBegunAnew() {
        List<LogMutations> events = List.of(new LogMutations(List.of(appended(LogPosition.ZERO, 1, 1))));
        script.stored(PERSISTENCE_ID, events);
        script.failReplays(new IllegalStateException("record 7 is damaged"));

        assertFailsToRecover("record 7 is damaged");
        assertEquals(events, script.events());
    }

    @Test
    void aJournalThatDoesNotKnowItsEndIsNotBegunAnew() {
        script.failReadingTheHighestNumber(new IllegalStateException("no such directory"));

        assertFailsToRecover("no such directory");
    }

    @Test
    @DisplayName("K7 K12 events that do not follow from each other are not made into a log")
    void eventsThatDoNotFollowAreNotMadeIntoALog() {
        script.stored(
                PERSISTENCE_ID,
                List.of(
                        new LogMutations(List.of(appended(LogPosition.ZERO, 1, 1))),
                        new LogMutations(List.of(appended(new LogPosition(2, 2), 2)))));

        assertFailsToRecover("Entries after 2/2 do not fit a log that ends with 1/2");
    }

    @Test
    @DisplayName("H10 whichever event is missing between two others or at the end, the log is not taken for whole")
    void whicheverEventIsMissingTheLogIsNotTakenForWhole() {
        StoredSnapshot snapshot = new StoredSnapshot(
                SnapshotInfo.of(new LogPosition(1, 2), Configuration.of(List.of(SELF)), new byte[3]), 1, 1);
        List<LogMutations> events = List.of(
                new LogMutations(List.of(new Started(1, 7), appended(LogPosition.ZERO, 1, 1))),
                new LogMutations(List.of(saved(2, "b"))),
                new LogMutations(List.of(appended(new LogPosition(1, 2), 2, 2))),
                new LogMutations(List.of(new PrefixCompacted(snapshot, new LogPosition(1, 1)))),
                new LogMutations(List.of(appended(new LogPosition(2, 4), 2))),
                new LogMutations(List.of(new Started(2, 8))));
        for (long missing = 2; missing <= events.size(); missing++) {
            script.stored(PERSISTENCE_ID, events);
            script.lose(missing);
            TestProbe<LogNotice> owner = kit.createTestProbe();

            ActorRef store = store(owner);

            LogFailed failed = owner.expectMessageClass(LogFailed.class, PATIENCE);
            assertTrue(failed.reason().contains("events are missing from the journal"), failed.reason());
            assertTrue(failed.reason().contains("sequence number " + (missing - 1)), failed.reason());
            assertTrue(failed.damaged(), "its peers have what it lacks");
            owner.expectTerminated(Adapter.toTyped(store), PATIENCE);
        }
    }

    @Test
    @DisplayName("H10 a log that begins behind a compaction of which nothing is known is not taken for whole")
    void aLogThatBeginsBehindAnUnknownCompactionIsNotTakenForWhole() {
        script.stored(
                PERSISTENCE_ID,
                List.of(
                        new LogMutations(List.of(appended(LogPosition.ZERO, 1, 1))),
                        new LogMutations(List.of(appended(new LogPosition(1, 2), 2, 2)))));
        script.lose(1);

        assertFailsToRecover("it begins behind 1/2, but no snapshot reaches further than index 0");
    }

    @Test
    @DisplayName(
            "D17 entries that were cut off stand before those that cut them, in an event that outlives a compaction")
    void whatWasCutOffMayBeginBehindWhatTheLogBeginsWith() {
        LogPosition cutAt = new LogPosition(1, 8);
        StoredSnapshot snapshot = new StoredSnapshot(
                SnapshotInfo.of(new LogPosition(2, 9), Configuration.of(List.of(SELF)), new byte[3]), 1, 1);
        script.stored(
                PERSISTENCE_ID,
                List.of(
                        new LogMutations(List.of(appended(LogPosition.ZERO, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))),
                        new LogMutations(
                                List.of(appended(new LogPosition(1, 11), 1, 1), saved(2, "b"), appended(cutAt, 2))),
                        new LogMutations(List.of(new PrefixCompacted(snapshot, cutAt)))));
        script.lose(1);

        LogWindow log = recoverOnce().log();

        assertEquals(cutAt, log.base());
        assertEquals(new LogPosition(2, 9), log.last());
    }

    @Test
    @DisplayName("D2 after a snapshot took the log's place its configuration is in force, also after a restart")
    void theConfigurationOfASnapshotIsInForceAfterARestart() {
        Configuration committed = Configuration.of(List.of(SELF, new NodeId("b"), new NodeId("c")));
        Configuration uncommitted = committed.with(new NodeId("b"), new StorageId(77));
        EntriesAppended readmission = new EntriesAppended(
                new LogPosition(1, 2),
                List.of(new EntryBatch(
                        new LogPosition(2, 3), Payloads.single(EntryKind.CONFIGURATION, uncommitted.toBytes()))));
        StoredSnapshot snapshot =
                new StoredSnapshot(SnapshotInfo.of(new LogPosition(3, 3), committed, new byte[3]), 1, 1);
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        owner.expectMessageClass(Recovered.class, PATIENCE);
        write(store, 1, appended(LogPosition.ZERO, 1, 1), readmission);
        write(store, 2, new SnapshotInstalled(snapshot));
        owner.expectMessageClass(Persisted.class, PATIENCE);
        owner.expectMessageClass(Persisted.class, PATIENCE);
        end(store);

        LogWindow log = recoverOnce().log();

        assertEquals(Optional.of(committed), log.configurationAt(3));
        assertEquals(3, log.configurationIndex());
    }

    @Test
    @DisplayName("A15 a storage has one name, from its first start on, and it outlives a compaction")
    void aStorageHasOneName() {
        StorageRecord first = recoverOnce().storage();
        assertFalse(first.admitted(), "whether it is the first of its node only the peers can tell");
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        assertEquals(first, owner.expectMessageClass(Recovered.class, PATIENCE).storage());
        StorageRecord known = first.knowing(new NodeId("b"), new StorageId(7)).as(StorageRecord.Standing.BY_THE_LOG);
        StoredSnapshot snapshot = new StoredSnapshot(
                SnapshotInfo.of(new LogPosition(1, 2), Configuration.of(List.of(SELF)), new byte[3]), 1, 1);
        write(store, 1, new StorageSaved(known), appended(LogPosition.ZERO, 1, 1, 1));
        write(store, 2, new PrefixCompacted(snapshot, new LogPosition(1, 2)));
        owner.expectMessageClass(Persisted.class, PATIENCE);
        owner.expectMessageClass(Persisted.class, PATIENCE);
        end(store);

        Recovered recovered = recoverOnce();
        assertEquals(known, recovered.storage());
        assertEquals(known.own(), recovered.start().storage());
        assertEquals(3, recovered.start().incarnation());
        assertEquals(new LogPosition(1, 3), recovered.log().last());
    }

    @Test
    @DisplayName("A15 a log that was discarded begins anew, with term and vote, under another name")
    void aDiscardedLogBeginsAnew() {
        TestProbe<LogNotice> owner = kit.createTestProbe();
        ActorRef store = store(owner);
        StorageRecord first =
                owner.expectMessageClass(Recovered.class, PATIENCE).storage();
        StorageRecord renamed = first.as(StorageRecord.Standing.BY_THE_LOG).renamed(new StorageId(9));
        write(store, 1, saved(4, "b"), appended(LogPosition.ZERO, 1, 2, 4));
        write(store, 2, new LogDiscarded(), new StorageSaved(renamed));
        owner.expectMessageClass(Persisted.class, PATIENCE);
        assertEquals(new Persisted(2, LogPosition.ZERO, saved(4, "b").value()), owner.receiveMessage(PATIENCE));
        write(store, 3, appended(LogPosition.ZERO, 5));
        owner.expectMessageClass(Persisted.class, PATIENCE);
        end(store);

        Recovered recovered = recoverOnce();
        assertEquals(new LogPosition(5, 1), recovered.log().last());
        assertEquals(saved(4, "b").value(), recovered.saved());
        assertEquals(renamed, recovered.storage());
    }

    /** What a journal throws that knows whose events are damaged. */
    private static final class Damage extends RuntimeException implements DamagedEvents {
        private static final long serialVersionUID = 1L;

        private final transient Optional<String> persistenceId;

        Damage(Optional<String> persistenceId) {
            super("record 7 is damaged");
            this.persistenceId = persistenceId;
        }

        @Override
        public Optional<String> persistenceId() {
            return persistenceId;
        }
    }

    private boolean saysThatItIsDamaged(Optional<String> persistenceId) {
        script.stored(PERSISTENCE_ID, List.of(new LogMutations(List.of(appended(LogPosition.ZERO, 1)))));
        script.failReplays(new IllegalStateException("wrapped", new Damage(persistenceId)));
        TestProbe<LogNotice> owner = kit.createTestProbe();
        store(owner);
        return owner.expectMessageClass(LogFailed.class, PATIENCE).damaged();
    }

    @Test
    @DisplayName("H16 a log is damaged if the journal says so of it, and not if it can't tell of which")
    void aLogIsDamagedIfTheJournalSaysSo() {
        assertTrue(saysThatItIsDamaged(Optional.of(PERSISTENCE_ID)));
        assertFalse(saysThatItIsDamaged(Optional.of("uitto/g/b")));
        assertFalse(saysThatItIsDamaged(Optional.empty()));
    }

    @Test
    void aLogThatWasGivenUpIsNotWrittenOver() {
        assertEquals("uitto/g/a", LogStore.persistenceId(GROUP, SELF, 1));
        assertEquals("uitto/g/generation-2/a", LogStore.persistenceId(GROUP, SELF, 2));
    }
}
