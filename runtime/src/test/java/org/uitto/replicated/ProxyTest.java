package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.replicated.ProxyBench.PATIENCE;
import static org.uitto.replicated.ProxyBench.assertReply;
import static org.uitto.replicated.ProxyBench.failed;
import static org.uitto.replicated.ProxyBench.failure;
import static org.uitto.replicated.ProxyBench.first;
import static org.uitto.replicated.ProxyBench.words;

import com.esotericsoftware.kryo.io.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.kryo.AskHome;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicationException.NotLeader;
import org.uitto.replicated.ReplicationException.Overloaded;
import org.uitto.replicated.ReplicationException.Rejected;
import org.uitto.replicated.ReplicationException.UnknownOutcome;

/** How a proxy finds the leader, what it sends to whom, and what its users learn. */
class ProxyTest {
    private ProxyBench bench;

    @BeforeEach
    void start() {
        bench = new ProxyBench(true);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void asksAllForTheLeaderAndSendsWhatWaits() throws Exception {
        CompletableFuture<String> reply = bench.say("one");
        bench.assertAsked("x");
        bench.assertAsked("y");
        bench.assertAsked("z");

        bench.leads(1, "y");
        CommandBatch batch = bench.batchAt("y");
        assertEquals(List.of("one"), words(batch));
        bench.answer(bench.replied(first(batch), "done"));

        assertReply("done", reply);
    }

    @Test
    void asksAgainWhileNobodyKnows() {
        bench.tell("one");
        bench.assertAsked("x");
        bench.inbox.tell(new LeaderIs(3, Optional.empty(), List.of()));

        bench.pass(ProxyBench.SETTINGS.searchInterval());
        bench.assertAsked("x");
        bench.pass(ProxyBench.SETTINGS.searchInterval().multipliedBy(2));
        bench.assertAsked("x");
    }

    @Test
    void aLeaderThatIsOnlySlowIsAskedForLessAndLessOften() {
        bench.leads(1, "x");
        bench.tell("one");
        bench.batchAt("x");

        bench.pass(Duration.ofSeconds(8)); // Suspected after 2, asked for after 2, 3, 5, and next after 9.

        assertEquals(3, bench.questionsAt("y"));
    }

    @Test
    void asksForTheMembersWhenItIsToldToThoughItHasNothingToSend() {
        bench.inbox.tell(ProxyInput.AskAround.INSTANCE);

        bench.assertAsked("x");
        bench.assertAsked("y");
        bench.assertAsked("z");
    }

    @Test
    void asksTheMembersThatItHasHeardOfToo() {
        bench.inbox.tell(new LeaderIs(1, Optional.empty(), List.of("y", "w")));

        bench.tell("one");

        bench.assertAsked("x");
        bench.assertAsked("y");
        bench.assertAsked("z");
        bench.assertAsked("w");
    }

    @Test
    void whatComesWhileMessagesAreUnderWayGathers() {
        bench.leads(1, "x");
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            bench.tell("w" + i);
            expected.add("w" + i);
        }
        CommandBatch first = bench.batchAt("x");
        CommandBatch second = bench.batchAt("x");
        List<String> sent = new ArrayList<>(words(first));
        sent.addAll(words(second));
        bench.assertNothingSentTo("x");

        while (sent.size() < 9) {
            for (int i = 0; i < words(first).size(); i++) {
                bench.answer(new Done(first(first) + i, Answer.ANY_ATTEMPT));
            }
            first = second;
            second = bench.batchAt("x");
            assertTrue(words(second).size() <= ProxyBench.SETTINGS.maxBatchCommands());
            sent.addAll(words(second));
        }

        assertEquals(expected, sent);
    }

    @Test
    @DisplayName("F14 C21 what a lost leader has not answered goes to the next under its number, and gets one reply")
    void whatALostLeaderHasNotAnsweredGoesToTheNext() throws Exception {
        TestProbe<String> target = bench.kit.createTestProbe();
        bench.leads(1, "x");
        bench.proxy.tell(new Words.Say("one", target.getRef()));
        CommandBatch lost = bench.batchAt("x");
        assertEquals(new Sending(70, 1, 1, 1, 1, false), lost.sending());

        bench.leads(2, "y");
        CommandBatch again = bench.batchAt("y");
        assertEquals(List.of("one"), words(again));
        assertEquals(new Sending(70, 2, 2, 1, 1, true), again.sending());
        bench.answer(bench.replied(first(lost), "by the first, late"));
        bench.answer(bench.replied(first(again), "by the second"));

        assertEquals("by the first, late", target.receiveMessage(PATIENCE));
        target.expectNoMessage(Duration.ofMillis(20));
    }

    @Test
    void whatALeaderKnewOnlyWhileItLedIsNoAnswerOnceTheNextIsAsked() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        CommandBatch lost = bench.batchAt("x");

        bench.leads(2, "y");
        CommandBatch again = bench.batchAt("y");
        bench.answer(failed(lost, Failure.REJECTED, "by the first, late"));
        bench.answer(bench.read(lost, "by the first, late"));
        bench.answer(bench.read(again, "by the second"));

        assertReply("by the second", reply);
    }

    @Test
    void whatWasHandledByALeaderThatIsLostIsAskedOfTheNext() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        CommandBatch lost = bench.batchAt("x");

        bench.answer(failed(lost, Failure.LEADERSHIP_LOST, "gone"));
        bench.leads(2, "y");
        CommandBatch again = bench.batchAt("y");

        assertTrue(again.sending().again());
        bench.answer(failed(again, Failure.OVERLOADED, "too much")); // Says nothing of the first leader.
        CommandBatch third = bench.batchAt("y");
        assertTrue(third.sending().again());
        bench.answer(bench.replied(first(third), "done"));
        assertReply("done", reply);
    }

    @Test
    void whatIsNotAnsweredIsSentAgainToTheSameLeader() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        bench.batchAt("x");

        bench.pass(Duration.ofSeconds(3));
        bench.assertNothingSentTo("x");
        bench.pass(Duration.ofSeconds(2));
        CommandBatch again = bench.batchAt("x");
        assertTrue(again.sending().again());
        bench.pass(Duration.ofSeconds(6));
        bench.assertNothingSentTo("x");
        bench.pass(Duration.ofSeconds(3));
        CommandBatch third = bench.batchAt("x");

        bench.answer(bench.replied(first(third), "done"));
        assertReply("done", reply);
    }

    @Test
    void tellsUpToWhereEverythingIsAnswered() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> one = bench.say("one");
        CommandBatch first = bench.batchAt("x");
        bench.tell("two");
        assertEquals(1, bench.batchAt("x").sending().firstUnanswered());

        bench.answer(bench.replied(first(first), "done"));
        assertReply("done", one);
        bench.tell("three");

        assertEquals(2, bench.batchAt("x").sending().firstUnanswered());
    }

    @Test
    void aForgottenSessionIsReplacedAndWhatWasNotHandledGoesInTheNext() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        CommandBatch refused = bench.batchAt("x");

        bench.offer(99);
        bench.inbox.tell(new SessionUnknown(refused.sending().attempt()));
        CommandBatch again = bench.batchAt("x");

        assertEquals(new Sending(99, 1, 2, 1, 1, false), again.sending());
        bench.answer(bench.replied(first(again), "done"));
        assertReply("done", reply);
    }

    @Test
    @DisplayName("F14 what may have been handled in a session that is forgotten is not sent in another")
    void whatMayHaveBeenHandledIsNotSentInAnotherSession() {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        bench.batchAt("x");
        bench.leads(2, "y");
        CommandBatch again = bench.batchAt("y");

        bench.offer(99);
        bench.inbox.tell(new SessionUnknown(again.sending().attempt()));

        UnknownOutcome unknown = failure(UnknownOutcome.class, reply);
        assertFalse(unknown.isWithoutEffect());
        bench.tell("two");
        CommandBatch next = bench.batchAt("y");
        assertEquals(List.of("two"), words(next));
        assertEquals(99, next.sending().session());
    }

    @Test
    void aLaterTermWithoutAKnownLeaderDecidesNothingYet() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        CommandBatch batch = bench.batchAt("x");

        bench.inbox.tell(new LeaderIs(2, Optional.empty(), List.of()));
        bench.answer(bench.replied(first(batch), "still there"));

        assertReply("still there", reply);
    }

    @Test
    void whatALeaderRefusesIsSentToTheNextInItsOrder() throws Exception {
        bench.leads(1, "x");
        CompletableFuture<String> one = bench.say("one");
        CommandBatch refused = bench.batchAt("x");
        bench.tell("two");
        CommandBatch second = bench.batchAt("x");
        bench.tell("three");

        bench.refuse(refused);
        bench.leads(2, "y");
        bench.pass(ProxyBench.SETTINGS.suspectAfter());
        assertEquals(List.of("two"), words(second));
        CommandBatch again = bench.batchAt("y");

        assertEquals(List.of("one", "two"), words(again));
        assertEquals(List.of("three"), words(bench.batchAt("y")));
        bench.answer(bench.replied(first(again), "done"));
        assertReply("done", one);
    }

    @Test
    void oldNewsAboutTheLeaderAreIgnored() {
        bench.leads(5, "y");
        bench.leads(4, "x");
        bench.inbox.tell(new LeaderIs(4, Optional.empty(), List.of()));

        bench.tell("one");

        assertEquals(List.of("one"), words(bench.batchAt("y")));
    }

    @Test
    @DisplayName("K10 more commands than may wait are refused as overload")
    void moreCommandsThanMayWaitAreRefused() {
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(bench.say("w" + i));
        }

        Overloaded overloaded = failure(Overloaded.class, bench.say("too many"));

        assertTrue(overloaded.isWithoutEffect());
        assertEquals(
                "The proxy of words holds back 10 commands already (uitto.proxy.max-waiting-commands)",
                overloaded.getMessage());
        assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
    }

    @Test
    void givesUpOnCommandsThatNoLeaderTook() {
        CompletableFuture<String> reply = bench.say("one");
        bench.assertAsked("x");

        bench.pass(Duration.ofSeconds(19));
        assertFalse(reply.isDone());
        bench.pass(Duration.ofSeconds(2));

        NotLeader notLeader = failure(NotLeader.class, reply);
        assertTrue(notLeader.isWithoutEffect());
        bench.leads(1, "x");
        bench.assertNothingSentTo("x");
    }

    @Test
    @DisplayName("C21 what was sent and not answered in time has an unknown outcome")
    void whatWasSentAndNotAnsweredHasAnUnknownOutcome() {
        bench.leads(1, "x");
        CompletableFuture<String> reply = bench.say("one");
        bench.batchAt("x");

        bench.pass(Duration.ofSeconds(19));
        assertFalse(reply.isDone());
        bench.pass(Duration.ofSeconds(2));

        failure(UnknownOutcome.class, reply);
    }

    @Test
    void suspectsALeaderThatIsSilentAndAsksTheOthers() {
        bench.leads(1, "x");
        bench.tell("one");
        bench.batchAt("x");

        bench.pass(Duration.ofSeconds(3));

        bench.assertAsked("y");
    }

    @Test
    void eachFailureHasItsException() {
        bench.leads(1, "x");
        CompletableFuture<String> rejected = bench.say("one");
        CommandBatch first = bench.batchAt("x");
        CompletableFuture<String> overloaded = bench.say("two");
        CommandBatch second = bench.batchAt("x");

        bench.answer(failed(first, Failure.REJECTED, "no such word"), failed(second, Failure.OVERLOADED, "too much"));

        assertEquals("no such word", failure(Rejected.class, rejected).getMessage());
        assertEquals("too much", failure(Overloaded.class, overloaded).getMessage());
    }

    @Test
    void anAnswerCountsOnce() {
        TestProbe<String> target = bench.kit.createTestProbe();
        bench.leads(1, "x");
        bench.proxy.tell(new Words.Say("one", target.getRef()));
        CommandBatch batch = bench.batchAt("x");
        try {
            bench.answer(bench.replied(first(batch), "first"));
            bench.answer(bench.replied(first(batch), "second"));
            bench.answer(bench.replied(first(batch) + 77, "third"));
            bench.proxy.tell(new Words.Say("two", target.getRef()));
            bench.answer(bench.replied(first(bench.batchAt("x")), "fourth"));
        } catch (ValueCodec.CodecException e) {
            throw new AssertionError(e);
        }

        assertEquals("first", target.receiveMessage(PATIENCE));
        assertEquals("fourth", target.receiveMessage(PATIENCE));
    }

    @Test
    void commandsForAfarTravelAsBytesUpToTheirBounds() throws Exception {
        bench.close();
        bench = new ProxyBench(false);
        TestProbe<String> target = bench.kit.createTestProbe();
        bench.proxy.tell(new Words.Say("a".repeat(400), target.getRef()));
        bench.proxy.tell(new Words.Say("b".repeat(400), target.getRef()));
        bench.proxy.tell(new Words.Say("c", target.getRef()));
        CompletableFuture<String> tooLarge = bench.say("x".repeat(501));
        CompletableFuture<String> unwritable = bench.ask(Words.Unsendable::new);
        bench.proxy.tell(new Words.Say("d", target.getRef()));

        bench.leads(1, "x");

        List<Object> received = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CommandBatch batch = bench.batchAt("x");
            SerializedCommands payload = assertInstanceOf(SerializedCommands.class, batch.payload());
            assertTrue(payload.bytes().length() <= ProxyBench.SETTINGS.maxBatchBytes());
            Input bytes = new Input(payload.bytes().toArrayUnsafe());
            AskHome home = AskHome.of(batch.proxy());
            for (int command = 0; command < payload.count(); command++) {
                received.add(bench.codec.readCommand(bytes, home));
            }
            assertTrue(bytes.end());
        }
        assertEquals(
                List.of("a".repeat(400), "b".repeat(400), "c", "d"),
                received.stream().map(command -> ((Words.Say) command).word()).toList());
        assertTrue(String.valueOf(failure(Rejected.class, tooLarge).getMessage())
                .contains("500 are allowed (uitto.proxy.max-command-bytes)"));
        assertTrue(String.valueOf(failure(Rejected.class, unwritable).getMessage())
                .contains("org.uitto.replicated.Words$Unsendable"));
    }

    @Test
    void aStreamIsToldOfItsCommandsByTheirTickets() throws Exception {
        TestProbe<StreamAnswers> stream = bench.kit.createTestProbe();
        TestProbe<String> shared = bench.kit.createTestProbe();
        bench.leads(1, "x");
        List<Object> commands = IntStream.range(0, 12)
                .<Object>mapToObj(i -> new Words.Say("w" + i, shared.getRef()))
                .toList();

        bench.inbox.tell(new ProxyInput.StreamedCommands(commands, 40, stream.getRef()));
        StreamAnswers refused = stream.receiveMessage(ProxyBench.PATIENCE);
        CommandBatch batch = bench.batchAt("x");
        bench.answer(bench.replied(first(batch) + 1, "one"), bench.replied(first(batch), "zero"));
        StreamAnswers answered = stream.receiveMessage(ProxyBench.PATIENCE);

        assertEquals(
                List.of(50L, 51L),
                refused.answers().stream()
                        .map(StreamAnswers.StreamAnswer::ticket)
                        .toList());
        assertEquals(
                List.of(new StreamAnswers.Reply(41, "one"), new StreamAnswers.Reply(40, "zero")), answered.answers());
        shared.expectNoMessage(Duration.ofMillis(20));
    }

    @Test
    void aLoneCommandIsSentAtOnceWithoutTimePassing() {
        bench.leads(1, "x");
        bench.tell("one");

        assertEquals(List.of("one"), words(bench.batchAt("x")));
    }
}
