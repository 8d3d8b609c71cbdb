package org.uitto.lease;

import com.typesafe.config.Config;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.jspecify.annotations.Nullable;

/**
 * A lease of Pekko Coordination that a majority of the members of a Uitto cluster vouches for. Made by Pekko, where {@code
 * uitto.lease} is named as the lease to use:
 *
 * <pre>{@code pekko.cluster.singleton.use-lease = "uitto.lease"}</pre>
 *
 * <p>Its owner is told of the loss {@code stop-margin} before anyone else can get the lease: when no renewal has been
 * answered for {@code heartbeat-timeout} less {@code stop-margin} since it was sent, by the owner's monotonic clock. This
 * holds as long as the clocks of owner and leader run at speeds that differ by less than {@code stop-margin} is of {@code
 * heartbeat-timeout}, and as long as a machine's monotonic clock does not stand still while it is suspended. Thread-safe.
 */
public final class ReplicatedLease extends Lease {
    private final LeaseSettings settings;
    private final LongSupplier clock = System::nanoTime;
    private final SharedTenure tenure = new SharedTenure();
    private final Leases leases;
    private final LeaseKeeper.Given given;
    private @Nullable ActorRef<LeaseKeeper.Input> keeper;

    /** Called by Pekko. */
    public ReplicatedLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        Config config =
                settings.leaseConfig().withFallback(system.settings().config().getConfig("uitto.lease"));
        LeaseTimes times = LeaseTimes.of(settings.timeoutSettings(), config, "uitto.lease.stop-margin");
        this.leases = Leases.get(Adapter.toTyped(system));
        this.given = new LeaseKeeper.Given(
                settings.leaseName(),
                settings.ownerName(),
                UUID.randomUUID().getLeastSignificantBits(),
                times,
                leases.registry(),
                clock,
                tenure);
    }

    /** Started when it is first needed: Pekko makes two leases to see whether they are of Scala's kind, and uses one. */
    private synchronized ActorRef<LeaseKeeper.Input> keeper() {
        ActorRef<LeaseKeeper.Input> started = keeper == null ? leases.startKeeper(LeaseKeeper.create(given)) : keeper;
        keeper = started;
        return started;
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(reason -> {});
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLostCallback) {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper().tell(new LeaseKeeper.Acquire(outcome, leaseLostCallback));
        return outcome;
    }

    @Override
    public CompletionStage<Boolean> release() {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        keeper().tell(new LeaseKeeper.Release(outcome));
        return outcome;
    }

    @Override
    public boolean checkLease() {
        return tenure.isValidAt(clock.getAsLong());
    }
}
