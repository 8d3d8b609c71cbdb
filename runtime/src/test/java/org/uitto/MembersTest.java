package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.uitto.log.GroupId;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.MembershipOutcome;
import org.uitto.replicated.MembershipOutcome.Result;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.PeerStatus;

/** Who takes part is changed from outside, while the actor goes on. */
class MembersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Config IN_MEMORY = ConfigFactory.parseString("""
        uitto.log.journal = "pekko.persistence.journal.inmem"
        uitto.proxy { give-up-after = 60 s, ask-around-interval = 100 ms }
        """);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final NodeId D = new NodeId("d");

    private LoopbackCluster cluster;
    private ActorSystem<Void> client;

    @BeforeEach
    void start() throws Exception {
        cluster = new LoopbackCluster(IN_MEMORY, "a", "b", "c", "d", "e", "f").withJoining("d", "e", "f");
        List.of("a", "b", "c").forEach(this::startNode);
        client = cluster.startClient("client");
        assertEquals(1, increment(client));
        TestProbe.create(client).awaitAssert(PATIENCE, () -> {
            assertEquals(2, peersThatCount(leader().value())); // One was enough for the increment.
            return null;
        });
    }

    private long peersThatCount(String leader) {
        return status(leader).group().peers().stream()
                .filter(peer -> peer.matchIndex() > 0 && peer.standing() == PeerStatus.Standing.COUNTS)
                .count();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void startNode(String node) {
        Raft.get(cluster.startNode(node)).start(ReplicatedActor.of("one", Counter::new));
    }

    private static long increment(ActorSystem<Void> system) throws Exception {
        return AskPattern.<Counter.Command, Long>ask(
                        Raft.get(system).ref(Counter.Command.class, "one"),
                        replyTo -> new Counter.Increment(1, replyTo),
                        PATIENCE,
                        system.scheduler())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    private MembershipOutcome change(MembershipChange change, Duration timeout) throws Exception {
        return Raft.get(client)
                .changeMembers("one", change, timeout)
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
    }

    private Member atD() {
        return Member.at(cluster.contact("d"));
    }

    private NodeId leader() {
        return TestProbe.create(client)
                .awaitAssert(
                        PATIENCE,
                        () -> List.of("a", "b", "c").stream()
                                .filter(node -> role(node) == Role.LEADER)
                                .map(NodeId::new)
                                .findFirst()
                                .orElseThrow(() -> new AssertionError("Nobody leads")));
    }

    private Role role(String node) {
        return status(node).group().role();
    }

    private ReplicaStatus status(String node) {
        try {
            return Raft.get(client)
                    .status("one", cluster.contact(node), PATIENCE)
                    .toCompletableFuture()
                    .get(90, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMemberIsReplacedByANodeThatKnewOnlyContactPoints() throws Exception {
        startNode("d");

        MembershipOutcome outcome = change(MembershipChange.NONE.replacing(C, D, atD()), PATIENCE);

        assertEquals(Result.DONE, outcome.result(), outcome.reason());
        assertEquals(Set.of(A, B, D), outcome.configuration().orElseThrow().voters());
        cluster.stop("c");
        assertEquals(2, increment(client));
        assertEquals(3, increment(cluster.system("d")));
        MembershipOutcome again = change(MembershipChange.NONE.adding(D, atD()), PATIENCE);
        assertEquals(Result.DONE, again.result(), "All is so already");
    }

    @Test
    void aLeaderThatIsRemovedHandsOverAndCanBeSwitchedOff() throws Exception {
        NodeId leader = leader();

        MembershipOutcome outcome = change(MembershipChange.NONE.removing(leader), PATIENCE);

        assertEquals(Result.DONE, outcome.result(), outcome.reason());
        cluster.stop(leader.value());
        assertEquals(2, increment(client));
    }

    @Test
    void whatCantBeIsRefusedWithTheReason() throws Exception {
        MembershipOutcome nobody = change(MembershipChange.NONE.removing(D), PATIENCE);
        assertEquals(Result.REFUSED, nobody.result());
        assertTrue(nobody.reason().startsWith("[d] are no members of the group"), nobody.reason());

        MembershipOutcome all =
                change(MembershipChange.NONE.removing(A).removing(B).removing(C), PATIENCE);
        assertEquals(Result.REFUSED, all.result());
    }

    @Test
    void aChangeThatWaitsForANodeGoesOnWhenThatIsUpAndCanBeTakenBack() throws Exception {
        MembershipOutcome waiting = change(MembershipChange.NONE.adding(D, atD()), Duration.ofSeconds(2));
        assertEquals(Result.UNDER_WAY, waiting.result());
        assertTrue(waiting.reason().startsWith("It waits until [d] have the log of one."), waiting.reason());

        MembershipOutcome takenBack = change(MembershipChange.NONE.removing(D), PATIENCE);
        assertEquals(Result.DONE, takenBack.result(), takenBack.reason());

        change(MembershipChange.NONE.adding(D, atD()), Duration.ofSeconds(1));
        startNode("d");
        MembershipOutcome done = change(MembershipChange.NONE.adding(D, atD()), PATIENCE);
        assertEquals(Result.DONE, done.result(), done.reason());
        assertEquals(Set.of(A, B, C, D), done.configuration().orElseThrow().voters());
    }

    @Test
    void anIdleClientFindsTheGroupWhenAllThatItsSettingsNameAreGone() throws Exception {
        List<String> coming = List.of("d", "e", "f");
        coming.forEach(this::startNode);
        ActorSystem<Void> idle = cluster.startClient("idle");
        assertEquals(2, increment(idle));

        MembershipOutcome outcome = change(
                MembershipChange.NONE
                        .replacing(A, D, atD())
                        .replacing(B, new NodeId("e"), Member.at(cluster.contact("e")))
                        .replacing(C, new NodeId("f"), Member.at(cluster.contact("f"))),
                PATIENCE);
        assertEquals(Result.DONE, outcome.result(), outcome.reason());
        TestProbe.create(idle).awaitAssert(PATIENCE, () -> {
            List<String> known = Raft.get(idle).contactsOf(new GroupId("one")).all();
            assertTrue(known.containsAll(coming.stream().map(cluster::contact).toList()), known.toString());
            return known;
        });
        List.of("a", "b", "c").forEach(cluster::stop);

        assertEquals(3, increment(idle));
    }

    @Test
    void nobodyIsThereToAsk() throws Exception {
        List.of("a", "b", "c").forEach(cluster::stop);

        MembershipOutcome outcome = change(MembershipChange.NONE.removing(C), Duration.ofSeconds(1));

        assertEquals(Result.NOT_LEADER, outcome.result());
    }
}
