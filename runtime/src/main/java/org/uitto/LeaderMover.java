package org.uitto;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.TransferOutcome;
import org.uitto.role.GroupStatus;

/** Looks now and then at the groups that this node leads, and hands those over that {@link LeaderPlacement} wants elsewhere. */
final class LeaderMover extends AbstractBehavior<LeaderMover.Input> {
    /** What the mover hears. */
    sealed interface Input {}

    private enum Look implements Input {
        INSTANCE
    }

    private record Seen(ReplicaStatus status) implements Input {}

    private record Moved(TransferOutcome outcome) implements Input {}

    private final Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas;
    private final LeaderPlacement placement;
    private final LongSupplier clock;
    private final ActorRef<ReplicaStatus> statuses;
    private final ActorRef<TransferOutcome> outcomes;

    private LeaderMover(
            ActorContext<Input> context,
            Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas,
            LeaderPlacement placement,
            LongSupplier clock) {
        super(context);
        this.replicas = replicas;
        this.placement = placement;
        this.clock = clock;
        this.statuses = context.messageAdapter(ReplicaStatus.class, Seen::new);
        this.outcomes = context.messageAdapter(TransferOutcome.class, Moved::new);
    }

    /**
     * The mover of a node.
     *
     * @param replicas the replicas of this node at this moment
     * @param interval how often to look
     * @param clock monotonic nanoseconds
     */
    static Behavior<Input> create(
            Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas,
            LeaderPlacement placement,
            Duration interval,
            LongSupplier clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Look.INSTANCE, interval);
            return new LeaderMover(context, replicas, placement, clock);
        }));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Look.INSTANCE, this::onLook)
                .onMessage(Seen.class, this::onSeen)
                .onMessage(Moved.class, this::onMoved)
                .build();
    }

    private Behavior<Input> onLook() {
        replicas.get().forEach((group, replica) -> {
            if (placement.concerns(group)) {
                replica.tell(new GetReplicaStatus(statuses, false));
            }
        });
        return this;
    }

    private Behavior<Input> onSeen(Seen seen) {
        GroupStatus status = seen.status().group();
        placement.successor(status, clock.getAsLong()).ifPresent(successor -> {
            ActorRef<ReplicaInput> replica = replicas.get().get(status.group());
            if (replica != null) {
                getContext()
                        .getLog()
                        .info(
                                "Node {} hands leadership of group {} over to {}, which is to lead it if it can",
                                status.node(),
                                status.group(),
                                successor);
                replica.tell(new HandOver(Optional.of(successor), outcomes));
            }
        });
        return this;
    }

    private Behavior<Input> onMoved(Moved moved) {
        getContext().getLog().debug("Handing leadership over ended with {}", moved.outcome());
        return this;
    }
}
