package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.Status;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream of commands. The actor is a probe here, which answers as it is told. */
class ReplicatedFlowTest {
    private record Add(int number, ActorRef<Integer> replyTo) {}

    private static final Duration LONG = Duration.ofSeconds(60);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<Add> actor = kit.createTestProbe(Add.class);

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private CompletionStage<List<Integer>> run(int elements, int inFlight) {
        return Source.range(1, elements)
                .via(ReplicatedFlow.<Integer, Add, Integer>ask(kit.system(), actor.getRef(), inFlight, LONG, Add::new))
                .runWith(Sink.seq(), kit.system());
    }

    @Test
    void yieldsRepliesInTheOrderOfTheElements() throws Exception {
        CompletionStage<List<Integer>> replies = run(4, 4);

        List<Add> commands = actor.receiveSeveralMessages(4, LONG);
        for (int i = 3; i >= 0; i--) {
            commands.get(i).replyTo().tell(commands.get(i).number() * 10);
        }

        assertEquals(List.of(1, 2, 3, 4), commands.stream().map(Add::number).toList());
        assertEquals(List.of(10, 20, 30, 40), replies.toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @Test
    void takesNoFurtherElementWhileAsManyAreUnderWayAsMayBe() throws Exception {
        CompletionStage<List<Integer>> replies = run(5, 2);

        List<Add> first = actor.receiveSeveralMessages(2, LONG);
        actor.expectNoMessage(
                Duration.ofMillis(50)); // Were it to send more, this might miss it, but never the other way.
        first.forEach(add -> add.replyTo().tell(add.number()));
        IntStream.range(2, 5).forEach(i -> {
            Add add = actor.receiveMessage(LONG);
            add.replyTo().tell(add.number());
        });

        assertEquals(List.of(1, 2, 3, 4, 5), replies.toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @Test
    void failsForTheReasonOfTheAskThatFails() {
        CompletionStage<List<Integer>> replies = run(2, 2);
        ReplicationException reason = new ReplicationException.Overloaded("too much");

        List<Add> commands = actor.receiveSeveralMessages(2, LONG);
        commands.get(1).replyTo().tell(2);
        Adapter.toClassic(commands.get(0).replyTo())
                .tell(new Status.Failure(reason), org.apache.pekko.actor.ActorRef.noSender());

        ExecutionException failure = assertThrows(
                ExecutionException.class, () -> replies.toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertSame(reason, assertInstanceOf(ReplicationException.Overloaded.class, failure.getCause()));
    }
}
