package org.uitto.samples.clusterpage;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.uitto.Raft;
import org.uitto.RoleChanged;
import org.uitto.StatusChange;

/** Keeps this node's record: what changes, as it changes, and a sample each second. */
final class RecordKeeper extends AbstractBehavior<RecordKeeper.Input> {
    /** What the keeper hears. */
    sealed interface Input {}

    private record StatusSeen(StatusChange change) implements Input {}

    private record RoleSeen(RoleChanged change) implements Input {}

    private enum Sample implements Input {
        INSTANCE
    }

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final NodeRecord node;

    private RecordKeeper(ActorContext<Input> context, NodeRecord node) {
        super(context);
        this.node = node;
        ActorRef<RoleChanged> roles = context.messageAdapter(RoleChanged.class, RoleSeen::new);
        context.getSystem().eventStream().tell(new EventStream.Subscribe<>(RoleChanged.class, roles));
        Raft.get(context.getSystem()).watch(EVERY, context.messageAdapter(StatusChange.class, StatusSeen::new));
    }

    /** The actor; one a node. */
    static Behavior<Input> create(NodeRecord node) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerAtFixedRate(Sample.INSTANCE, EVERY);
            return new RecordKeeper(context, node);
        }));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessage(StatusSeen.class, seen -> onStatus(seen.change()))
                .onMessage(RoleSeen.class, this::onRole)
                .onMessageEquals(Sample.INSTANCE, this::onSample)
                .build();
    }

    private Behavior<Input> onStatus(StatusChange change) {
        if (change instanceof StatusChange.Changed changed) {
            node.statusIs(changed.status(), System.currentTimeMillis());
        } else {
            node.ended(change.group());
        }
        return this;
    }

    private Behavior<Input> onRole(RoleSeen seen) {
        node.roleIs(seen.change(), System.currentTimeMillis());
        return this;
    }

    private Behavior<Input> onSample() {
        node.sample(System.currentTimeMillis());
        return this;
    }
}
