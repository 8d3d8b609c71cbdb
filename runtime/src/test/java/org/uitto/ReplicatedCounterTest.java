package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.Consistency;
import org.uitto.replicated.ReadToken;
import org.uitto.replicated.ReplicationException;

/** Replicated actors over Artery, with all floors in place; what several processes and a disk add is tested elsewhere. */
class ReplicatedCounterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Config IN_MEMORY =
            ConfigFactory.parseString("uitto.log.journal = \"pekko.persistence.journal.inmem\"");

    @Test
    void countsOnOneNode() throws Exception {
        try (LoopbackCluster cluster = new LoopbackCluster(IN_MEMORY, "a")) {
            ActorSystem<Void> a = cluster.startNode("a");
            ActorRef<Counter.Command> counter = Raft.get(a).start(ReplicatedActor.of("counter", Counter::new));

            assertEquals(5L, ask(a, counter, replyTo -> new Counter.Increment(5, replyTo)));
            assertEquals(7L, ask(a, counter, replyTo -> new Counter.Increment(2, replyTo)));
            assertEquals(7L, ask(a, counter, Counter.GetValue::new));
        }
    }

    @Test
    void countsOnThreeNodesAndFromOutside() throws Exception {
        try (LoopbackCluster cluster = new LoopbackCluster(IN_MEMORY, "a", "b", "c")) {
            ActorSystem<Void> a = cluster.startNode("a");
            ActorSystem<Void> b = cluster.startNode("b");
            ActorSystem<Void> c = cluster.startNode("c");
            ActorRef<Counter.Command> onA = Raft.get(a).start(ReplicatedActor.of("counter", Counter::new));
            ActorRef<Counter.Command> onB = Raft.get(b).start(ReplicatedActor.of("counter", Counter::new));
            ActorRef<Counter.Command> onC = Raft.get(c).start(ReplicatedActor.of("counter", Counter::new));
            ActorSystem<Void> client = cluster.startClient("client");
            ActorRef<Counter.Command> outside = Raft.get(client).ref(Counter.Command.class, "counter");

            assertEquals(1L, ask(a, onA, replyTo -> new Counter.Increment(1, replyTo)));
            assertEquals(3L, ask(b, onB, replyTo -> new Counter.Increment(2, replyTo)));
            assertEquals(6L, ask(c, onC, replyTo -> new Counter.Increment(3, replyTo)));
            assertEquals(10L, ask(client, outside, replyTo -> new Counter.Increment(4, replyTo)));
            assertEquals(10L, ask(client, outside, Counter.GetValue::new));
            for (int i = 1; i <= 1000; i++) {
                ask(client, outside, replyTo -> new Counter.Increment(1, replyTo));
            }
            assertEquals(1010L, ask(b, onB, Counter.GetValue::new));
        }
    }

    @Test
    void isReadAtEveryLevelOnEveryNodeAndFromOutside() throws Exception {
        try (LoopbackCluster cluster = new LoopbackCluster(IN_MEMORY, "a", "b", "c")) {
            List<ActorSystem<Void>> systems = new ArrayList<>();
            for (String node : List.of("a", "b", "c")) {
                ActorSystem<Void> system = cluster.startNode(node);
                systems.add(system);
                Raft.get(system).start(ReplicatedActor.of("counter", Counter::new));
            }
            ActorSystem<Void> client = cluster.startClient("client");
            systems.add(client);
            ActorRef<Counter.Command> counter = Raft.get(client).ref(Counter.Command.class, "counter");

            for (long value = 1; value <= 50; value++) {
                ask(client, counter, replyTo -> new Counter.Increment(1, replyTo));
                ReadToken token = joined(Raft.get(client).token("counter", PATIENCE));
                for (ActorSystem<Void> system : systems) {
                    assertEquals(value, read(system, Consistency.linearizable()));
                    assertEquals(value, read(system, Consistency.after(ReadToken.parse(token.toString()))));
                    assertEquals(value, read(system, Consistency.boundedStale(Duration.ZERO)));
                    assertEquals(value, read(system, Consistency.local())); // What it has read it has.
                }
            }
            ExecutionException failure = assertThrows(
                    ExecutionException.class,
                    () -> joined(Raft.get(client)
                            .<Counter.Command, Long>read(
                                    "counter",
                                    Consistency.local(),
                                    replyTo -> new Counter.Increment(1, replyTo),
                                    PATIENCE)));
            assertInstanceOf(ReplicationException.Rejected.class, failure.getCause());
        }
    }

    private static Long read(ActorSystem<?> system, Consistency consistency) throws Exception {
        return joined(Raft.get(system).read("counter", consistency, Counter.GetValue::new, PATIENCE));
    }

    private static <T> T joined(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(90, TimeUnit.SECONDS);
    }

    @Test
    void tellsWhyACommandWasRejected() throws Exception {
        try (LoopbackCluster cluster = new LoopbackCluster(IN_MEMORY, "a")) {
            ActorSystem<Void> a = cluster.startNode("a");
            Raft.get(a).start(ReplicatedActor.of("counter", Counter::new));
            ActorSystem<Void> client = cluster.startClient("client");
            ActorRef<Counter.Command> outside = Raft.get(client).ref(Counter.Command.class, "counter");

            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> ask(client, outside, Counter.Fail::new));

            ReplicationException.Rejected rejected =
                    assertInstanceOf(ReplicationException.Rejected.class, failure.getCause());
            assertEquals("Its handler failed: java.lang.IllegalArgumentException: as asked", rejected.getMessage());
        }
    }

    private static Long ask(
            ActorSystem<?> system, ActorRef<Counter.Command> counter, Function<ActorRef<Long>, Counter.Command> command)
            throws Exception {
        CompletionStage<Long> reply =
                AskPattern.ask(counter, command::apply, Duration.ofSeconds(60), system.scheduler());
        return reply.toCompletableFuture().get(90, TimeUnit.SECONDS);
    }
}
