package org.uitto;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.node.ArteryTransport;
import org.uitto.node.GroupContacts;
import org.uitto.node.GroupDirectory;
import org.uitto.node.HeartbeatHub;
import org.uitto.node.Members;
import org.uitto.node.ReplicaAddress;
import org.uitto.replicated.Consistency;
import org.uitto.replicated.KnownContacts;
import org.uitto.replicated.MembershipOutcome;
import org.uitto.replicated.Proxy;
import org.uitto.replicated.ProxyInput.GetToken;
import org.uitto.replicated.ProxyMailbox;
import org.uitto.replicated.Read;
import org.uitto.replicated.ReadToken;
import org.uitto.replicated.Replica;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.SnapshotOutcome;
import org.uitto.replicated.TransferOutcome;
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
    private final Map<GroupId, KnownContacts> contacts = new ConcurrentHashMap<>();
    private final Map<GroupId, NodeId> preferredNodes = new ConcurrentHashMap<>();
    private final HostedGroups hosted;
    private final Optional<ActorRef<HeartbeatHub.Message>> heartbeats;
    private final ProtocolTap tap = new ProtocolTap();
    private final AtomicLong watches = new AtomicLong();
    private final Inquiry inquiry;
    private final LeaderSearch search;

    private Raft(ActorSystem<?> system) {
        this.system = system;
        this.settings = UittoSettings.of(system);
        this.heartbeats = settings.self()
                .map(self -> system.systemActorOf(
                        HeartbeatHub.create(new HeartbeatHub.Given(
                                self,
                                HeartbeatHub.link(system, settings.members()),
                                settings.raft().heartbeatInterval(),
                                settings.raft().electionTimeoutMin(),
                                System::nanoTime,
                                new SecureRandom(),
                                settings.noticesCrashes())),
                        Members.HEARTBEATS,
                        raftProps()));
        this.inquiry = new Inquiry(system, settings);
        this.search = new LeaderSearch(inquiry, this::contactsOf);
        this.hosted = new HostedGroups(
                system,
                DispatcherSelector.fromConfig(settings.replicaDispatcher()),
                settings.raft().electionTimeoutMax());
        settings.node()
                .ifPresent(self -> system.systemActorOf(
                        GroupDirectory.create(() -> hosted.running().keySet()), Members.GROUPS, raftProps()));
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
                        "uitto-hand-leadership-over",
                        () -> hosted.handAllOver().thenApply(ignored -> Done.getInstance()));
        settings.node().ifPresentOrElse(self -> startMover(), this::startContactWatch);
    }

    private void startContactWatch() {
        system.systemActorOf(
                ContactWatch.create(proxies::values, settings.askAroundInterval()), "uitto-contacts", raftProps());
    }

    private void startMover() {
        LeaderPlacement.Policy policy = new LeaderPlacement.Policy(
                settings.leaders().spread(),
                settings.leaders().settleAfter(),
                settings.raft().electionTimeoutMin().toMillis());
        system.systemActorOf(
                LeaderMover.create(
                        hosted::running,
                        new LeaderPlacement(policy, preferredNodes),
                        settings.leaders().checkInterval(),
                        System::nanoTime),
                "uitto-leaders",
                raftProps());
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
        actor.preferredNode().ifPresent(node -> preferredNodes.put(actor.group(), node));
        Configuration first = firstMembers(actor);
        ReplicatedBehavior<?, ?, ?> behavior = actor.newBehavior();
        hosted.start(actor.group(), start -> replica(actor.group(), self, start, first, behavior));
        return ref(actor.group());
    }

    private Behavior<ReplicaInput> replica(
            GroupId group, NodeId self, int start, Configuration first, ReplicatedBehavior<?, ?, ?> behavior) {
        ReplicaAddress own = new ReplicaAddress(settings.self().orElseThrow(), start);
        GroupContacts contacts = new GroupContacts(settings.members());
        Replica.Given given = new Replica.Given(
                self,
                settings.replica(),
                node -> (node.equals(self) ? Optional.of(own) : contacts.addressOf(node)).map(ReplicaAddress::toString),
                contacts::all,
                notices -> participation(group, self, own, first, contacts, notices),
                raftProps(),
                System::currentTimeMillis);
        return Replica.create(given, behavior);
    }

    /**
     * Stops this node's replica of {@code name}, if there is one, after it has handed leadership over. Its data stays, and the
     * node remains a member: {@link #start} brings it back. The other nodes go on, as long as enough of them are left.
     *
     * @return done when it has stopped
     */
    public CompletionStage<Done> stop(String name) {
        return hosted.stop(new GroupId(name));
    }

    /** The groups of which this node runs a replica, in the order of their names. */
    public List<GroupId> groups() {
        return List.copyOf(hosted.running().keySet());
    }

    /**
     * The groups of which the node at {@code contact} runs a replica, in the order of their names.
     *
     * @param contact as in the settings, {@code host:port}
     * @return fails with a {@link java.util.concurrent.TimeoutException} if the node does not answer in time
     * @throws IllegalArgumentException if {@code contact} is of another form
     */
    public CompletionStage<List<GroupId>> groups(String contact, Duration timeout) {
        return inquiry.groups(contact, timeout);
    }

    /** The addresses of all members and contact points in the settings, and that of this node if it has one, {@code host:port}. */
    public List<String> contacts() {
        return settings.contacts();
    }

    private Behavior<RaftInput> participation(
            GroupId group,
            NodeId self,
            ReplicaAddress own,
            Configuration first,
            GroupContacts contacts,
            ActorRef<RaftNotice> stateMachine) {
        ActorRef<HeartbeatHub.Message> hub = heartbeats.orElseThrow();
        Participation participation = new Participation(
                group,
                self,
                own.toString(),
                first,
                settings.raft(),
                new ArteryTransport(system, settings.members(), group, contacts, hub),
                stateMachine,
                System::nanoTime,
                new SplittableRandom(),
                new RoleChanges(group, self, this::publish).and(tap.observer(group, self)));
        return Behaviors.setup(context -> {
            hub.tell(new HeartbeatHub.Hosted(group, context.getSelf()));
            return participation.behavior();
        });
    }

    /** Who takes part in the group of {@code actor} when it begins; nobody known on a node that is to join. */
    private Configuration firstMembers(ReplicatedActor<?> actor) {
        Map<NodeId, Member> first = new TreeMap<>();
        settings.members().contacts().forEach((node, contact) -> {
            if (actor.members().isEmpty() || actor.members().contains(node)) {
                first.put(node, Member.at(contact.toString()));
            }
        });
        if (!first.isEmpty() && !first.keySet().containsAll(actor.members())) {
            throw InvalidSettings.at(
                    system.settings().config(),
                    "uitto.members",
                    "the first members of " + actor.group() + " are to be " + actor.members() + ", and of these only "
                            + first.keySet() + " are here. Add the others, on every node.");
        }
        return first.isEmpty() ? Configuration.UNKNOWN : Configuration.of(first);
    }

    private void publish(RoleChanged changed) {
        system.eventStream().tell(new EventStream.Publish<>(changed));
        tap.tell(changed);
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

    /** Where replicas of {@code group} may be, as far as this system knows. */
    KnownContacts contactsOf(GroupId group) {
        return contacts.computeIfAbsent(group, added -> new KnownContacts(settings.contacts()));
    }

    private ActorRef<Object> newProxy(GroupId group) {
        RemoteReplicas replicas = new RemoteReplicas(system, settings, group, contactsOf(group));
        Proxy.Given given =
                new Proxy.Given(group.value(), replicas, settings.proxy(), System::nanoTime, UnaryOperator.identity());
        return system.systemActorOf(
                Proxy.create(given),
                "uitto-proxy-" + group,
                DispatcherSelector.fromConfig(settings.replicaDispatcher()).withMailboxFromConfig(ProxyMailbox.CONFIG));
    }

    /**
     * Asks a replicated actor for something that changes nothing, with the freshness that {@code consistency} says. An ordinary
     * {@code ask} is answered by the leader; this is answered by this node's replica, or else by any other.
     *
     * @param command makes the command, given whom it is to have answered; its handler must only reply
     * @param timeout after which the answer fails with a {@link java.util.concurrent.TimeoutException}; {@code
     *     uitto.proxy.give-up-after} bounds it too
     * @return fails with a {@link org.uitto.replicated.ReplicationException}: rejected, if the command would change something or
     *     do anything but reply
     */
    public <Command, Reply> CompletionStage<Reply> read(
            String name, Consistency consistency, Function<ActorRef<Reply>, Command> command, Duration timeout) {
        return AskPattern.ask(
                this.<Object>ref(new GroupId(name)),
                (ActorRef<Reply> replyTo) -> new Read(consistency, command.apply(replyTo)),
                timeout,
                system.scheduler());
    }

    /**
     * A token of everything that {@code name} has acknowledged to this actor system until now, or shown to it: a read {@link
     * Consistency#after after} it, on any node, sees all of that.
     */
    public CompletionStage<ReadToken> token(String name, Duration timeout) {
        return AskPattern.ask(this.<Object>ref(new GroupId(name)), GetToken::new, timeout, system.scheduler());
    }

    /**
     * How the replica of {@code name} at {@code contact} stands, with a checksum of its state: that takes as long as turning
     * all of the state to bytes, though the replica goes on meanwhile.
     *
     * @param contact as in the settings, {@code host:port}
     * @return fails with a {@link java.util.concurrent.TimeoutException} if it does not answer in time
     * @throws IllegalArgumentException if {@code contact} is of another form
     */
    public CompletionStage<ReplicaStatus> status(String name, String contact, Duration timeout) {
        return inquiry.status(new GroupId(name), contact, true, timeout);
    }

    /**
     * How this node stands in each of its groups.
     *
     * @param timeout how long to wait for each of them
     */
    public CompletionStage<NodeStatus> statuses(Duration timeout) {
        return inquiry.local(hosted.running(), timeout);
    }

    /**
     * How the node at {@code contact} stands in each of its groups.
     *
     * @param contact as in the settings, {@code host:port}
     * @param timeout how long to wait for the names of the groups, and then for each group
     * @return fails with a {@link java.util.concurrent.TimeoutException} if the node does not answer in time
     * @throws IllegalArgumentException if {@code contact} is of another form
     */
    public CompletionStage<NodeStatus> statuses(String contact, Duration timeout) {
        return inquiry.node(contact, timeout);
    }

    /**
     * Tells {@code listener} how this node stands in each of its groups: now, and whenever it has changed. Lasts as long as
     * the listener does.
     *
     * @param interval how often to look whether an index has moved; roles, terms and leaders are looked at when they change
     */
    public void watch(Duration interval, ActorRef<? super StatusChange> listener) {
        system.systemActorOf(
                StatusWatch.create(hosted::running, interval, listener),
                "uitto-watch-" + watches.incrementAndGet(),
                raftProps());
    }

    /**
     * Tells {@code listener} what happens to this node in its groups: roles, votes, indexes, and each message of Raft. For
     * pages and tools that show the protocol at work; it costs nothing while nobody listens.
     *
     * @param listener is called by the threads of the groups, several at a time, in the midst of their work: it must be quick
     *     and must not block; if it throws, it is told nothing more
     * @return ends it
     */
    public Runnable tap(Consumer<? super ProtocolEvent> listener) {
        return tap.add(listener);
    }

    /**
     * Has whoever leads {@code name} hand leadership over, such as before its machine is worked on (thesis §3.10). Commands
     * wait meanwhile, for a few round trips; none is lost. A node that stops by Pekko's coordinated shutdown does so by
     * itself.
     *
     * @param target who is to lead; empty for the one that can take over soonest
     * @param timeout for each of the two questions that this takes
     * @return what came of it, within at most the longest election timeout once it was begun; {@link
     *     TransferOutcome.Result#NOT_LEADER} if no replica says that it leads; fails with a {@link
     *     java.util.concurrent.TimeoutException} if the leader does not answer in time
     */
    public CompletionStage<TransferOutcome> transferLeadership(String name, Optional<NodeId> target, Duration timeout) {
        GroupId group = new GroupId(name);
        return search.find(group, timeout)
                .thenCompose(leader -> leader.isEmpty()
                        ? CompletableFuture.completedFuture(
                                new TransferOutcome(TransferOutcome.Result.NOT_LEADER, Optional.empty()))
                        : inquiry.handOver(group, leader.get().contact(), target, timeout));
    }

    /**
     * Has whoever leads {@code name} change who takes part: any number of nodes at once (paper §6). A node that is to come must
     * be up and have started the actor; it needs nothing but contact points, and gets the log before it has a say. The actor goes
     * on meanwhile. What was begun the group brings to its end by itself.
     *
     * @param change such as {@code MembershipChange.NONE.adding(new NodeId("d"), Member.at("10.0.0.4:7351")).removing(a)}
     * @param timeout how long to wait until it is done; while another change is under way it is not begun, and asked again
     * @return never fails for a reason that there is a word for in {@link MembershipOutcome.Result}. Once it is {@link
     *     MembershipOutcome.Result#DONE}, nodes that were removed may be stopped for good
     * @throws IllegalArgumentException if an address in {@code change} is not of the form {@code host:port}
     */
    public CompletionStage<MembershipOutcome> changeMembers(String name, MembershipChange change, Duration timeout) {
        return MembershipCourse.run(system, inquiry, search, new GroupId(name), change, timeout);
    }

    /**
     * Has the replica of {@code name} at {@code contact} take a snapshot of its state now, after which its log is cut as far
     * as it need not be kept. Replicas do so by themselves as their logs grow.
     *
     * @param contact as in the settings, {@code host:port}
     * @param timeout until the snapshot is durable; it is taken even if that takes longer
     * @return fails with a {@link java.util.concurrent.TimeoutException} if there is no answer in time
     * @throws IllegalArgumentException if {@code contact} is of another form
     */
    public CompletionStage<SnapshotOutcome> takeSnapshot(String name, String contact, Duration timeout) {
        return inquiry.snapshot(new GroupId(name), contact, timeout);
    }

    private static final class Id extends ExtensionId<Raft> {
        @Override
        public Raft createExtension(ActorSystem<?> system) {
            return new Raft(system);
        }
    }
}
