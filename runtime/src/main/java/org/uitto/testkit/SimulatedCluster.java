package org.uitto.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.core.Quiescent;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.node.Contact;
import org.uitto.node.HeartbeatHub;
import org.uitto.replicated.Proxy;
import org.uitto.replicated.ProxyInput;
import org.uitto.replicated.ProxySettings;
import org.uitto.replicated.Replica;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.replicated.ReplicaLocator;
import org.uitto.replicated.ReplicaSettings;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.TransferOutcome;
import org.uitto.role.Participation;
import org.uitto.role.PeerTransport;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.PeerCrashed;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftNotice;
import org.uitto.role.RaftSettings;
import org.uitto.role.RoleObserver;

/**
 * One group of replicas in a simulated world: the real replicas, roles, log stores and proxies, on simulated nodes, disks
 * and network.
 */
final class SimulatedCluster {
    private static final GroupId GROUP = new GroupId("simulated");

    private final World world;
    private final SimulatedSystem system;
    private final Configuration configuration;
    private final List<NodeId> nodes;
    private final RaftSettings settings;
    private final long snapshotAfterBytes;
    private final SessionBounds sessions;
    private final RaftInvariants invariants;
    private final BiFunction<NodeId, RoleObserver, RoleObserver> watching;
    private final Map<NodeId, ActorRef<ReplicaInput>> replicas = new HashMap<>();
    private final Map<NodeId, ActorRef<RaftInput>> raftActors = new HashMap<>();
    private final Map<NodeId, ActorRef<HeartbeatHub.Message>> hubs = new HashMap<>();
    private final Map<NodeId, RaftInvariants.Witness> witnesses = new HashMap<>();

    /** @param members who take part, for ever */
    SimulatedCluster(
            World world,
            SimulatedSystem system,
            List<NodeId> members,
            RaftSettings settings,
            long snapshotAfterBytes,
            BiFunction<NodeId, RoleObserver, RoleObserver> watching) {
        this(world, system, members, List.of(), settings, snapshotAfterBytes, SessionBounds.ROOMY, watching);
    }

    /**
     * How many sessions are remembered.
     *
     * @param expiry of the group's time
     */
    record SessionBounds(Duration expiry, int maxCount) {
        /** So that no client of a simulation is forgotten. */
        static final SessionBounds ROOMY = new SessionBounds(Duration.ofHours(1), 1_000);
    }

    /**
     * @param members who take part at first
     * @param others who may be added later
     * @param watching gets a node and the witness of its invariants, returns what is to watch it
     */
    SimulatedCluster(
            World world,
            SimulatedSystem system,
            List<NodeId> members,
            List<NodeId> others,
            RaftSettings settings,
            long snapshotAfterBytes,
            SessionBounds sessions,
            BiFunction<NodeId, RoleObserver, RoleObserver> watching) {
        this.world = world;
        this.system = system;
        this.configuration = Configuration.of(members);
        this.nodes = Stream.concat(members.stream(), others.stream()).toList();
        this.settings = settings;
        this.snapshotAfterBytes = snapshotAfterBytes;
        this.sessions = sessions;
        this.invariants = new RaftInvariants(configuration, world::fail);
        this.watching = watching;
    }

    RaftInvariants invariants() {
        return invariants;
    }

    /** All that there may be replicas on. */
    List<NodeId> nodes() {
        return nodes;
    }

    /** Starts the node, which must be down, with a replica of {@code behavior}. */
    void start(NodeId id, ReplicatedBehavior<?, ?, ?> behavior) {
        SimulatedNode node = world.node(id);
        RaftInvariants.Witness witness = invariants.watch(id);
        witnesses.put(id, witness);
        Replica.Given given = new Replica.Given(
                id,
                new ReplicaSettings(
                        1_000, 1 << 20, 1 << 16, 1 << 16, snapshotAfterBytes, sessions.expiry(), sessions.maxCount()),
                contact -> Optional.of(contact.value()),
                List::of,
                notices -> raftOf(id, node, witness, notices),
                Props.empty(),
                () -> TimeUnit.NANOSECONDS.toMillis(node.clock().nanoTime()));
        system.start(node, Replica.create(given, behavior), replica -> replicas.put(id, replica));
    }

    private Behavior<RaftInput> raftOf(
            NodeId id, SimulatedNode node, RaftInvariants.Witness witness, ActorRef<RaftNotice> notices) {
        return Behaviors.setup(context -> {
            ActorRef<HeartbeatHub.Message> hub = context.spawn(hubOf(id, node), "hub");
            hubs.put(id, hub);
            hub.tell(new HeartbeatHub.Hosted(GROUP, context.getSelf()));
            raftActors.put(id, context.getSelf());
            return raftOf(id, node, witness, notices, hub);
        });
    }

    private Behavior<HeartbeatHub.Message> hubOf(NodeId id, SimulatedNode node) {
        return HeartbeatHub.create(new HeartbeatHub.Given(
                contactOf(id),
                (to, message) -> world.network().send(id, new NodeId(to.host()), message, arrived -> {
                    ActorRef<HeartbeatHub.Message> hub = hubs.get(new NodeId(to.host()));
                    if (hub != null) {
                        hub.tell(arrived);
                    }
                }),
                settings.heartbeatInterval(),
                settings.electionTimeoutMin(),
                node.clock(),
                world.random("hub of " + id + " " + node.incarnationNumber()),
                false));
    }

    private static Contact contactOf(NodeId id) {
        return new Contact(id.value(), 1);
    }

    private Behavior<RaftInput> raftOf(
            NodeId id,
            SimulatedNode node,
            RaftInvariants.Witness witness,
            ActorRef<RaftNotice> notices,
            ActorRef<HeartbeatHub.Message> hub) {
        RoleObserver observer = watching.apply(id, witness);
        Participation participation = new Participation(
                GROUP,
                id,
                id.value(),
                configuration.isMember(id) ? configuration : Configuration.UNKNOWN,
                settings,
                new Transport(id, hub),
                notices,
                node.clock(),
                world.random("elections of " + id + " " + node.incarnationNumber()),
                observer);
        return observer instanceof NodeObserver watcher
                ? InputTap.watched(participation.behavior(), watcher)
                : participation.behavior();
    }

    /** The way of one node's messages over the simulated network. */
    private final class Transport implements PeerTransport {
        private final NodeId self;
        private final ActorRef<HeartbeatHub.Message> hub;

        Transport(NodeId self, ActorRef<HeartbeatHub.Message> hub) {
            this.self = self;
            this.hub = hub;
        }

        @Override
        public void send(NodeId to, PeerEnvelope envelope) {
            carry(self, to, envelope);
        }

        @Override
        public void quiesce(Quiescent quiescent, SortedSet<NodeId> followers, ActorRef<RaftInput> raft) {
            hub.tell(new HeartbeatHub.Quiesces(
                    GROUP,
                    quiescent,
                    followers.stream().map(SimulatedCluster::contactOf).toList(),
                    raft));
        }

        @Override
        public void wake() {
            hub.tell(new HeartbeatHub.Wakes(GROUP));
        }

        @Override
        public void send(NodeId to, SnapshotTransfer message) {
            world.network().send(self, to, message, arrived -> {
                ActorRef<RaftInput> raft = raftActors.get(to);
                if (raft != null) {
                    Adapter.toClassic(system.system())
                            .actorSelection(raft.path().child(PeerTransport.SNAPSHOTS))
                            .tell(arrived, org.apache.pekko.actor.ActorRef.noSender());
                }
            });
        }
    }

    private void carry(NodeId from, NodeId to, PeerEnvelope envelope) {
        RaftInvariants.Witness witness = witnesses.get(from);
        if (witness != null && world.node(from).isUp()) {
            witness.says(envelope.message());
        }
        world.network().send(from, to, envelope, arrived -> {
            ActorRef<RaftInput> raft = raftActors.get(to);
            if (raft != null) {
                raft.tell(arrived);
            }
        });
    }

    /** Tells {@code node}, if it is up, that {@code other} has crashed. */
    void tellCrashed(NodeId node, NodeId other) {
        ActorRef<RaftInput> raft = raftActors.get(node);
        if (raft != null && world.node(node).isUp()) {
            raft.tell(new PeerCrashed(other));
        }
    }

    /** Has the replica of {@code node} tell how it stands, if it is up and gets to it. */
    void askStatus(NodeId node, ActorRef<ReplicaStatus> replyTo) {
        ActorRef<ReplicaInput> replica = replicas.get(node);
        if (replica != null && world.node(node).isUp()) {
            replica.tell(new GetReplicaStatus(replyTo));
        }
    }

    /** Has {@code node} hand leadership over, if it is up, gets to it, and leads. */
    void handOver(NodeId node, Optional<NodeId> target, ActorRef<TransferOutcome> replyTo) {
        ActorRef<ReplicaInput> replica = replicas.get(node);
        if (replica != null && world.node(node).isUp()) {
            replica.tell(new HandOver(target, replyTo));
        }
    }

    /** Has the members of the group changed, if {@code node} is up, gets to it, and leads. */
    void changeMembers(NodeId node, MembershipChange change, ActorRef<ChangeReply> replyTo) {
        ActorRef<RaftInput> raft = raftActors.get(node);
        if (raft != null && world.node(node).isUp() && !world.node(node).isPaused()) {
            raft.tell(new ChangeMembers(change, replyTo));
        }
    }

    /** Starts a machine of a client, with a proxy on it that talks to the replicas over the network. */
    void startClient(NodeId client, Consumer<ActorRef<Object>> started) {
        Relays relays = new Relays(client);
        system.start(world.node(client), relays.behavior(), started);
    }

    /** The ways between one client's proxy and the replicas: an actor for each direction and replica. */
    private final class Relays implements ReplicaLocator {
        private final NodeId client;
        private final Map<NodeId, ActorRef<ReplicaInput>> toReplicas = new HashMap<>();
        private final Map<NodeId, ActorRef<ProxyInput>> fromReplicas = new HashMap<>();

        Relays(NodeId client) {
            this.client = client;
        }

        /** The top actor of the client's machine, which is its proxy. */
        Behavior<Object> behavior() {
            return Behaviors.setup(context -> {
                ActorRef<ProxyInput> proxy = context.getSelf().narrow();
                for (NodeId node : nodes) {
                    // The way back belongs to no node: it must outlive the client, whose ref may be in a log of
                    // messages.
                    system.spawn(
                            "way-" + node + "-" + client,
                            way(node, client, () -> Optional.of(proxy)),
                            (ActorRef<ProxyInput> way) -> fromReplicas.put(node, way));
                    system.spawn(
                            "way-" + client + "-" + node,
                            Behaviors.<ReplicaInput>receiveMessage(message -> {
                                carryOnce(
                                        client,
                                        node,
                                        answeredOver(node, message),
                                        () -> Optional.ofNullable(replicas.get(node)));
                                return Behaviors.same();
                            }),
                            (ActorRef<ReplicaInput> way) -> toReplicas.put(node, way));
                }
                return Proxy.create(new Proxy.Given(
                        GROUP.value(),
                        this,
                        new ProxySettings(
                                100,
                                16,
                                1 << 16,
                                1 << 16,
                                2,
                                Duration.ofMillis(50),
                                Duration.ofMillis(200),
                                Duration.ofMillis(400),
                                Duration.ofSeconds(2)),
                        world.node(client).clock(),
                        UnaryOperator.identity()));
            });
        }

        private <M> Behavior<M> way(NodeId from, NodeId to, Supplier<Optional<ActorRef<M>>> target) {
            return Behaviors.receiveMessage(message -> {
                carryOnce(from, to, message, target);
                return Behaviors.same();
            });
        }

        /** Between proxies and replicas Artery's promise holds, at most once: duplicates are for peers to bear. */
        private <M> void carryOnce(NodeId from, NodeId to, M message, Supplier<Optional<ActorRef<M>>> target) {
            AtomicBoolean arrivedBefore = new AtomicBoolean();
            world.network().send(from, to, message, arrived -> {
                if (!arrivedBefore.getAndSet(true)) {
                    target.get().ifPresent(receiver -> receiver.tell(arrived));
                }
            });
        }

        /** The same message with the way back over the network instead of the proxy itself. */
        private ReplicaInput answeredOver(NodeId node, ReplicaInput message) {
            ActorRef<ProxyInput> back = fromReplicas.get(node);
            if (back != null && message instanceof CommandBatch batch) {
                return new CommandBatch(back, batch.sending(), batch.payload());
            } else if (back != null && message instanceof OpenSession) {
                return new OpenSession(back);
            }
            if (back != null && message instanceof GetReadIndex question) {
                return new GetReadIndex(back, question.ticket());
            } else if (back != null && message instanceof ReadBatch reads) {
                return new ReadBatch(back, reads.attempt(), reads.firstNumber(), reads.minIndex(), reads.payload());
            }
            return back != null && message instanceof WhoLeads ? new WhoLeads(back) : message;
        }

        @Override
        public Optional<String> own() {
            return Optional.of(nodes.get(Math.floorMod(client.value().hashCode(), nodes.size()))
                    .value());
        }

        @Override
        public List<String> contacts() {
            return new ArrayList<>(nodes.stream().map(NodeId::value).toList());
        }

        @Override
        public ActorRef<ReplicaInput> at(String contact) {
            ActorRef<ReplicaInput> way = toReplicas.get(new NodeId(contact));
            return way == null ? system.system().<ReplicaInput>deadLetters() : way;
        }

        @Override
        public boolean isLocal(ActorRef<ReplicaInput> replica) {
            return false; // What crosses the simulated network is serialized like what crosses a real one.
        }
    }
}
