package org.uitto.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.uitto.LoopbackCluster;
import org.uitto.Raft;
import org.uitto.ReplicatedActor;
import org.uitto.lease.LeaseCommand.Acquire;
import org.uitto.lease.LeaseCommand.Release;
import org.uitto.lease.LeaseCommand.Renew;
import org.uitto.lease.LeaseReply.Held;
import org.uitto.lease.LeaseReply.NotHeld;
import org.uitto.lease.LeaseReply.Taken;
import org.uitto.replicated.TransferOutcome;

/** Who gets a lease and when, by a clock that only the test moves and that all members read. */
class LeaseRegistryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Claim X = new Claim("x", 1, 1);
    private static final Claim Y = new Claim("y", 2, 1);

    private final AtomicLong clockNanos = new AtomicLong(5_000);
    private LoopbackCluster cluster;
    private ActorSystem<Void> system;
    private ActorRef<LeaseCommand> registry;

    @BeforeEach
    void start() throws IOException {
        on("a");
    }

    /** On these members, of which the first is asked. */
    private void on(String... nodes) throws IOException {
        cluster = new LoopbackCluster(
                ConfigFactory.parseString("uitto.log.journal = \"pekko.persistence.journal.inmem\""), nodes);
        for (String node : nodes) {
            start(cluster.startNode(node));
        }
        system = cluster.system(nodes[0]);
        registry = start(system);
    }

    private ActorRef<LeaseCommand> start(ActorSystem<Void> node) {
        return Raft.get(node).start(ReplicatedActor.of("leases", () -> new LeaseRegistry(clockNanos::get)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private LeaseReply ask(Function<ActorRef<LeaseReply>, LeaseCommand> question) throws Exception {
        CompletionStage<LeaseReply> reply = AskPattern.ask(registry, question::apply, PATIENCE, system.scheduler());
        return reply.toCompletableFuture().get(90, TimeUnit.SECONDS);
    }

    private LeaseReply acquire(Claim claim) throws Exception {
        return ask(replyTo -> new Acquire("lease", claim, TIMEOUT, replyTo));
    }

    private LeaseReply renew(Claim claim) throws Exception {
        return ask(replyTo -> new Renew("lease", claim, replyTo));
    }

    private LeaseReply release(Claim claim) throws Exception {
        return ask(replyTo -> new Release("lease", claim, replyTo));
    }

    private void pass(Duration time) {
        clockNanos.addAndGet(time.toNanos());
    }

    @Test
    void nobodyElseGetsALeaseBeforeItsTimeIsOver() throws Exception {
        assertEquals(new Held(), acquire(X));
        assertEquals(new Held(), acquire(X), "asked twice");
        pass(TIMEOUT.minusNanos(1));
        assertEquals(new Taken("x"), acquire(Y));
        assertEquals(new Held(), renew(X), "not over as long as nobody has taken it");
        pass(TIMEOUT.minusNanos(1));
        assertEquals(new Taken("x"), acquire(Y));
        assertEquals(new NotHeld(), renew(Y));

        pass(Duration.ofNanos(1));

        assertEquals(new Held(), acquire(Y));
        assertEquals(new NotHeld(), renew(X));
        assertEquals(new Taken("y"), acquire(new Claim("x", 1, 2)));
    }

    @Test
    void whatIsGivenBackIsAnybodysAtOnce() throws Exception {
        acquire(X);
        assertEquals(new NotHeld(), release(Y));
        assertEquals(new Taken("x"), acquire(Y));

        assertEquals(new NotHeld(), release(X));

        assertEquals(new NotHeld(), renew(X));
        assertEquals(new Held(), acquire(Y));
    }

    @Test
    void whatIsSaidLateOfAnEarlierAttemptHasNoEffect() throws Exception {
        Claim second = new Claim("x", 1, 2);
        acquire(X);
        assertEquals(new Held(), acquire(second));

        assertEquals(new NotHeld(), release(X));
        assertEquals(new Taken("x"), acquire(X));
        assertEquals(new NotHeld(), renew(X));

        assertEquals(new Held(), renew(second));
        assertEquals(
                new NotHeld(), release(new Claim("x", 1, 3)), "a later attempt gives back what an earlier one has");
        assertEquals(new NotHeld(), renew(second));
    }

    @Test
    void anOwnerThatHasStartedAgainTakesItsLeaseOver() throws Exception {
        Claim restarted = new Claim("x", 7, 1);
        acquire(X);

        assertEquals(new Held(), acquire(restarted));

        assertEquals(new NotHeld(), renew(X));
        assertEquals(new NotHeld(), release(X));
        assertEquals(new Held(), renew(restarted));
        assertEquals(new Taken("x"), acquire(Y));
    }

    @Test
    void leasesKnowNothingOfEachOther() throws Exception {
        acquire(X);

        assertEquals(new Held(), ask(replyTo -> new Acquire("other", Y, TIMEOUT, replyTo)));
        assertEquals(new NotHeld(), ask(replyTo -> new Renew("other", X, replyTo)));
        assertEquals(new Held(), renew(X));
    }

    @Test
    void aNewLeaderCountsFromWhenItWasElected() throws Exception {
        cluster.close();
        on("a", "b");
        acquire(X);
        pass(TIMEOUT.minusNanos(1));

        transferLeadership();
        assertEquals(new NotHeld(), renew(Y)); // So the new leader has begun.

        pass(Duration.ofNanos(2));
        assertEquals(new Taken("x"), acquire(Y));
        pass(TIMEOUT.minusNanos(2));
        assertEquals(new Held(), acquire(Y));
    }

    private void transferLeadership() throws Exception {
        TransferOutcome outcome = Raft.get(system)
                .transferLeadership("leases", Optional.empty(), PATIENCE)
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
        assertEquals(TransferOutcome.Result.TRANSFERRED, outcome.result());
    }
}
