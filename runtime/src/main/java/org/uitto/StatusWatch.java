package org.uitto;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.uitto.StatusChange.Changed;
import org.uitto.StatusChange.Ended;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaStatus;

/**
 * Tells one listener how the groups of this node stand, whenever that has changed. It looks at fixed intervals, for indexes
 * move with every command, and at once when a role changes. Ends with its listener.
 */
final class StatusWatch extends AbstractBehavior<StatusWatch.Input> {
    /** What a watch hears. */
    sealed interface Input {}

    private enum Look implements Input {
        INSTANCE
    }

    private record Seen(ReplicaStatus status) implements Input {}

    private record RoleSeen(RoleChanged changed) implements Input {}

    private final Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas;
    private final ActorRef<? super StatusChange> listener;
    private final ActorRef<ReplicaStatus> answers;
    private final Map<GroupId, ReplicaStatus> known = new HashMap<>();
    private Map<GroupId, ActorRef<ReplicaInput>> present = Map.of();

    private StatusWatch(
            ActorContext<Input> context,
            Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas,
            ActorRef<? super StatusChange> listener) {
        super(context);
        this.replicas = replicas;
        this.listener = listener;
        this.answers = context.messageAdapter(ReplicaStatus.class, Seen::new);
        context.watch(listener);
        context.getSystem()
                .eventStream()
                .tell(new EventStream.Subscribe<>(
                        RoleChanged.class, context.messageAdapter(RoleChanged.class, RoleSeen::new)));
    }

    /**
     * A watch.
     *
     * @param replicas the replicas of this node at this moment
     */
    static Behavior<Input> create(
            Supplier<? extends Map<GroupId, ActorRef<ReplicaInput>>> replicas,
            Duration interval,
            ActorRef<? super StatusChange> listener) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Look.INSTANCE, Duration.ZERO, interval);
            return new StatusWatch(context, replicas, listener);
        }));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Look.INSTANCE, this::onLook)
                .onMessage(Seen.class, this::onSeen)
                .onMessage(RoleSeen.class, this::onRoleSeen)
                .onSignal(Terminated.class, signal -> Behaviors.stopped())
                .build();
    }

    private Behavior<Input> onLook() {
        present = replicas.get();
        for (GroupId group : List.copyOf(known.keySet())) {
            if (!present.containsKey(group)) {
                known.remove(group);
                listener.tell(new Ended(group));
            }
        }
        present.values().forEach(this::ask);
        return this;
    }

    private Behavior<Input> onRoleSeen(RoleSeen seen) {
        present = replicas.get();
        ActorRef<ReplicaInput> replica = present.get(seen.changed().group());
        if (replica != null) {
            ask(replica);
        }
        return this;
    }

    private void ask(ActorRef<ReplicaInput> replica) {
        replica.tell(new GetReplicaStatus(answers, false));
    }

    private Behavior<Input> onSeen(Seen seen) {
        GroupId group = seen.status().group().group();
        ReplicaStatus now = seen.status().withoutTimes();
        if (present.containsKey(group) && !now.equals(known.put(group, now))) {
            listener.tell(new Changed(seen.status()));
        }
        return this;
    }
}
