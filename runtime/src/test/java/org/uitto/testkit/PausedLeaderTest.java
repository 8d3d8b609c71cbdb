package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.replicated.Consistency;
import org.uitto.replicated.Read;
import org.uitto.role.RaftSettings;

/** A leader that stands still, as in a long collection of garbage, and goes on as if nothing had been. */
class PausedLeaderTest extends ScriptedGroup {
    private static final NodeId READER = new NodeId("reader");
    private static final NodeId WRITER = new NodeId("client");

    private final AtomicReference<@Nullable ActorRef<Object>> reader = new AtomicReference<>();

    /** The next leader is there long before the one that stands still would miss the others. */
    @Override
    RaftSettings settings() {
        return timedBy(Duration.ofSeconds(1), Duration.ofSeconds(8)).withLease(Duration.ofMillis(950));
    }

    private CompletableFuture<String> read(Consistency consistency) {
        return AskPattern.<Object, String>ask(
                        Objects.requireNonNull(reader.get()),
                        replyTo ->
                                new Read(consistency, new RegisterStore.Execute(new RegisterModel.Get("key"), replyTo)),
                        Duration.ofSeconds(30),
                        system.system().scheduler())
                .toCompletableFuture();
    }

    private void aLeaderThatStoodStillAnswersNothingOld(Consistency consistency) {
        startGroup();
        cluster.startClient(READER, reader::set);
        done(new RegisterModel.Put("key", "old"));
        CompletableFuture<String> before = read(consistency);
        await("an answer", before::isDone);
        assertEquals("old", before.join());
        NodeId paused = leader();
        List<NodeId> others = ALL.stream().filter(node -> !node.equals(paused)).toList();

        world.node(paused).pause(); // From now on only the reader reaches it, who hears of no other leader.
        world.network().partition(List.of(READER), others);
        world.network()
                .partition(
                        List.of(paused),
                        Stream.concat(others.stream(), Stream.of(WRITER)).toList());
        done(new RegisterModel.Put("key", "new"));
        CompletableFuture<String> read = read(consistency);
        world.runFor(Duration.ofMillis(100));
        world.node(paused).resume();
        world.runFor(Duration.ofMillis(400));

        assertFalse(
                read.isDone() && !read.isCompletedExceptionally() && read.join().equals("old"));
        world.network().healAll();
        await("an outcome", read::isDone);
        if (!read.isCompletedExceptionally()) {
            assertEquals("new", read.join());
        }
    }

    @Test
    @DisplayName("F4 a leader that stood still for longer than its lease answers no read by it")
    void aLeaseIsOverWhenItsLeaderGoesOn() {
        aLeaderThatStoodStillAnswersNothingOld(Consistency.lease());
    }

    @Test
    @DisplayName("F4 a leader that stood still asks the others before it answers a read")
    void aReadIsConfirmedWhenItsLeaderGoesOn() {
        aLeaderThatStoodStillAnswersNothingOld(Consistency.linearizable());
    }
}
