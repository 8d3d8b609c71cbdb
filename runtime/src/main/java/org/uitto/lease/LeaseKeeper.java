package org.uitto.lease;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.coordination.lease.LeaseException;
import org.apache.pekko.coordination.lease.LeaseTimeoutException;
import org.jspecify.annotations.Nullable;
import org.uitto.lease.LeaseReply.Held;
import org.uitto.lease.LeaseReply.NotHeld;
import org.uitto.lease.LeaseReply.Taken;

/**
 * Holds one lease for one owner: acquires it, renews it, gives it back, and says so when it is lost. Acquisitions and
 * releases are done one after the other, in the order in which they were asked for.
 */
final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Input> {
    /**
     * What a keeper is given.
     *
     * @param session names this keeper among all that ever ask for the lease
     * @param registry the registry of leases
     * @param clock monotonic nanoseconds
     * @param tenure where the keeper says, for others to read, how long it has the lease
     */
    record Given(
            String lease,
            String owner,
            long session,
            LeaseTimes times,
            ActorRef<LeaseCommand> registry,
            LongSupplier clock,
            SharedTenure tenure) {}

    /**
     * The time for which a keeper has the lease.
     *
     * @param untilNanos by its own clock, exclusive
     */
    record Tenure(Claim claim, long untilNanos) {
        boolean isValidAt(long nowNanos) {
            return untilNanos - nowNanos > 0;
        }
    }

    /** What a keeper is told. */
    sealed interface Input {}

    /** Something that is asked of a keeper, done one at a time. */
    sealed interface Operation extends Input {
        /** Where its outcome goes. */
        CompletableFuture<Boolean> outcome();
    }

    /** Acquire the lease; {@code onLoss} is called once if it is lost after that. */
    record Acquire(CompletableFuture<Boolean> outcome, Consumer<Optional<Throwable>> onLoss) implements Operation {}

    /** Give the lease back. */
    record Release(CompletableFuture<Boolean> outcome) implements Operation {}

    /** What the registry has answered, or why it has not. */
    private record Answered(
            Optional<Operation> operation,
            Claim claim,
            long sentNanos,
            @Nullable LeaseReply reply,
            @Nullable Throwable failure)
            implements Input {}

    private enum Due implements Input {
        RENEWAL,
        EXPIRY
    }

    private final Given given;
    private final TimerScheduler<Input> timers;
    private final Queue<Operation> waiting = new ArrayDeque<>();
    private boolean isUnderWay;
    private long attempt;

    /** The registry may believe that the lease is this keeper's, whether the keeper knows it or not. */
    private boolean mayBeOurs;

    private Consumer<Optional<Throwable>> onLoss = reason -> {};

    private LeaseKeeper(ActorContext<Input> context, TimerScheduler<Input> timers, Given given) {
        super(context);
        this.timers = timers;
        this.given = given;
    }

    static Behavior<Input> create(Given given) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new LeaseKeeper(context, timers, given)));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessage(Operation.class, this::onOperation)
                .onMessage(Answered.class, this::onAnswered)
                .onMessageEquals(Due.RENEWAL, this::onRenewalDue)
                .onMessageEquals(Due.EXPIRY, this::onExpiryDue)
                .build();
    }

    private Behavior<Input> onOperation(Operation operation) {
        waiting.add(operation);
        beginNext();
        return this;
    }

    private void beginNext() {
        while (!isUnderWay && !waiting.isEmpty()) {
            Operation operation = waiting.remove();
            if (operation instanceof Acquire acquire) {
                begin(acquire);
            } else {
                begin((Release) operation);
            }
        }
    }

    private void begin(Acquire operation) {
        onExpiryDue(); // So that a loss is told before the lease is had again.
        if (given.tenure().isValidAt(now())) {
            onLoss = operation.onLoss();
            operation.outcome().complete(true);
            return;
        }
        attempt++;
        isUnderWay = true;
        mayBeOurs = true;
        Duration timeout = given.times().timeout();
        ask(
                Optional.of(operation),
                (claim, replyTo) -> new LeaseCommand.Acquire(given.lease(), claim, timeout, replyTo));
    }

    private void begin(Release operation) {
        end();
        if (!mayBeOurs) {
            operation.outcome().complete(true);
            return;
        }
        isUnderWay = true;
        ask(Optional.of(operation), (claim, replyTo) -> new LeaseCommand.Release(given.lease(), claim, replyTo));
    }

    private void ask(Optional<Operation> operation, BiFunction<Claim, ActorRef<LeaseReply>, LeaseCommand> question) {
        Claim claim = new Claim(given.owner(), given.session(), attempt);
        long sentNanos = now();
        ActorRef<Input> self = getContext().getSelf();
        AskPattern.<LeaseCommand, LeaseReply>ask(
                        given.registry(),
                        replyTo -> question.apply(claim, replyTo),
                        given.times().patience(),
                        getContext().getSystem().scheduler())
                .whenCompleteAsync(
                        (reply, failure) -> self.tell(new Answered(operation, claim, sentNanos, reply, failure)),
                        getContext().getExecutionContext());
    }

    private Behavior<Input> onAnswered(Answered answered) {
        if (answered.reply() instanceof NotHeld || answered.reply() instanceof Taken) {
            mayBeOurs = mayBeOurs && answered.claim().attempt() < attempt;
        }
        if (answered.operation().isEmpty()) {
            onRenewalAnswered(answered);
            return this;
        }
        isUnderWay = false;
        Operation operation = answered.operation().get();
        if (operation instanceof Acquire acquire) {
            onAcquisitionAnswered(acquire, answered);
        } else if (answered.reply() != null) {
            operation.outcome().complete(true);
        } else {
            operation.outcome().completeExceptionally(unanswered("given back", answered.failure()));
        }
        beginNext();
        return this;
    }

    private void onAcquisitionAnswered(Acquire operation, Answered answered) {
        long untilNanos = validityFrom(answered.sentNanos());
        if (answered.reply() instanceof Held && untilNanos - now() > 0) {
            onLoss = operation.onLoss();
            hold(new Tenure(answered.claim(), untilNanos));
            timers.startTimerWithFixedDelay(Due.RENEWAL, given.times().renewEvery());
            operation.outcome().complete(true);
        } else if (answered.reply() instanceof Taken taken) {
            getContext().getLog().debug("The lease {} belongs to {}", given.lease(), taken.owner());
            operation.outcome().complete(false);
        } else {
            operation.outcome().completeExceptionally(unanswered("acquired", answered.failure()));
        }
    }

    private LeaseException unanswered(String what, @Nullable Throwable failure) {
        String why = failure == null ? "the answer came too late to rely on" : String.valueOf(failure.getMessage());
        return new LeaseTimeoutException(
                "The lease " + given.lease() + " could not be " + what + " for " + given.owner()
                        + " within " + given.times().patience() + ": " + why
                        + ". A majority of uitto.members must be up, run the"
                        + " group of uitto.lease.group, and be reachable from here.");
    }

    private void onRenewalAnswered(Answered answered) {
        Optional<Tenure> held = given.tenure().held().filter(own -> own.claim().equals(answered.claim()));
        if (held.isEmpty()) {
            return;
        }
        if (answered.reply() instanceof Held) {
            long untilNanos = validityFrom(answered.sentNanos());
            if (untilNanos - held.get().untilNanos() > 0) {
                hold(new Tenure(answered.claim(), untilNanos));
            }
        } else if (answered.reply() != null) {
            lose(Optional.empty());
        } else {
            getContext()
                    .getLog()
                    .debug("A renewal of the lease {} was not answered", given.lease(), answered.failure());
        }
    }

    private void hold(Tenure held) {
        timers.startSingleTimer(Due.EXPIRY, Duration.ofNanos(Math.max(1, held.untilNanos() - now())));
        given.tenure().hold(held);
    }

    private Behavior<Input> onRenewalDue() {
        if (given.tenure().held().isPresent()) {
            ask(Optional.empty(), (claim, replyTo) -> new LeaseCommand.Renew(given.lease(), claim, replyTo));
        }
        return this;
    }

    private Behavior<Input> onExpiryDue() {
        given.tenure().held().ifPresent(held -> {
            if (held.isValidAt(now())) {
                hold(held); // The timer ran faster than the clock.
            } else {
                lose(Optional.of(new LeaseException("The lease " + given.lease() + " of " + given.owner()
                        + " could not be renewed for " + given.times().validity()
                        + ". What it protects must stop now: others may get it in "
                        + given.times().timeout().minus(given.times().validity())
                        + ". A majority of uitto.members must be up and reachable from here.")));
            }
        });
        return this;
    }

    private void lose(Optional<Throwable> reason) {
        end();
        getContext()
                .getLog()
                .warn(
                        "The lease {} of {} is lost: {}",
                        given.lease(),
                        given.owner(),
                        reason.map(Throwable::getMessage).orElse("someone else has taken it over"));
        try {
            onLoss.accept(reason);
        } catch (RuntimeException e) {
            getContext().getLog().error("What was to be told of the loss of the lease {} failed", given.lease(), e);
        }
    }

    private void end() {
        given.tenure().end();
        timers.cancel(Due.RENEWAL);
        timers.cancel(Due.EXPIRY);
    }

    private long validityFrom(long sentNanos) {
        return sentNanos + given.times().validity().toNanos();
    }

    private long now() {
        return given.clock().getAsLong();
    }
}
