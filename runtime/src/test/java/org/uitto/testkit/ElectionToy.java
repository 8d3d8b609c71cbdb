package org.uitto.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.log.NodeId;
import org.uitto.testkit.VoteStore.Ballot;

/**
 * A toy for the simulation to work on: nodes that elect a leader by majority, each keeping its votes on its disk before
 * they leave. Its one rule is that no term has two leaders.
 */
final class ElectionToy {
    private final World world;
    private final SimulatedSystem system;
    private final List<NodeId> members;
    private final boolean votesAreDurable;
    private final Map<NodeId, org.apache.pekko.actor.typed.ActorRef<Object>> refs = new HashMap<>();
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private int startCount;
    private boolean harassed;

    private record Timeout() {}

    private record VoteRequest(long term, NodeId from) {}

    private record Vote(long term, NodeId from) {}

    private record Heartbeat(long term) {}

    ElectionToy(World world, SimulationConfig config, List<NodeId> members, boolean votesAreDurable) {
        this.world = world;
        this.system = world.boot(config);
        this.members = members;
        this.votesAreDurable = votesAreDurable;
    }

    static ElectionToy start(World world, SimulationConfig config, int count) {
        return start(world, config, count, true);
    }

    static ElectionToy start(World world, SimulationConfig config, int count, boolean votesAreDurable) {
        ElectionToy toy = new ElectionToy(world, config, names(count), votesAreDurable);
        toy.members.forEach(toy::start);
        return toy;
    }

    static List<NodeId> names(int count) {
        return java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(number -> new NodeId("n" + number))
                .toList();
    }

    List<NodeId> members() {
        return members;
    }

    Map<Long, NodeId> leaders() {
        return leaders;
    }

    void start(NodeId id) {
        SeededRandom random = world.random("toy " + id + " " + ++startCount);
        Behavior<Object> behavior =
                Behaviors.setup(context -> Behaviors.withTimers(timers -> new Member(context, timers, random, id)));
        system.start(world.node(id), behavior, ref -> refs.put(id, ref));
    }

    /** Starts to kill and restart nodes, cut and heal links and stall disks, until {@link #leaveInPeace()}. */
    void harass() {
        harassed = true;
        SeededRandom random = world.random("chaos");
        world.network().conditions(NetworkConditions.drawn(world.random("network swarm")));
        members.forEach(id -> world.disks().of(id).conditions(DiskConditions.drawn(world.random("disk swarm " + id))));
        members.forEach(
                id -> world.node(id).clock().drift(world.random("drift " + id).between(-50_000, 50_000)));
        world.after(Duration.ofMillis(random.between(1, 400)), () -> strike(random));
    }

    /** Ends the harassing, heals the network and wakes the paused; the dead that are due come back. */
    void leaveInPeace() {
        harassed = false;
        world.network().healAll();
        world.network().conditions(NetworkConditions.calm());
        members.forEach(id -> world.node(id).resume());
        members.forEach(id -> world.disks().of(id).release());
    }

    private void kill(NodeId id, Duration downFor) {
        world.node(id).kill();
        world.after(downFor, () -> start(id));
    }

    private void strike(SeededRandom random) {
        if (!harassed) {
            return;
        }
        NodeId id = members.get(random.below(members.size()));
        NodeId other = members.get(random.below(members.size()));
        SimulatedNode node = world.node(id);
        SimulatedDisk disk = world.disks().of(id);
        Duration later = Duration.ofMillis(random.between(1, 1_000));
        switch (random.below(6)) {
            case 0 -> {
                if (node.isUp()) {
                    kill(id, later);
                }
            }
            case 1 -> {
                node.pause();
                world.after(later, node::resume);
            }
            case 2 -> {
                disk.stall();
                world.after(later, disk::release);
            }
            case 3 -> world.network().cut(new SimulatedNetwork.Link(id, other));
            case 4 -> world.network().isolate(id);
            default -> world.network().healAll();
        }
        world.after(Duration.ofMillis(random.between(1, 400)), () -> strike(random));
    }

    private void deliver(NodeId to, Object message) {
        var ref = refs.get(to);
        if (ref != null) {
            ref.tell(message);
        }
    }

    private void lead(long term, NodeId id) {
        world.trace().add("leader " + id, term);
        NodeId before = leaders.putIfAbsent(term, id);
        if (before != null && !before.equals(id)) {
            world.fail(new AssertionError("Term " + term + " has two leaders, " + before + " and " + id));
        }
    }

    /** One node: a follower until its timeout, then a candidate, and a leader if a majority votes for it. */
    private final class Member extends AbstractBehavior<Object> {
        private final TimerScheduler<Object> timers;
        private final SeededRandom random;
        private final NodeId id;
        private final ActorRef store;
        private final Set<NodeId> votes = new HashSet<>();
        private Ballot given = new Ballot(0, "");
        private boolean leading;
        private boolean recovered;

        Member(ActorContext<Object> context, TimerScheduler<Object> timers, SeededRandom random, NodeId id) {
            super(context);
            this.timers = timers;
            this.random = random;
            this.id = id;
            ActorRef self = Adapter.toClassic(context.getSelf());
            this.store = Adapter.actorOf(context, VoteStore.props("uitto/toy/" + id, self), "votes");
        }

        @Override
        public Receive<Object> createReceive() {
            return newReceiveBuilder()
                    .onMessage(VoteStore.Recovered.class, this::onRecovered)
                    .onMessage(VoteStore.Durable.class, durable -> onVoted(durable.ballot()))
                    .onMessage(Timeout.class, timeout -> onTimeout())
                    .onMessage(VoteRequest.class, this::onVoteRequest)
                    .onMessage(Vote.class, this::onVote)
                    .onMessage(Heartbeat.class, this::onHeartbeat)
                    .build();
        }

        private Behavior<Object> onRecovered(VoteStore.Recovered message) {
            given = message.last();
            recovered = true;
            restartTimer();
            return this;
        }

        private Behavior<Object> onTimeout() {
            if (leading) {
                toOthers(new Heartbeat(given.term()));
            } else {
                votes.clear();
                give(new Ballot(given.term() + 1, id.value()));
            }
            restartTimer();
            return this;
        }

        private Behavior<Object> onVoteRequest(VoteRequest request) {
            if (recovered && request.term() > given.term()) {
                give(new Ballot(request.term(), request.from().value()));
                restartTimer();
            }
            return this;
        }

        private void give(Ballot ballot) {
            given = ballot;
            leading = false;
            store.tell(ballot, ActorRef.noSender());
            if (!votesAreDurable) {
                onVoted(ballot);
            }
        }

        private Behavior<Object> onVoted(Ballot ballot) {
            if (!ballot.equals(given)) {
                return this;
            }
            if (ballot.candidate().equals(id.value())) {
                toOthers(new VoteRequest(ballot.term(), id));
                onVote(new Vote(ballot.term(), id));
            } else {
                send(new NodeId(ballot.candidate()), new Vote(ballot.term(), id));
            }
            return this;
        }

        private Behavior<Object> onVote(Vote vote) {
            if (vote.term() == given.term() && given.candidate().equals(id.value()) && votes.add(vote.from())) {
                if (!leading && votes.size() > members.size() / 2) {
                    leading = true;
                    lead(vote.term(), id);
                    toOthers(new Heartbeat(vote.term()));
                    restartTimer();
                }
            }
            return this;
        }

        private Behavior<Object> onHeartbeat(Heartbeat heartbeat) {
            if (recovered && heartbeat.term() >= given.term() && !leading) {
                restartTimer();
            }
            return this;
        }

        private void restartTimer() {
            long millis = leading ? 50 : random.between(150, 300);
            timers.startSingleTimer("timeout", new Timeout(), Duration.ofMillis(millis));
        }

        private void toOthers(Object message) {
            members.stream().filter(other -> !other.equals(id)).forEach(other -> send(other, message));
        }

        private void send(NodeId to, Object message) {
            world.network().send(id, to, message, arrived -> deliver(to, arrived));
            if (harassed && world.node(id).isUp() && random.chance(0.02)) {
                kill(id, Duration.ofMillis(random.between(1, 50)));
            }
        }
    }
}
