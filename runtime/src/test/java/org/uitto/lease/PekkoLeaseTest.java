package org.uitto.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.coordination.lease.LeaseTimeoutException;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.apache.pekko.coordination.lease.javadsl.LeaseProvider;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.FutureConverters;

/** What Pekko asks of a lease, through its own provider, on members that run the registry because their settings say so. */
class PekkoLeaseTest {
    private static final Config SETTINGS = ConfigFactory.parseString("""
            uitto.log.journal = "pekko.persistence.journal.inmem"
            pekko.actor.typed.extensions = ["org.uitto.lease.Leases$Id"]
            uitto.proxy.give-up-after = 60s
            uitto.lease { heartbeat-timeout = 120s, stop-margin = 30s, lease-operation-timeout = 60s }
            """);
    private static final Config SHORT_LIVED = ConfigFactory.parseString(
                    "uitto.lease { heartbeat-interval = 200ms, heartbeat-timeout = 3s, stop-margin = 1s }")
            .withFallback(SETTINGS);

    private static Lease lease(ActorSystem<?> system, String owner) {
        return LeaseProvider.get(system).getLease("lease", "uitto.lease", owner);
    }

    private static boolean outcome(CompletionStage<Boolean> of) throws Exception {
        return of.toCompletableFuture().get(90, TimeUnit.SECONDS);
    }

    @Test
    void aLeaseBelongsToOneOwnerUntilItIsGivenBack() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(SETTINGS, "a", "b", "c")) {
            Lease onA = lease(members.system("a"), "x");
            Lease onB = lease(members.system("b"), "y");
            Lease outside = lease(members.startClient("client"), "z");
            assertFalse(onA.checkLease());

            acquireInTheEnd(onA, reason -> {});
            assertTrue(onA.checkLease());
            assertTrue(outcome(onA.acquire()), "what it has it may acquire again");
            assertFalse(outcome(onB.acquire()));
            assertFalse(outcome(outside.acquire(reason -> {})));
            assertFalse(onB.checkLease());
            assertTrue(outcome(onB.release()), "it does not have it afterwards");
            assertTrue(onA.checkLease());

            assertTrue(outcome(onA.release()));
            assertFalse(onA.checkLease());
            assertTrue(outcome(outside.acquire()));
            assertFalse(outcome(onA.acquire()));
            assertEquals("x", onA.getSettings().ownerName());
        }
    }

    @Test
    void servesScalaToo() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(SETTINGS, "a")) {
            org.apache.pekko.coordination.lease.scaladsl.Lease lease =
                    org.apache.pekko.coordination.lease.scaladsl.LeaseProvider.get(members.system("a"))
                            .getLease("lease", "uitto.lease", "x");

            assertEquals(
                    true,
                    FutureConverters.asJava(lease.acquire())
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS));
            assertTrue(lease.checkLease());
            assertEquals(
                    true,
                    FutureConverters.asJava(lease.release())
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS));
            assertFalse(lease.checkLease());
        }
    }

    @Test
    void anOwnerThatReachesNoMajorityIsToldOfTheLossAndCanAcquireNothing() throws Exception {
        Config impatient = ConfigFactory.parseString("uitto.lease.lease-operation-timeout = 1s")
                .withFallback(SHORT_LIVED);
        try (LoopbackMembers members = new LoopbackMembers(impatient, "a", "b", "c")) {
            Lease lease = lease(members.system("a"), "x");
            CompletableFuture<Optional<Throwable>> loss = new CompletableFuture<>();
            acquireInTheEnd(lease, loss::complete);

            members.stop("b");
            members.stop("c");

            String reason =
                    String.valueOf(loss.get(60, TimeUnit.SECONDS).orElseThrow().getMessage());
            assertTrue(reason.startsWith("The lease lease of x could not be renewed for PT2S"), reason);
            assertFalse(lease.checkLease());
            ExecutionException failure = assertThrows(ExecutionException.class, () -> outcome(lease.acquire()));
            assertInstanceOf(LeaseTimeoutException.class, failure.getCause());
        }
    }

    /** The group may have no leader yet, and what is granted too late does not count. */
    private static void acquireInTheEnd(Lease lease, Consumer<Optional<Throwable>> onLoss) throws Exception {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        boolean isHeld = false;
        while (!isHeld) {
            assertTrue(System.nanoTime() - endNanos < 0, "the lease could not be acquired");
            try {
                isHeld = outcome(lease.acquire(onLoss));
            } catch (ExecutionException e) {
                assertInstanceOf(LeaseTimeoutException.class, e.getCause());
            }
        }
    }

    @Test
    void whatACrashedOwnerHadIsHadByAnotherInTheEnd() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(SHORT_LIVED, "a", "b", "c")) {
            acquireInTheEnd(lease(members.startClient("client"), "x"), reason -> {});

            members.stop("client");

            acquireInTheEnd(lease(members.system("a"), "y"), reason -> {});
        }
    }

    @Test
    void timesThatDoNotGoTogetherAreRefused() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(
                ConfigFactory.parseString("uitto.lease.stop-margin = 1s").withFallback(SETTINGS), "a")) {
            ConfigurationException refused =
                    assertThrows(ConfigurationException.class, () -> lease(members.system("a"), "x"));

            String said = String.valueOf(refused.getMessage());
            assertTrue(said.startsWith("uitto.lease.stop-margin (String: 1): PT1S is less than a tenth"), said);
            assertTrue(said.contains("at least PT12S"), said);
        }
        try (LoopbackMembers members = new LoopbackMembers(
                ConfigFactory.parseString("uitto.lease.stop-margin = 118s").withFallback(SETTINGS), "a")) {
            ConfigurationException refused =
                    assertThrows(ConfigurationException.class, () -> lease(members.system("a"), "x"));

            assertTrue(String.valueOf(refused.getMessage()).contains("less than two heartbeat-intervals"));
        }
    }
}
