package org.uitto.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.coordination.lease.LeaseTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.uitto.lease.LeaseCommand.Acquire;
import org.uitto.lease.LeaseCommand.Release;
import org.uitto.lease.LeaseCommand.Renew;
import org.uitto.lease.LeaseReply.Held;
import org.uitto.lease.LeaseReply.NotHeld;
import org.uitto.lease.LeaseReply.Taken;

/** How long a keeper relies on a lease, by a clock and timers that only the test moves; the test plays the registry. */
class LeaseKeeperTest {
    private static final Duration RENEW_EVERY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration VALIDITY = Duration.ofSeconds(15);
    private static final Duration OPERATION_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicLong clockNanos = new AtomicLong(-7_000_000_000L); // Passes zero, and may as well overflow.
    private final SharedTenure tenure = new SharedTenure();
    private final BlockingQueue<Optional<Throwable>> losses = new LinkedBlockingQueue<>();
    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private final TestProbe<LeaseCommand> registry = kit.createTestProbe();
    private ActorRef<LeaseKeeper.Input> keeper;

    @BeforeEach
    void start() {
        keeper = kit.spawn(LeaseKeeper.create(new LeaseKeeper.Given(
                "lease",
                "x",
                9,
                new LeaseTimes(RENEW_EVERY, TIMEOUT, VALIDITY, OPERATION_PATIENCE),
                registry.getRef(),
                clockNanos::get,
                tenure)));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private void pass(Duration time) {
        clockNanos.addAndGet(time.toNanos());
        ManualTime.get(kit.system()).timePasses(time);
    }

    private CompletableFuture<Boolean> acquire() {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper.tell(new LeaseKeeper.Acquire(outcome, losses::add));
        return outcome;
    }

    private CompletableFuture<Boolean> release() {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper.tell(new LeaseKeeper.Release(outcome));
        return outcome;
    }

    private <T extends LeaseCommand> T asked(Class<T> type) {
        return registry.expectMessageClass(type, PATIENCE);
    }

    private static boolean outcome(CompletableFuture<Boolean> of) throws Exception {
        return of.get(60, TimeUnit.SECONDS);
    }

    private boolean has() {
        return tenure.isValidAt(clockNanos.get());
    }

    private void acquired() throws Exception {
        CompletableFuture<Boolean> outcome = acquire();
        asked(Acquire.class).replyTo().tell(new Held());
        assertTrue(outcome(outcome));
    }

    private Optional<Throwable> loss() throws InterruptedException {
        return Objects.requireNonNull(losses.poll(60, TimeUnit.SECONDS), "no loss was told");
    }

    @Test
    void hasALeaseFromWhenItAskedAndNotFromWhenItWasAnswered() throws Exception {
        CompletableFuture<Boolean> outcome = acquire();
        Acquire question = asked(Acquire.class);
        assertEquals(new Claim("x", 9, 1), question.claim());
        assertEquals(TIMEOUT, question.timeout());
        clockNanos.addAndGet(Duration.ofSeconds(4).toNanos());
        question.replyTo().tell(new Held());
        assertTrue(outcome(outcome));

        clockNanos.addAndGet(VALIDITY.minusSeconds(4).minusNanos(1).toNanos());
        assertTrue(has());
        clockNanos.addAndGet(1);
        assertFalse(has(), "before anything has been told");
    }

    @Test
    void tellsOfTheLossWhenNothingIsAnsweredForTheTimeOfValidity() throws Exception {
        acquired();
        pass(RENEW_EVERY);
        asked(Renew.class);
        pass(VALIDITY.minus(RENEW_EVERY).minusMillis(1));
        assertTrue(has());
        assertEquals(0, losses.size());

        pass(Duration.ofMillis(1));

        String reason = String.valueOf(loss().orElseThrow().getMessage());
        assertTrue(reason.contains("could not be renewed for PT15S") && reason.contains("in PT5S"), reason);
        assertFalse(has());
        pass(TIMEOUT);
        assertEquals(0, losses.size(), "told once");
    }

    @Test
    void aRenewalThatIsAnsweredExtendsTheTenureFromWhenItWasSent() throws Exception {
        acquired();
        pass(RENEW_EVERY);
        Renew renewal = asked(Renew.class);
        assertEquals(new Claim("x", 9, 1), renewal.claim());
        long sentNanos = clockNanos.get();
        pass(Duration.ofSeconds(1));
        renewal.replyTo().tell(new Held());

        registry.awaitAssert(PATIENCE, () -> {
            assertEquals(
                    sentNanos + VALIDITY.toNanos(), tenure.held().orElseThrow().untilNanos());
            return 0;
        });
        pass(VALIDITY.minusSeconds(1).minusMillis(1));
        assertTrue(has());
        pass(Duration.ofMillis(1));
        loss();
    }

    @Test
    void tellsOfTheLossAtOnceWhenSomeoneElseHasTheLease() throws Exception {
        acquired();
        pass(RENEW_EVERY);

        asked(Renew.class).replyTo().tell(new NotHeld());

        assertEquals(Optional.empty(), loss());
        assertFalse(has());
    }

    @Test
    void doesNotGetWhatBelongsToSomeoneElse() throws Exception {
        CompletableFuture<Boolean> outcome = acquire();

        asked(Acquire.class).replyTo().tell(new Taken("y"));

        assertFalse(outcome(outcome));
        assertFalse(has());
        assertTrue(outcome(release()), "nothing to give back");
        pass(RENEW_EVERY);
        registry.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void anAcquisitionThatIsNotAnsweredInTimeSaysWhatToDo() {
        CompletableFuture<Boolean> outcome = acquire();
        asked(Acquire.class);
        pass(OPERATION_PATIENCE.plusMillis(1));

        ExecutionException failure = assertThrows(ExecutionException.class, () -> outcome(outcome));

        String said = String.valueOf(assertInstanceOf(LeaseTimeoutException.class, failure.getCause())
                .getMessage());
        assertTrue(said.contains("could not be acquired for x within PT5S"), said);
        assertTrue(said.contains("uitto.members"), said);
    }

    @Test
    void anAnswerThatComesAfterItsTimeIsNotReliedOn() throws Exception {
        CompletableFuture<Boolean> outcome = acquire();
        Acquire question = asked(Acquire.class);
        clockNanos.addAndGet(VALIDITY.toNanos()); // As when this process was stopped for a while.

        question.replyTo().tell(new Held());

        assertThrows(ExecutionException.class, () -> outcome(outcome));
        assertFalse(has());
        CompletableFuture<Boolean> released = release();
        assertEquals(new Claim("x", 9, 1), asked(Release.class).claim(), "the registry believes that it has it");
        assertFalse(released.isDone());
    }

    @Test
    void whatMayHaveBeenAcquiredIsGivenBack() throws Exception {
        CompletableFuture<Boolean> outcome = acquire();
        CompletableFuture<Boolean> released = release();
        asked(Acquire.class);
        pass(OPERATION_PATIENCE.plusMillis(1));
        assertThrows(ExecutionException.class, () -> outcome(outcome));

        Release question = asked(Release.class);
        assertEquals(new Claim("x", 9, 1), question.claim());
        question.replyTo().tell(new NotHeld());

        assertTrue(outcome(released));
        CompletableFuture<Boolean> again = acquire();
        Acquire second = asked(Acquire.class);
        assertEquals(new Claim("x", 9, 2), second.claim());
        second.replyTo().tell(new Held());
        assertTrue(outcome(again));
    }

    @Test
    void doesNotRelyOnALeaseThatItGivesBack() throws Exception {
        acquired();

        CompletableFuture<Boolean> released = release();
        Release question = asked(Release.class);

        assertFalse(has(), "before it is given back");
        question.replyTo().tell(new NotHeld());
        assertTrue(outcome(released));
        pass(TIMEOUT);
        assertEquals(0, losses.size(), "given back, not lost");
    }

    @Test
    void acquiringWhatItHasAsksNobody() throws Exception {
        acquired();
        BlockingQueue<Optional<Throwable>> others = new LinkedBlockingQueue<>();
        CompletableFuture<Boolean> again = new CompletableFuture<>();

        keeper.tell(new LeaseKeeper.Acquire(again, others::add));

        assertTrue(outcome(again));
        registry.expectNoMessage(Duration.ofMillis(50));
        pass(VALIDITY);
        assertTrue(others.poll(60, TimeUnit.SECONDS) != null, "the callback of the last one counts");
        assertEquals(0, losses.size());
    }

    @Test
    void aLossIsToldBeforeTheLeaseIsHadAgain() throws Exception {
        acquired();
        clockNanos.addAndGet(VALIDITY.toNanos()); // The timer has not fired yet.

        CompletableFuture<Boolean> again = acquire();
        Acquire question = asked(Acquire.class);

        loss();
        assertEquals(2, question.claim().attempt());
        question.replyTo().tell(new Held());
        assertTrue(outcome(again));
        assertTrue(has());
    }

    @Test
    void aCallbackThatFailsHarmsNobody() throws Exception {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper.tell(new LeaseKeeper.Acquire(outcome, reason -> {
            throw new IllegalStateException("as asked");
        }));
        asked(Acquire.class).replyTo().tell(new Held());
        outcome(outcome);
        pass(RENEW_EVERY);
        asked(Renew.class).replyTo().tell(new NotHeld());
        registry.awaitAssert(PATIENCE, () -> {
            assertFalse(has());
            return 0;
        });

        acquired();
        assertTrue(has());
    }
}
