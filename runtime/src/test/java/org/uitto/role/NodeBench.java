package org.uitto.role;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.Quiescent;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.store.LogMutations;
import org.uitto.log.store.LogStore;
import org.uitto.log.store.SnapshotStorage;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.ScriptedJournal.Script;

/** Node a of a group, in virtual time, between a journal that does as told and a test that plays its peers. */
final class NodeBench implements AutoCloseable {
    static final GroupId GROUP = new GroupId("g");
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId C = new NodeId("c");
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(10);

    private static final AtomicLong BENCHES = new AtomicLong();
    private static final Duration MOMENT = Duration.ofMillis(30);

    /** A message to a peer. */
    record Sent(NodeId to, long incarnation, PeerMessage message) {
        private boolean isGreeting() {
            return message instanceof Hello || message instanceof HelloReply;
        }
    }

    /** What the transport was told of quiescence; nothing when it ended. */
    record Rest(Optional<Quiescent> quiescent, List<NodeId> followers) {}

    final Script journal;
    final ActorTestKit kit;
    final ManualTime time;
    final TestProbe<Sent> peers;
    final TestProbe<Sent> greetings;
    final TestProbe<RaftNotice> stateMachine;
    final TestProbe<Rest> rests;
    final AtomicReference<String> halted = new AtomicReference<>("");

    private final List<NodeId> voters;
    private final AtomicLong nowNanos = new AtomicLong();
    private Duration quiesceAfter = Duration.ZERO;
    private ActorRef<RaftInput> node;

    NodeBench(NodeId... voters) {
        String name = "bench-" + BENCHES.incrementAndGet();
        this.journal = ScriptedJournal.of(name);
        this.kit = ActorTestKit.create(ConfigFactory.parseString("scripted { class = \""
                        + ScriptedJournal.class.getName()
                        + "\", plugin-dispatcher = \"pekko.actor.default-dispatcher\" }")
                .withValue("scripted.script", ConfigValueFactory.fromAnyRef(name))
                .withFallback(ConfigFactory.parseString(LogStore.JOURNAL_SETTING + " = scripted\n"
                        + SnapshotStorage.STORE_SETTING + " = pekko.persistence.no-snapshot-store"))
                .withFallback(ManualTime.config())
                .withFallback(ConfigFactory.load()));
        this.time = ManualTime.get(kit.system());
        this.peers = kit.createTestProbe();
        this.greetings = kit.createTestProbe();
        this.stateMachine = kit.createTestProbe();
        this.rests = kit.createTestProbe();
        this.voters = List.of(voters);
        this.node = kit.system().deadLetters();
    }

    /** Becomes quiescent after so long. */
    NodeBench quiescingAfter(Duration duration) {
        quiesceAfter = duration;
        return this;
    }

    /** Starts the node on what the journal holds. */
    NodeBench start() {
        RaftSettings settings = new RaftSettings(
                        Duration.ofSeconds(1),
                        ELECTION_TIMEOUT,
                        ELECTION_TIMEOUT,
                        Duration.ofSeconds(5),
                        100_000,
                        2,
                        1_000_000,
                        1,
                        64,
                        32)
                .withQuiesceAfter(quiesceAfter);
        Participation participation = new Participation(
                GROUP,
                A,
                "",
                Configuration.of(voters),
                settings,
                new PeerTransport() {
                    @Override
                    public void send(NodeId to, RaftInput.PeerEnvelope envelope) {
                        Sent sent = new Sent(to, envelope.start().incarnation(), envelope.message());
                        (sent.isGreeting() ? greetings : peers).getRef().tell(sent);
                    }

                    @Override
                    public void quiesce(Quiescent quiescent, SortedSet<NodeId> followers, ActorRef<RaftInput> raft) {
                        rests.getRef().tell(new Rest(Optional.of(quiescent), List.copyOf(followers)));
                    }

                    @Override
                    public void wake() {
                        rests.getRef().tell(new Rest(Optional.empty(), List.of()));
                    }

                    @Override
                    public void send(NodeId to, SnapshotTransfer message) {
                        // No peer of this bench has or wants a snapshot.
                    }
                },
                stateMachine.getRef(),
                nowNanos::get,
                new java.util.Random(1),
                new RoleObserver() {
                    @Override
                    public void onHalted(org.uitto.core.RoleState state, String reason, Throwable cause) {
                        halted.set(reason);
                    }
                });
        node = kit.spawn(participation.behavior());
        return this;
    }

    /** Holds what an earlier start wrote, on a storage that counts. */
    NodeBench presuming(LogMutation... mutations) {
        List<LogMutation> written = new ArrayList<>(List.of(mutations));
        written.add(new StorageSaved(StorageRecord.begun(storageOf(A)).as(StorageRecord.Standing.FIRST)));
        journal.stored(LogStore.persistenceId(GROUP, A, 1), List.of(new LogMutations(written)));
        return this;
    }

    /** The storage that {@code node} has in this bench from the beginning. */
    static StorageId storageOf(NodeId node) {
        return new StorageId(node.value().hashCode());
    }

    NodeBench recovered() {
        stateMachine.expectMessageClass(RaftNotice.LogRecovered.class, PATIENCE);
        return this;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }

    ActorRef<RaftInput> node() {
        return node;
    }

    static NodeStart startOf(NodeId peer, long incarnation) {
        return new NodeStart(storageOf(peer), incarnation, (int) incarnation);
    }

    void hear(long incarnation, PeerMessage message) {
        node.tell(new PeerEnvelope(GROUP, startOf(message.from(), incarnation), "", message));
    }

    /** How the node stands when it has handled all that it was told before. */
    GroupStatus status() {
        TestProbe<GroupStatus> asker = kit.createTestProbe();
        node.tell(new GetStatus(asker.getRef()));
        return asker.receiveMessage(PATIENCE);
    }

    /** Lets so much time pass that a node without a leader stands for election. */
    void electionTimeout() {
        pass(ELECTION_TIMEOUT.plusMillis(1));
    }

    void pass(Duration duration) {
        status();
        nowNanos.addAndGet(duration.toNanos());
        time.timePasses(duration);
        status();
    }

    Sent sent() {
        return peers.receiveMessage(PATIENCE);
    }

    <T extends PeerMessage> T sent(Class<T> type) {
        return type.cast(sent().message());
    }

    /** The node has said nothing to anybody. */
    void assertSilence() {
        status();
        peers.expectNoMessage(MOMENT);
    }

    void awaitCommitted(long index) {
        peers.awaitAssert(PATIENCE, () -> {
            org.junit.jupiter.api.Assertions.assertEquals(index, status().commitIndex());
            return Optional.empty();
        });
    }

    void awaitHeldWrites(int count) {
        peers.awaitAssert(PATIENCE, () -> {
            org.junit.jupiter.api.Assertions.assertEquals(count, journal.heldCount());
            return Optional.empty();
        });
    }
}
