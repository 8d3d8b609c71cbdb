package org.uitto.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.Quiescent;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.LeaderQuiescent;
import org.uitto.role.RaftInput.PeerCrashed;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Merges the heartbeats of all groups of a node: what is sent to one peer within a moment travels as one message. It carries
 * and decides nothing: each group's heartbeat reaches the one actor that owns the group's term.
 *
 * <p>For groups that are {@link Quiescent} it speaks and listens itself, for all of them at once, and wakes them if the other side is
 * not heard.
 *
 * <p>It also has the nodes watched that lead any of the groups, and tells all groups when one of them has crashed.
 */
public final class HeartbeatHub extends AbstractBehavior<HeartbeatHub.Message> {
    /** What the hub hears. */
    public sealed interface Message {}

    /** A heartbeat, or the answer to one, of a group on this node. */
    public record Outgoing(Contact to, PeerEnvelope envelope) implements Message {}

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

    /**
     * This node's part in {@code group} is quiescent from now on.
     *
     * @param followers where to say so, if this node leads the group; else empty
     * @param raft is told to wake
     */
    public record Quiesces(GroupId group, Quiescent quiescent, List<Contact> followers, ActorRef<RaftInput> raft)
            implements Message {
        public Quiesces {
            followers = List.copyOf(followers);
        }
    }

    /** This node's part in {@code group} is quiescent no more. */
    public record Wakes(GroupId group) implements Message {}

    /** A quiescent group. */
    public record QuiescentGroup(GroupId group, Quiescent quiescent) {}

    /**
     * Another node leads these groups still.
     *
     * @param from where that node is
     * @param to where it believes this one to be; comes back
     * @param version of the list of which these are a part
     * @param total how many groups that list has
     */
    public record QuiescentGroups(Contact from, Contact to, long version, int total, List<QuiescentGroup> part)
            implements Message {
        public QuiescentGroups {
            part = List.copyOf(part);
        }
    }

    /** Another node leads the groups of its list of this version still. */
    public record StillQuiescent(Contact from, Contact to, long version) implements Message {}

    /**
     * The answer to {@link QuiescentGroups} and {@link StillQuiescent}.
     *
     * @param at where the node is that answers, as it was addressed
     * @param known whether it has the list of this version
     * @param unknown groups of that list of which it has no replica
     */
    public record QuiescentGroupsHeard(Contact at, long version, boolean known, List<GroupId> unknown)
            implements Message {
        public QuiescentGroupsHeard {
            unknown = List.copyOf(unknown);
        }
    }

    /** The actor of a replica has ended. */
    private record Gone(GroupId group, ActorRef<RaftInput> raft) implements Message {}

    /** The process of {@code node} is gone. */
    private record Crashed(NodeId node) implements Message {}

    private enum Flush implements Message {
        INSTANCE
    }

    private enum QuiescenceTick implements Message {
        INSTANCE
    }

    /** Carries a message to the hub of the node at {@code to}, at most once. */
    @FunctionalInterface
    public interface Link {
        /** Sends {@code message}. Never blocks, never throws. */
        void send(Contact to, Message message);
    }

    /**
     * What a hub needs.
     *
     * @param own where this node is, for the others
     * @param link the way to the others
     * @param interval how often it speaks for the quiescent
     * @param silence after how long without a word the other side of a quiescent group may be gone
     * @param clock monotonic nanoseconds
     * @param random draws what tells this process from earlier ones
     * @param noticesCrashes whether nodes that lead are watched
     */
    public record Given(
            Contact own,
            Link link,
            Duration interval,
            Duration silence,
            LongSupplier clock,
            RandomGenerator random,
            boolean noticesCrashes) {}

    /** So short that no election timeout minds it, and long enough for the groups of a node to get their turn. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final int MAX_PER_MESSAGE = 1000;

    private final TimerScheduler<Message> timers;
    private final Given given;
    private final Map<Contact, List<PeerEnvelope>> gathered = new HashMap<>();
    private final Map<GroupId, ActorRef<RaftInput>> hosted = new HashMap<>();
    private final Optional<WatchedLeaders> leaders;
    private final Quiescence quiescence;

    private HeartbeatHub(ActorContext<Message> context, TimerScheduler<Message> timers, Given given) {
        super(context);
        this.timers = timers;
        this.given = given;
        this.leaders =
                given.noticesCrashes() ? Optional.of(new WatchedLeaders(given.clock(), this::watch)) : Optional.empty();
        this.quiescence =
                new Quiescence(given.silence().toNanos(), given.random().nextLong());
    }

    /** The hub of a node. */
    public static Behavior<Message> create(Given given) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new HeartbeatHub(context, timers, given)));
    }

    /** The way to the hubs of {@code members} and of whoever else is in the cluster. */
    public static Link link(ActorSystem<?> system, Members members) {
        // By selection: the other hub has the same name in each process, and may not be there yet, see ReplicaAddress.
        return (to, message) -> Adapter.toClassic(system)
                .actorSelection(members.heartbeatsPath(to))
                .tell(message, org.apache.pekko.actor.ActorRef.noSender());
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Hosted.class, this::onHosted)
                .onMessage(Outgoing.class, this::onOutgoing)
                .onMessage(Heartbeats.class, this::onHeartbeats)
                .onMessage(Quiesces.class, this::onQuiesces)
                .onMessage(Wakes.class, this::onWakes)
                .onMessage(QuiescentGroups.class, this::onQuiescentGroups)
                .onMessage(StillQuiescent.class, this::onStillQuiescent)
                .onMessage(QuiescentGroupsHeard.class, this::onQuiescentGroupsHeard)
                .onMessageEquals(QuiescenceTick.INSTANCE, this::onQuiescenceTick)
                .onMessage(Gone.class, this::onGone)
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
            parts(envelopes, part -> given.link().send(contact, new Heartbeats(part)));
        });
        gathered.clear();
        return this;
    }

    private static <T> void parts(List<T> all, Consumer<List<T>> each) {
        for (int from = 0; from < all.size(); from += MAX_PER_MESSAGE) {
            each.accept(all.subList(from, Math.min(all.size(), from + MAX_PER_MESSAGE)));
        }
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
                    leaders.ifPresent(
                            watched -> watched.heard(envelope.message().from(), envelope.contact()));
                }
            }
        }
        return this;
    }

    private Behavior<Message> onQuiesces(Quiesces part) {
        QuiescentGroup group = new QuiescentGroup(part.group(), part.quiescent());
        if (quiescence.isEmpty()) {
            timers.startTimerAtFixedRate(QuiescenceTick.INSTANCE, given.interval());
        }
        if (part.followers().isEmpty()) {
            quiescence.follows(group, part.raft(), now());
        } else {
            quiescence.leads(group, part.followers(), part.raft(), now());
        }
        return this;
    }

    private Behavior<Message> onWakes(Wakes part) {
        quiescence.wakes(part.group());
        return this;
    }

    private Behavior<Message> onQuiescenceTick() {
        quiescence.wakeTheUnheard(now());
        quiescence.tell(new Quiescence.Teller() {
            @Override
            public void list(Contact to, long version, List<QuiescentGroup> groups) {
                parts(
                        groups,
                        part -> given.link()
                                .send(to, new QuiescentGroups(given.own(), to, version, groups.size(), part)));
            }

            @Override
            public void still(Contact to, long version) {
                given.link().send(to, new StillQuiescent(given.own(), to, version));
            }
        });
        if (quiescence.isEmpty()) {
            timers.cancel(QuiescenceTick.INSTANCE);
        }
        return this;
    }

    private Behavior<Message> onQuiescentGroups(QuiescentGroups told) {
        boolean all = quiescence.heardPart(told.from(), told.version(), told.total(), told.part(), now());
        if (all) {
            answer(told.from(), told.to(), told.version());
        }
        return this;
    }

    private Behavior<Message> onStillQuiescent(StillQuiescent told) {
        if (quiescence.heardStill(told.from(), told.version(), now())) {
            answer(told.from(), told.to(), told.version());
        } else {
            given.link().send(told.from(), new QuiescentGroupsHeard(told.to(), told.version(), false, List.of()));
        }
        return this;
    }

    /** A replica that does not rest as its leader says is told so, and wakes the leader if it sees it otherwise. */
    private void answer(Contact leader, Contact addressed, long version) {
        List<GroupId> unknown = new ArrayList<>();
        quiescence.withOthers(leader, group -> {
            ActorRef<RaftInput> raft = hosted.get(group.group());
            if (raft == null) {
                unknown.add(group.group());
            } else {
                raft.tell(new LeaderQuiescent(group.quiescent()));
            }
        });
        given.link().send(leader, new QuiescentGroupsHeard(addressed, version, true, unknown));
    }

    private Behavior<Message> onQuiescentGroupsHeard(QuiescentGroupsHeard heard) {
        quiescence.answered(heard.at(), heard.version(), heard.known(), heard.unknown(), now());
        return this;
    }

    private long now() {
        return given.clock().getAsLong();
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
        quiescence.wakes(added.group());
        getContext().watchWith(added.raft(), new Gone(added.group(), added.raft()));
        return this;
    }

    private Behavior<Message> onGone(Gone gone) {
        if (hosted.remove(gone.group(), gone.raft())) {
            quiescence.wakes(gone.group());
        }
        return this;
    }
}
