package org.uitto.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.log.GroupId;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Merges the heartbeats of all groups of a node: what is sent to one peer within a moment travels as one message. It carries
 * and decides nothing: each group's heartbeat reaches the one actor that owns the group's term.
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

    private enum Flush implements Message {
        INSTANCE
    }

    /** So short that no election timeout minds it, and long enough for the groups of a node to get their turn. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final int MAX_PER_MESSAGE = 1000;

    private final ActorRefResolver resolver;
    private final TimerScheduler<Message> timers;
    private final Members members;
    private final Map<Contact, List<PeerEnvelope>> gathered = new HashMap<>();
    private final Map<GroupId, ActorRef<RaftInput>> hosted = new HashMap<>();

    private HeartbeatHub(ActorContext<Message> context, TimerScheduler<Message> timers, Members members) {
        super(context);
        this.resolver = ActorRefResolver.get(context.getSystem());
        this.timers = timers;
        this.members = members;
    }

    /** The hub of a node. */
    public static Behavior<Message> create(Members members) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new HeartbeatHub(context, timers, members)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Hosted.class, this::onHosted)
                .onMessage(Outgoing.class, this::onOutgoing)
                .onMessage(Heartbeats.class, this::onHeartbeats)
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
            ActorRef<Message> hub = resolver.resolveActorRef(members.heartbeatsPath(contact));
            for (int from = 0; from < envelopes.size(); from += MAX_PER_MESSAGE) {
                hub.tell(new Heartbeats(envelopes.subList(from, Math.min(envelopes.size(), from + MAX_PER_MESSAGE))));
            }
        });
        gathered.clear();
        return this;
    }

    /** Heartbeats of a group that is not hosted here, or not yet, are for nobody. */
    private Behavior<Message> onHeartbeats(Heartbeats heartbeats) {
        for (PeerEnvelope envelope : heartbeats.envelopes()) {
            ActorRef<RaftInput> raft = hosted.get(envelope.group());
            if (raft != null) {
                raft.tell(envelope);
            }
        }
        return this;
    }

    private Behavior<Message> onHosted(Hosted added) {
        hosted.put(added.group(), added.raft());
        return this;
    }
}
