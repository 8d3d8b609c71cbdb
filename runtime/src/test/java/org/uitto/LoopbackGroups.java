package org.uitto;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.uitto.replicated.ReplicaStatus;

/** Three nodes on loopback that host any number of counters. */
abstract class LoopbackGroups {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final List<String> NODES = List.of("a", "b", "c");

    final LoopbackCluster cluster;

    /** @param settings of each node, over what loopback.conf says */
    LoopbackGroups(Config settings) throws Exception {
        this.cluster = new LoopbackCluster(settings, NODES.toArray(String[]::new));
    }

    @BeforeEach
    void start() {
        NODES.forEach(cluster::startNode);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    final Raft raft(String node) {
        return Raft.get(cluster.system(node));
    }

    final void startCounter(String name) {
        NODES.forEach(node -> raft(node).start(ReplicatedActor.of(name, Counter::new)));
    }

    final CompletionStage<Long> asked(String node, String name, Function<ActorRef<Long>, Counter.Command> command) {
        ActorSystem<Void> system = cluster.system(node);
        ActorRef<Counter.Command> counter = Raft.get(system).ref(Counter.Command.class, name);
        return AskPattern.<Counter.Command, Long>ask(counter, command::apply, PATIENCE, system.scheduler());
    }

    final long increment(String node, String name) throws Exception {
        return joined(asked(node, name, replyTo -> new Counter.Increment(1, replyTo)));
    }

    /** How {@code node}'s replica of {@code name} stands. */
    final ReplicaStatus statusOf(String node, String name) {
        try {
            return joined(raft(node).status(name, cluster.contact(node), PATIENCE));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static <T> T joined(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(90, TimeUnit.SECONDS);
    }
}
