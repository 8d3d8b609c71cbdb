package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.replicated.ReplicaBench.PATIENCE;

import com.esotericsoftware.kryo.io.Input;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.EntryBatch;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.Words.Act;
import org.uitto.replicated.Words.Memory;
import org.uitto.replicated.Words.Said;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftNotice.ReadsReady;

/** What becomes of commands on a leader: their effects, the bounds, and the ways in which they fail. */
class CommandHandlingTest {
    private static Act act(BiFunction<EffectFactory<Said, Memory>, Memory, Effect<Said, Memory>> how) {
        return new Act(how);
    }

    private static void confirm(ReplicaBench bench) {
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));
    }

    @Test
    void stepsRunInOrderOnceCommittedWithTheStateAfterTheCommand() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            List<String> ran = new CopyOnWriteArrayList<>();
            bench.lead(1);
            bench.locally(
                    act((effect, state) -> effect.persist(List.of(new Said("one"), new Said("two")))
                            .thenRun(after -> ran.add("first " + after.all()))
                            .thenRun(() -> ran.add("second"))
                            .thenReply(bench.asker.getRef(), Memory::all)
                            .thenNoReply()),
                    bench.say("three"));
            EntryBatch entries = bench.proposed();
            assertEquals(2, entries.payloads().count(), "the events of a command are one entry");
            bench.settled();
            assertEquals(List.of(), ran);

            bench.committed(entries);

            assertEquals("one two", bench.reply());
            assertEquals("one two three", bench.reply());
            assertEquals(List.of("first one two", "second"), ran);
        }
    }

    @Test
    void whatChangesNothingAndSaysNothingIsDoneAtOnce() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);

            long number = bench.locally(
                    act((effect, state) -> effect.none()),
                    act((effect, state) -> effect.unhandled()),
                    act((effect, state) -> effect.noReply()),
                    act((effect, state) -> effect.persist(List.of())));

            assertEquals(
                    List.of(
                            new Done(number, 1),
                            new Done(number + 1, 1),
                            new Done(number + 2, 1),
                            new Done(number + 3, 1)),
                    bench.answers());
            bench.raft.expectNoMessage(java.time.Duration.ofMillis(20));
        }
    }

    @Test
    void aStepWithoutEventsWaitsForAConfirmation() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            List<String> ran = new CopyOnWriteArrayList<>();
            bench.lead(1);
            bench.locally(act((effect, state) -> effect.none().thenRun(() -> ran.add("ran"))));
            bench.settled();
            assertEquals(List.of(), ran);

            confirm(bench);

            bench.answers();
            assertEquals(List.of("ran"), ran);
        }
    }

    @Test
    void aStepThatFailsDoesNotKeepTheNextFromRunning() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);
            bench.locally(act((effect, state) -> effect.persist(new Said("one"))
                    .thenRun(() -> {
                        throw new IllegalStateException("as asked");
                    })
                    .thenReply(bench.asker.getRef(), Memory::all)));

            bench.committed(bench.proposed());

            assertEquals("one", bench.reply());
            assertInstanceOf(Done.class, bench.answers().get(0));
        }
    }

    @Test
    void stopsOnceWhatItSawIsCommitted() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);
            bench.locally(bench.say("one"), act((effect, state) -> effect.stop()));
            EntryBatch entry = bench.proposed();
            ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
            bench.locally(bench.say("two"));
            bench.proposed();

            bench.committed(entry);
            assertEquals("one", bench.reply());
            bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));

            bench.asker.expectTerminated(bench.replica, PATIENCE);
            assertEquals(
                    List.of("LeadershipGained[term=1] []", "Applied[index=3] [one]", "LeadershipLost[term=1] [one]"),
                    bench.signals);
            assertInstanceOf(Done.class, bench.answers().get(0), "the first word");
            assertInstanceOf(Done.class, bench.answers().get(0), "the stop");
            assertEquals(
                    Failure.LEADERSHIP_LOST,
                    assertInstanceOf(Failed.class, bench.answers().get(0)).failure(),
                    "the second word");
        }
    }

    @Test
    @DisplayName("a failed handler rejects its command and leaves no trace in the state")
    void aFailedHandlerLeavesNoTrace() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);

            long number = bench.locally(
                    act((effect, state) -> {
                        throw new IllegalArgumentException("as asked");
                    }),
                    act((effect, state) -> effect.persist(List.of(new Said("half"), new Said("unspeakable")))),
                    bench.say("whole"));
            EntryBatch proposed = bench.proposed();
            confirm(bench);

            List<Answer> answers = bench.answers();
            assertEquals(
                    new Failed(
                            number,
                            1,
                            Failure.REJECTED,
                            "Its handler failed: java.lang.IllegalArgumentException: as asked"),
                    answers.get(0));
            assertEquals(
                    Failure.REJECTED,
                    assertInstanceOf(Failed.class, answers.get(1)).failure());
            assertEquals(1, proposed.payloads().count());
            bench.committed(proposed);
            assertEquals("whole", bench.reply());
        }
    }

    @Test
    @DisplayName("K10 C28 more commands than may wait are refused as overload, until some are committed")
    void moreCommandsThanMayWaitAreRefused() throws Exception {
        try (ReplicaBench bench =
                new ReplicaBench(ReplicaBench.settings(2, 1_000_000, 10_000, 10_000, Long.MAX_VALUE))) {
            bench.lead(1);

            long number = bench.locally(bench.say("one"), bench.recall(), bench.say("three"), bench.recall());

            List<Answer> refused = bench.answers();
            assertEquals(2, refused.size());
            Failed failed = assertInstanceOf(Failed.class, refused.get(0));
            assertEquals(number + 2, failed.number());
            assertEquals(Failure.OVERLOADED, failed.failure());
            assertTrue(failed.message().contains("uitto.replica.max-uncommitted-commands"), failed.message());
            bench.committed(bench.proposed());
            confirm(bench);
            assertEquals("one", bench.reply());
            assertEquals("one", bench.reply());
            bench.locally(bench.say("two"));
            bench.committed(bench.proposed());
            assertEquals("one two", bench.reply());
        }
    }

    @Test
    @DisplayName("C28 more bytes of events than may wait are refused as overload, until some are committed")
    void moreBytesThanMayWaitAreRefused() throws Exception {
        try (ReplicaBench bench = new ReplicaBench(ReplicaBench.settings(1_000, 300, 10_000, 10_000, Long.MAX_VALUE))) {
            bench.lead(1);
            bench.locally(bench.say("x".repeat(300)), bench.say("more"));

            assertEquals(
                    Failure.OVERLOADED,
                    assertInstanceOf(Failed.class, bench.answers().get(0)).failure());

            bench.committed(bench.proposed());
            bench.reply();
            bench.locally(bench.say("again"));
            assertEquals(1, bench.proposed().payloads().count());
        }
    }

    @Test
    void eventsLargerThanAllowedAreRejectedWithoutATrace() throws Exception {
        try (ReplicaBench bench =
                new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 200, 10_000, Long.MAX_VALUE))) {
            bench.lead(1);

            bench.locally(bench.say("x".repeat(200)), bench.say("small"));
            EntryBatch proposed = bench.proposed();
            confirm(bench);

            Failed failed = assertInstanceOf(Failed.class, bench.answers().get(0));
            assertEquals(Failure.REJECTED, failed.failure());
            assertTrue(failed.message().contains("200 are allowed (uitto.replica.max-event-bytes)"), failed.message());
            bench.committed(proposed);
            assertEquals("small", bench.reply());
        }
    }

    @Test
    void aCommandThatIsUnknownIsRejected() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);
            long number = bench.sent(new ReplicaInput.LocalCommands(List.of("no command")));
            confirm(bench);

            Failed failed = assertInstanceOf(Failed.class, bench.answers().get(0));

            assertEquals(number, failed.number());
            assertEquals(Failure.REJECTED, failed.failure());
            assertTrue(failed.message().contains("java.lang.String"), failed.message());
        }
    }

    @Test
    void repliesToAfarTravelTogetherWithTheAnswers() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);
            long number = bench.fromAfar(bench.say("one"), bench.say("two"));

            bench.committed(bench.proposed());

            List<Answer> answers = bench.answers();
            assertEquals(2, answers.size());
            for (int i = 0; i < 2; i++) {
                Replied replied = assertInstanceOf(Replied.class, answers.get(i));
                assertEquals(number + i, replied.number());
                Object value = bench.codec.read(new Input(replied.value().toArrayUnsafe()));
                assertEquals(i == 0 ? "one" : "one two", value);
            }
            bench.assertSilence();
        }
    }

    @Test
    void theReplyOfAReadThatIsTooLargeToTravelIsRejected() throws Exception {
        try (ReplicaBench bench =
                new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 10_000, 100, Long.MAX_VALUE))) {
            bench.lead(1);
            bench.locally(bench.say("x".repeat(200)));
            bench.committed(bench.proposed());
            bench.reply();
            bench.answers();

            bench.fromAfar(bench.recall());
            confirm(bench);

            Failed failed = assertInstanceOf(Failed.class, bench.answers().get(0));
            assertEquals(Failure.REJECTED, failed.failure());
            assertTrue(failed.message().contains("uitto.replica.max-answer-bytes"), failed.message());
        }
    }

    @Test
    void answersLargerThanOneMessageTravelInSeveral() throws Exception {
        try (ReplicaBench bench =
                new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 10_000, 500, Long.MAX_VALUE))) {
            bench.lead(1);
            String word = "x".repeat(100);
            bench.fromAfar(bench.say(word), bench.say(word), bench.say(word));

            bench.committed(bench.proposed());

            assertEquals(2, bench.answers().size());
            assertEquals(1, bench.answers().size());
        }
    }

    @Test
    void aCommandThatCantBeReadIsRejectedAndTheNextIsHandled() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            bench.lead(1);
            byte[] bad = {(byte) 0xc6, 2, 0, 0, (byte) 0x83, '9', '9', 1, 0, 0, 0, 0};
            byte[] good = bench.codec.write(List.of(bench.say("good")));
            ByteString both = ByteString.fromArray(bad).concat(ByteString.fromArray(good));
            bench.sent(new ReplicaInput.SerializedCommands(2, both));
            EntryBatch proposed = bench.proposed();
            confirm(bench);

            List<Answer> refused = bench.answers();
            assertEquals(1, refused.size(), refused.toString());
            assertEquals(
                    Failure.REJECTED,
                    assertInstanceOf(Failed.class, refused.get(0)).failure());
            bench.committed(proposed);
            assertInstanceOf(Replied.class, bench.answers().get(0));
        }
    }

    @Test
    void aReplyToAnotherThanTheOneWhoAskedIsToldDirectly() throws Exception {
        try (ReplicaBench bench = new ReplicaBench()) {
            TestProbe<String> other = bench.kit.createTestProbe();
            bench.lead(1);
            bench.locally(
                    act((effect, state) -> effect.persist(new Said("one")).thenReply(other.getRef(), Memory::all)));

            bench.committed(bench.proposed());

            assertEquals("one", other.receiveMessage(PATIENCE));
            assertInstanceOf(Done.class, bench.answers().get(0));
        }
    }
}
