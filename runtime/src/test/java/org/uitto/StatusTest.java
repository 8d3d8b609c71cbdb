package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.uitto.ProtocolEvent.LogMoved;
import org.uitto.ProtocolEvent.Message;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.TransferOutcome;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.PeerStatus;

/** How groups stand, as values, as a stream of changes, and event by event. */
class StatusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Config IN_MEMORY =
            ConfigFactory.parseString("uitto.log.journal = \"pekko.persistence.journal.inmem\"");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final ConcurrentLinkedQueue<ProtocolEvent> EVENTS_OF_A = new ConcurrentLinkedQueue<>();

    private static LoopbackCluster cluster;
    private static ActorSystem<Void> a;
    private static Runnable endOfTap;

    @BeforeAll
    static void start() throws Exception {
        cluster = new LoopbackCluster(IN_MEMORY, "a", "b", "c");
        a = cluster.startNode("a");
        endOfTap = Raft.get(a).tap(EVENTS_OF_A::add);
        List<ActorSystem<Void>> systems = List.of(a, cluster.startNode("b"), cluster.startNode("c"));
        for (ActorSystem<Void> system : systems) {
            Raft.get(system).start(ReplicatedActor.of("one", Counter::new));
            Raft.get(system).start(ReplicatedActor.of("two", Counter::new));
        }
        increment();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static long increment() throws Exception {
        ActorRef<Counter.Command> one = Raft.get(a).ref(Counter.Command.class, "one");
        return AskPattern.<Counter.Command, Long>ask(
                        one, replyTo -> new Counter.Increment(1, replyTo), PATIENCE, a.scheduler())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    private static NodeStatus statuses(Raft asker, String node) throws Exception {
        return asker.statuses(cluster.contact(node), PATIENCE)
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    private static <T> T awaited(TestProbe<?> waiter, Supplier<T> value, Predicate<T> condition) {
        return waiter.awaitAssert(PATIENCE, () -> {
            T seen = value.get();
            assertTrue(condition.test(seen), () -> String.valueOf(seen));
            return seen;
        });
    }

    @Test
    void aNodeAnswersForAllItsGroupsInTheOrderOfTheirNames() throws Exception {
        Raft client = Raft.get(cluster.startClient("client"));

        NodeStatus remote = statuses(client, "b");
        NodeStatus local = Raft.get(a).statuses(PATIENCE).toCompletableFuture().get(90, TimeUnit.SECONDS);

        assertEquals(List.of("one", "two"), names(remote));
        assertEquals(List.of("one", "two"), names(local));
        assertEquals(List.of(), remote.silent());
        assertTrue(remote.groups().stream()
                .allMatch(status -> status.group().node().equals(B)));
        assertTrue(
                local.groups().stream().allMatch(status -> status.group().node().equals(A)));
    }

    private static List<String> names(NodeStatus status) {
        return status.groups().stream()
                .map(group -> group.group().group().value())
                .toList();
    }

    @Test
    void theLeaderTellsHowFarItsPeersAre() {
        TestProbe<Object> waiter = TestProbe.create(a);

        ReplicaStatus leading = awaited(waiter, StatusTest::leaderOfOne, StatusTest::hasAllCaughtUp);

        assertEquals(Set.of(A, B, C), leading.group().configuration().voters());
        assertEquals(leading.group().node(), leading.group().leader().orElseThrow());
        assertEquals(leading.group().node(), leading.group().votedFor().orElseThrow());
        assertEquals(leading.group().lastLog().index(), leading.group().log().durableIndex());
        assertEquals(1, leading.group().log().firstIndex());
        assertTrue(leading.group().log().lengthBytes() > 0);
    }

    @Test
    void leadershipIsHandedOverOnBehalfOfAClient() {
        Raft client = Raft.get(cluster.startClient("transferring client"));
        TestProbe<Object> waiter = TestProbe.create(a);

        waiter.awaitAssert(
                PATIENCE,
                () -> { // On a busy machine the other node may not be quick enough at first.
                    TransferOutcome outcome = client.transferLeadership("one", Optional.empty(), PATIENCE)
                            .toCompletableFuture()
                            .join();
                    assertEquals(TransferOutcome.Result.TRANSFERRED, outcome.result());
                    assertTrue(outcome.leader().isPresent());
                    return outcome;
                });
    }

    private static ReplicaStatus leaderOfOne() {
        try {
            for (String node : List.of("a", "b", "c")) {
                for (ReplicaStatus status : statuses(Raft.get(a), node).groups()) {
                    if (status.group().group().value().equals("one")
                            && status.group().role() == Role.LEADER) {
                        return status;
                    }
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("Nobody leads");
    }

    private static boolean hasAllCaughtUp(ReplicaStatus leading) {
        List<PeerStatus> peers = leading.group().peers();
        return peers.size() == 2
                && leading.group().disk().writesUnderWay() == 0
                && peers.stream()
                        .allMatch(peer -> peer.lagEntries() == 0
                                && peer.inFlightMessages() == 0
                                && peer.mode() == PeerStatus.Mode.REPLICATE
                                && peer.standing() == PeerStatus.Standing.COUNTS
                                && peer.matchIndex()
                                        == leading.group().lastLog().index()
                                && peer.nextIndex() == peer.matchIndex() + 1);
    }

    @Test
    void aWatchTellsEachChangeAndNothingTwice() throws Exception {
        TestProbe<StatusChange> listener = TestProbe.create(a);
        Raft.get(a).watch(Duration.ofMillis(20), listener.getRef());
        List<ReplicaStatus> told = new ArrayList<>();
        ReplicaStatus first = nextOfOne(listener, told);
        long before = first.appliedIndex();

        increment();
        ReplicaStatus last = first;
        while (last.appliedIndex() <= before) {
            last = nextOfOne(listener, told);
        }

        for (int i = 1; i < told.size(); i++) {
            assertNotEquals(told.get(i - 1).withoutTimes(), told.get(i).withoutTimes());
        }
    }

    private static ReplicaStatus nextOfOne(TestProbe<StatusChange> listener, List<ReplicaStatus> told) {
        StatusChange change = listener.receiveMessage(PATIENCE);
        while (!change.group().equals(new GroupId("one"))) {
            change = listener.receiveMessage(PATIENCE);
        }
        ReplicaStatus status = ((StatusChange.Changed) change).status();
        told.add(status);
        return status;
    }

    @Test
    void aTapTellsRolesIndexesAndMessagesUntilItEnds() throws Exception {
        TestProbe<Object> waiter = TestProbe.create(a);
        increment();

        assertTold(
                waiter,
                event ->
                        event instanceof RoleChanged changed && changed.leader().isPresent());
        assertTold(waiter, event -> event instanceof LogMoved moved && moved.commitIndex() > 1);
        assertTold(
                waiter,
                event -> event instanceof Message message
                        && message.type().equals("AppendEntries")
                        && message.entryCount() > 0
                        && message.index() > 1);
        assertTold(
                waiter,
                event -> event instanceof Message message
                        && message.type().equals("AppendEntriesReply")
                        && !message.refused());
        assertEquals(
                Set.of("one", "two"),
                EVENTS_OF_A.stream().map(event -> event.group().value()).collect(Collectors.toSet()));
        endOfTap.run();
    }

    private static void assertTold(TestProbe<Object> waiter, Predicate<ProtocolEvent> expected) {
        waiter.awaitAssert(PATIENCE, () -> {
            assertTrue(EVENTS_OF_A.stream().anyMatch(expected));
            return null;
        });
    }
}
