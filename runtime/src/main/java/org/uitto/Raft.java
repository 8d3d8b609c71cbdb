package org.uitto;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.InvalidActorNameException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.node.ArteryTransport;
import org.uitto.node.Contact;
import org.uitto.node.HeartbeatHub;
import org.uitto.node.Members;
import org.uitto.replicated.Proxy;
import org.uitto.replicated.Replica;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.Participation;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftNotice;

/**
 * Replicated actors on this actor system: the one door. Thread-safe.
 *
 * <p>On a member (setting {@code uitto.node}) {@link #start} runs a replica; on any other system, with members or contact
 * points in its settings, {@link #ref} reaches the actors of others.
 */
public final class Raft implements Extension {
    private static final Id ID = new Id();

    private final ActorSystem<?> system;
    private final UittoSettings settings;
    private final Map<GroupId, ActorRef<Object>> proxies = new ConcurrentHashMap<>();
    private final Optional<ActorRef<HeartbeatHub.Message>> heartbeats;

    private Raft(ActorSystem<?> system) {
        this.system = system;
        this.settings = UittoSettings.of(system);
        this.heartbeats = settings.node()
                .map(self -> system.systemActorOf(
                        HeartbeatHub.create(settings.members(), self), Members.HEARTBEATS, raftProps()));
    }

    /**
     * The replicated actors of {@code system}.
     *
     * @throws InvalidSettings at the first call, if a setting can't be
     */
    public static Raft get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    /** This node's id; empty on a system that hosts no replica. */
    public Optional<NodeId> node() {
        return settings.node();
    }

    /**
     * Runs this node's replica of {@code actor}, unless it runs already, and refers to the actor as a whole. Commands may be
     * sent at once: they wait until the group has a leader.
     *
     * @return refers to the actor wherever its leader is; to be used on this actor system, or sent to others
     * @throws InvalidSettings if this system is no member
     */
    public <Command> ActorRef<Command> start(ReplicatedActor<Command> actor) {
        NodeId self = settings.node()
                .orElseThrow(() -> InvalidSettings.at(
                        system.settings().config(),
                        "uitto.node",
                        "this system is no member, so it can't run a replica of " + actor.group()
                                + ". Name one of uitto.members, or use Raft.ref instead of Raft.start."));
        Replica.Given given = new Replica.Given(
                self,
                settings.replica(),
                node -> settings.members().contactOf(node).map(Contact::toString),
                notices -> participation(actor.group(), self, notices),
                raftProps());
        Behavior<ReplicaInput> replica = Replica.create(given, actor.newBehavior());
        try {
            system.systemActorOf(
                    replica,
                    Members.replicaName(actor.group()),
                    DispatcherSelector.fromConfig(settings.replicaDispatcher()));
        } catch (InvalidActorNameException e) {
            system.log().debug("The replica of {} runs already", actor.group());
        }
        return ref(actor.group());
    }

    private Behavior<RaftInput> participation(GroupId group, NodeId self, ActorRef<RaftNotice> stateMachine) {
        return new Participation(
                        group,
                        self,
                        Configuration.of(settings.members().contacts().keySet()),
                        settings.raft(),
                        new ArteryTransport(system, settings.members(), group, heartbeats.orElseThrow()),
                        stateMachine,
                        System::nanoTime,
                        new SplittableRandom(),
                        new RoleChanges(
                                group, self, changed -> system.eventStream().tell(new EventStream.Publish<>(changed))))
                .behavior();
    }

    private Props raftProps() {
        return DispatcherSelector.fromConfig(settings.raftDispatcher());
    }

    /**
     * Refers to a replicated actor that runs on the members or behind the contact points, whether or not on this system.
     *
     * @param commands what the actor is told
     * @param name the actor's name
     * @throws InvalidSettings if neither members nor contact points are set
     */
    public <Command> ActorRef<Command> ref(Class<Command> commands, String name) {
        return ref(new GroupId(name));
    }

    private <Command> ActorRef<Command> ref(GroupId group) {
        return proxies.computeIfAbsent(group, this::newProxy).narrow();
    }

    private ActorRef<Object> newProxy(GroupId group) {
        RemoteReplicas replicas = new RemoteReplicas(system, settings, group);
        Proxy.Given given =
                new Proxy.Given(group.value(), replicas, settings.proxy(), System::nanoTime, UnaryOperator.identity());
        return system.systemActorOf(
                Proxy.create(given),
                "uitto-proxy-" + group,
                DispatcherSelector.fromConfig(settings.replicaDispatcher()));
    }

    /**
     * How the replica of {@code name} at {@code contact} stands.
     *
     * @param contact as in the settings, {@code host:port}
     * @return fails with a {@link java.util.concurrent.TimeoutException} if it does not answer in time
     * @throws IllegalArgumentException if {@code contact} is of another form
     */
    public CompletionStage<ReplicaStatus> status(String name, String contact, Duration timeout) {
        if (Contact.parse(contact).isEmpty()) {
            throw new IllegalArgumentException("\"" + contact + "\" is no address. Write host:port.");
        }
        ActorRef<ReplicaInput> replica = new RemoteReplicas(system, settings, new GroupId(name)).at(contact);
        return AskPattern.ask(replica, GetReplicaStatus::new, timeout, system.scheduler());
    }

    private static final class Id extends ExtensionId<Raft> {
        @Override
        public Raft createExtension(ActorSystem<?> system) {
            return new Raft(system);
        }
    }
}
