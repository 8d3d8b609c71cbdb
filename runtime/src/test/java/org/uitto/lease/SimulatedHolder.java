package org.uitto.lease;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.uitto.replicated.ReplicatedBehavior;

/** The parts of a lease for a simulated world, where clocks and actors are the world's. */
public final class SimulatedHolder {
    private final LongSupplier clock;
    private final SharedTenure tenure = new SharedTenure();

    /** @param clock that of the holder's machine */
    public SimulatedHolder(LongSupplier clock) {
        this.clock = clock;
    }

    /** The registry, to be replicated. */
    public static ReplicatedBehavior<?, ?, ?> registry(LongSupplier clock) {
        return new LeaseRegistry(clock);
    }

    /** A keeper of the one lease there is. */
    public Behavior<Object> keeper(String owner, long session, Duration timeout, ActorRef<Object> registry) {
        LeaseTimes times = new LeaseTimes(
                timeout.dividedBy(10), timeout, timeout.multipliedBy(9).dividedBy(10), timeout.dividedBy(4));
        return LeaseKeeper.create(
                        new LeaseKeeper.Given("lease", owner, session, times, registry.narrow(), clock, tenure))
                .unsafeCast();
    }

    /** Asks for the lease through the holder's keeper. */
    public static CompletableFuture<Boolean> acquire(ActorRef<Object> keeper, Runnable onLoss) {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper.tell(new LeaseKeeper.Acquire(outcome, reason -> onLoss.run()));
        return outcome;
    }

    /** Gives the lease back through the holder's keeper. */
    public static CompletableFuture<Boolean> release(ActorRef<Object> keeper) {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper.tell(new LeaseKeeper.Release(outcome));
        return outcome;
    }

    /** Whether the holder relies on the lease now. */
    public boolean has() {
        return tenure.isValidAt(clock.getAsLong());
    }
}
