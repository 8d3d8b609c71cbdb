package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.ProxyInput.StreamedCommands;

/** A stream of commands. The proxy is a probe here, which answers as it is told. */
class ReplicatedFlowTest {
    private record Add(int number, ActorRef<Integer> replyTo) {}

    /** A command that has come, and whom to tell what becomes of it. */
    private record Come(Add command, long ticket, ActorRef<StreamAnswers> stream) {
        void reply(int reply) {
            stream.tell(new StreamAnswers(List.of(new StreamAnswers.Reply(ticket, reply))));
        }

        void fail(ReplicationException reason) {
            stream.tell(new StreamAnswers(List.of(new StreamAnswers.Failure(ticket, reason))));
        }
    }

    private static final Duration LONG = Duration.ofSeconds(60);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<Object> proxy = kit.createTestProbe(Object.class);

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private Flow<Integer, Integer, ?> flow(int inFlight, Duration timeout) {
        return ReplicatedFlow.<Integer, Add, Integer>ask(proxy.getRef().narrow(), inFlight, timeout, Add::new);
    }

    private CompletionStage<List<Integer>> run(int elements, Flow<Integer, Integer, ?> flow) {
        return Source.range(1, elements).via(flow).runWith(Sink.seq(), kit.system());
    }

    private CompletionStage<List<Integer>> run(int elements, int inFlight) {
        return run(elements, flow(inFlight, LONG));
    }

    /** The next that come, in the order in which they do. */
    private List<Come> come(int count) {
        List<Come> all = new ArrayList<>();
        while (all.size() < count) {
            StreamedCommands run = proxy.expectMessageClass(StreamedCommands.class, LONG);
            for (int i = 0; i < run.commands().size(); i++) {
                all.add(new Come((Add) run.commands().get(i), run.firstTicket() + i, run.stream()));
            }
        }
        assertEquals(count, all.size());
        return all;
    }

    private static <T> T result(CompletionStage<T> of) throws Exception {
        return of.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletionStage<?> of) {
        return Objects.requireNonNull(
                assertThrows(ExecutionException.class, () -> result(of)).getCause());
    }

    @Test
    void yieldsRepliesInTheOrderOfTheElements() throws Exception {
        CompletionStage<List<Integer>> replies = run(4, 4);

        List<Come> commands = come(4);
        for (int i = 3; i >= 0; i--) {
            commands.get(i).reply(commands.get(i).command().number() * 10);
        }

        assertEquals(
                List.of(1, 2, 3, 4),
                commands.stream().map(come -> come.command().number()).toList());
        assertEquals(List.of(10, 20, 30, 40), result(replies));
    }

    @Test
    void whatIsAtHandGoesInOneMessage() throws Exception {
        CompletionStage<List<Integer>> replies = run(100, 100);

        StreamedCommands first = proxy.expectMessageClass(StreamedCommands.class, LONG);

        assertEquals(100, first.commands().size());
        first.stream()
                .tell(new StreamAnswers(IntStream.range(0, 100)
                        .<StreamAnswers.StreamAnswer>mapToObj(i -> new StreamAnswers.Reply(first.firstTicket() + i, i))
                        .toList()));
        assertEquals(100, result(replies).size());
    }

    @Test
    void takesNoFurtherElementWhileAsManyAreUnderWayAsMayBe() throws Exception {
        CompletionStage<List<Integer>> replies = run(5, 2);

        List<Come> first = come(2);
        proxy.expectNoMessage(
                Duration.ofMillis(50)); // Were it to send more, this might miss it, but never the other way.
        first.forEach(add -> add.reply(add.command().number()));
        IntStream.range(2, 5)
                .forEach(i -> come(1).forEach(add -> add.reply(add.command().number())));

        assertEquals(List.of(1, 2, 3, 4, 5), result(replies));
    }

    @Test
    void failsForTheReasonOfTheCommandThatFails() {
        CompletionStage<List<Integer>> replies = run(2, 2);
        ReplicationException reason = new ReplicationException.Overloaded("too much");

        List<Come> commands = come(2);
        commands.get(1).reply(2);
        commands.get(0).fail(reason);

        assertSame(reason, failure(replies));
    }

    @Test
    void leavesOutWhatFailsIfItIsToResume() throws Exception {
        CompletionStage<List<Integer>> replies = run(
                3,
                flow(3, LONG)
                        .withAttributes(ActorAttributes.withSupervisionStrategy(Supervision.getResumingDecider())));

        List<Come> commands = come(3);
        commands.get(0).reply(1);
        commands.get(1).fail(new ReplicationException.Overloaded("too much"));
        commands.get(2).reply(3);

        assertEquals(List.of(1, 3), result(replies));
    }

    @Test
    void failsIfThereIsNoReplyInTime() {
        CompletionStage<List<Integer>> replies = run(2, flow(2, Duration.ofMillis(50)));

        come(2).get(1).reply(2);

        assertInstanceOf(TimeoutException.class, failure(replies));
    }

    @Test
    void aReplyByAnotherWayFailsItSinceItBelongsToNoCommand() {
        CompletionStage<List<Integer>> replies = run(2, 2);

        come(2).get(0).command().replyTo().tell(1);

        assertTrue(String.valueOf(failure(replies).getMessage()).contains("thenReply"));
    }

    @Test
    void whatTheCommandCanNotBeMadeOfFailsIt() {
        IllegalStateException trouble = new IllegalStateException("no command");
        CompletionStage<List<Integer>> replies = run(
                1, ReplicatedFlow.<Integer, Add, Integer>ask(proxy.getRef().narrow(), 1, LONG, (element, replyTo) -> {
                    throw trouble;
                }));

        assertSame(trouble, failure(replies));
    }
}
