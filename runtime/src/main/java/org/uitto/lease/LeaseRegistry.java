package org.uitto.lease;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.uitto.kryo.KryoSerializable;
import org.uitto.lease.LeaseCommand.Acquire;
import org.uitto.lease.LeaseCommand.Release;
import org.uitto.lease.LeaseCommand.Renew;
import org.uitto.lease.LeaseEvent.Granted;
import org.uitto.lease.LeaseEvent.Released;
import org.uitto.lease.LeaseReply.Held;
import org.uitto.lease.LeaseReply.NotHeld;
import org.uitto.lease.LeaseReply.Taken;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicaSignal;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.SignalHandler;

/**
 * All leases, as a replicated actor. Who has a lease is replicated; when it was last renewed only the leader knows, by its
 * own monotonic clock. A leader that has just been elected takes every lease for renewed at that moment.
 *
 * <p>That is never too early: a renewal is answered only once its leader is known to have led after it came in, and whoever
 * leads next was elected after that. So nobody else gets a lease before its timeout has passed since its owner sent the
 * last renewal that was answered.
 */
final class LeaseRegistry extends ReplicatedBehavior<LeaseCommand, LeaseEvent, LeaseRegistry.State> {
    /**
     * Who has a lease, or had it last and did not give it back.
     *
     * @param timeout how long after its last renewal it is nobody else's
     */
    record Tenancy(Claim claim, Duration timeout) implements KryoSerializable {}

    /** Every lease that was not given back, by its name. */
    record State(TreeMap<String, Tenancy> tenancies) implements KryoSerializable {
        @Nullable
        Tenancy of(String lease) {
            return tenancies.get(lease);
        }

        private State after(LeaseEvent event) {
            TreeMap<String, Tenancy> next = new TreeMap<>(tenancies);
            if (event instanceof Granted granted) {
                next.put(granted.lease(), new Tenancy(granted.claim(), granted.timeout()));
            } else {
                next.remove(event.lease());
            }
            return new State(next);
        }
    }

    private final LongSupplier clock;

    // Leader only, volatile: by names of leases.
    private final Map<String, Long> renewedAtNanos = new HashMap<>();
    private long leadingSinceNanos;

    /** @param clock monotonic nanoseconds */
    LeaseRegistry(LongSupplier clock) {
        this.clock = clock;
        this.leadingSinceNanos = clock.getAsLong();
    }

    @Override
    protected State emptyState() {
        return new State(new TreeMap<>());
    }

    @Override
    protected SignalHandler<State> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(ReplicaSignal.LeadershipGained.class, (state, gained) -> {
                    renewedAtNanos.clear();
                    leadingSinceNanos = clock.getAsLong();
                })
                .build();
    }

    @Override
    protected CommandHandler<LeaseCommand, LeaseEvent, State> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Acquire.class, this::acquire)
                .onCommand(Renew.class, this::renew)
                .onCommand(Release.class, this::release)
                .build();
    }

    private Effect<LeaseEvent, State> acquire(State state, Acquire command) {
        String lease = command.lease();
        Tenancy wanted = new Tenancy(command.claim(), command.timeout());
        Tenancy current = state.of(lease);
        if (wanted.equals(current)) {
            return held(lease, command.replyTo());
        } else if (current != null && !mayPass(lease, current, command.claim())) {
            return Effect().reply(command.replyTo(), new Taken(current.claim().owner()));
        }
        renewedAtNanos.put(lease, clock.getAsLong());
        return Effect()
                .persist(new Granted(lease, command.claim(), command.timeout()))
                .thenReply(command.replyTo(), after -> new Held());
    }

    /** Its owner takes a lease over from its own earlier attempts; others get it when its time is over. */
    private boolean mayPass(String lease, Tenancy current, Claim next) {
        return current.claim().owner().equals(next.owner())
                ? !next.isNoLaterThan(current.claim())
                : isOver(lease, current);
    }

    private boolean isOver(String lease, Tenancy tenancy) {
        long renewedAt = renewedAtNanos.getOrDefault(lease, leadingSinceNanos);
        return clock.getAsLong() - renewedAt >= tenancy.timeout().toNanos();
    }

    private Effect<LeaseEvent, State> renew(State state, Renew command) {
        Tenancy current = state.of(command.lease());
        return current != null && current.claim().equals(command.claim())
                ? held(command.lease(), command.replyTo())
                : Effect().reply(command.replyTo(), new NotHeld());
    }

    private Effect<LeaseEvent, State> held(String lease, ActorRef<LeaseReply> replyTo) {
        renewedAtNanos.put(lease, clock.getAsLong());
        return Effect().reply(replyTo, new Held());
    }

    private Effect<LeaseEvent, State> release(State state, Release command) {
        Tenancy current = state.of(command.lease());
        if (current == null || !current.claim().isNoLaterThan(command.claim())) {
            return Effect().reply(command.replyTo(), new NotHeld());
        }
        renewedAtNanos.remove(command.lease());
        return Effect().persist(new Released(command.lease())).thenReply(command.replyTo(), after -> new NotHeld());
    }

    @Override
    protected EventHandler<State, LeaseEvent> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(LeaseEvent.class, State::after)
                .build();
    }
}
