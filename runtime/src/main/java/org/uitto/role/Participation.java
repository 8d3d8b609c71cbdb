package org.uitto.role;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;

/**
 * One node's part in one group, with all that it needs for it.
 *
 * @param contact where this node is reached, for its peers
 * @param configuration who takes part as long as the log does not say; {@link Configuration#UNKNOWN} on a node that its group
 *     is yet to add
 * @param settings timeouts and windows
 * @param transport the way to the peers
 * @param stateMachine the actor that holds the replicated state
 * @param clock monotonic nanoseconds
 * @param random draws election timeouts
 * @param observer watches each decision
 */
public record Participation(
        GroupId group,
        NodeId self,
        String contact,
        Configuration configuration,
        RaftSettings settings,
        PeerTransport transport,
        ActorRef<RaftNotice> stateMachine,
        LongSupplier clock,
        RandomGenerator random,
        RoleObserver observer) {
    /** The actor that takes part. It recovers its log from the journal first, by itself. */
    public Behavior<RaftInput> behavior() {
        return Behaviors.setup(context -> {
            context.setLoggerName(Participation.class);
            return Behaviors.withTimers(timers -> new Recovering(this, context, timers));
        });
    }
}
