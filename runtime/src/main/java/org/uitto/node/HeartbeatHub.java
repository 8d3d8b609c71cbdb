package org.uitto.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerCrashed;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Merges the heartbeats of all groups of a node: what is sent to one peer within a moment travels as one message. It carries
 * and decides nothing: each group's heartbeat reaches the one actor that owns the group's term.
 *
 * <p>It also has the nodes watched that lead any of the groups, and tells all groups when one of them has crashed.
 */
public final class HeartbeatHub extends AbstractBehavior<HeartbeatHub.Message> {
    /** What the hub hears. */
    public sealed interface Message {}

    /** A heartbeat, or the answer to one, of a group on this node. */
    record Outgoing(Contact to, PeerEnvelope envelope) implements Message {}

    /**
     * This node takes part in {@code group}: whoever hears of it sends {@code raft} that group's heartbeats. Said anew at each
     * start.
     */
    public record Hosted(GroupId group, ActorRef<RaftInput> raft) implements Message {}

    /** Heartbeats of another node, of many groups. */
    public record Heartbeats(List<PeerEnvelope> envelopes) implements Message {
        public Heartbeats {
            envelopes = List.copyOf(envelopes);
        }
    }

    /** The process of {@code node} is gone. */
    private record Crashed(NodeId node) implements Message {}

    private enum Flush implements Message {
        INSTANCE
    }

    /** So short that no election timeout minds it, and long enough for the groups of a node to get their turn. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final int MAX_PER_MESSAGE = 1000;

    private final TimerScheduler<Message> timers;
    private final Members members;
    private final Map<Contact, List<PeerEnvelope>> gathered = new HashMap<>();
    private final Map<GroupId, ActorRef<RaftInput>> hosted = new HashMap<>();
    private final Optional<WatchedLeaders> leaders;

    private HeartbeatHub(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Members members,
            Optional<LongSupplier> clock) {
        super(context);
        this.timers = timers;
        this.members = members;
        this.leaders = clock.map(nanos -> new WatchedLeaders(nanos, this::watch));
    }

    /**
     * The hub of a node.
     *
     * @param clock monotonic nanoseconds, by which nodes that lead are watched; empty if they are not
     */
    public static Behavior<Message> create(Members members, Optional<LongSupplier> clock) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new HeartbeatHub(context, timers, members, clock)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Hosted.class, this::onHosted)
                .onMessage(Outgoing.class, this::onOutgoing)
                .onMessage(Heartbeats.class, this::onHeartbeats)
                .onMessage(Crashed.class, this::onCrashed)
                .onMessageEquals(Flush.INSTANCE, this::onFlush)
                .build();
    }

    private Behavior<Message> onOutgoing(Outgoing outgoing) {
        if (gathered.isEmpty()) {
            timers.startSingleTimer(Flush.INSTANCE, GATHERING);
        }
        gathered.computeIfAbsent(outgoing.to(), added -> new ArrayList<>()).add(outgoing.envelope());
        return this;
    }

    private Behavior<Message> onFlush() {
        gathered.forEach((contact, envelopes) -> {
            // By selection: the other hub has the same name in each process, and may not be there yet, see
            // ReplicaAddress.
            ActorSelection hub =
                    Adapter.toClassic(getContext().getSystem()).actorSelection(members.heartbeatsPath(contact));
            for (int from = 0; from < envelopes.size(); from += MAX_PER_MESSAGE) {
                List<PeerEnvelope> some = envelopes.subList(from, Math.min(envelopes.size(), from + MAX_PER_MESSAGE));
                hub.tell(new Heartbeats(some), org.apache.pekko.actor.ActorRef.noSender());
            }
        });
        gathered.clear();
        return this;
    }

    /** Heartbeats of a group that is not hosted here, or not yet, are for nobody. */
    private Behavior<Message> onHeartbeats(Heartbeats heartbeats) {
        boolean fromLeader = false;
        for (PeerEnvelope envelope : heartbeats.envelopes()) {
            ActorRef<RaftInput> raft = hosted.get(envelope.group());
            if (raft != null) {
                raft.tell(envelope);
                if (!fromLeader && envelope.message() instanceof Heartbeat) {
                    fromLeader = true;
                    leaders.ifPresent(watched -> watched.heard(envelope));
                }
            }
        }
        return this;
    }

    private void watch(NodeId node, Contact contact) {
        ActorRef<Message> self = getContext().getSelf();
        getContext().spawnAnonymous(CrashWatch.create(contact, () -> self.tell(new Crashed(node))));
    }

    private Behavior<Message> onCrashed(Crashed crashed) {
        leaders.ifPresent(watched -> watched.crashed(crashed.node()));
        hosted.values().forEach(raft -> raft.tell(new PeerCrashed(crashed.node())));
        return this;
    }

    private Behavior<Message> onHosted(Hosted added) {
        hosted.put(added.group(), added.raft());
        return this;
    }
}
