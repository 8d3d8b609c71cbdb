package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.Quiescent;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.node.HeartbeatHub.Heartbeats;
import org.uitto.node.HeartbeatHub.Hosted;
import org.uitto.node.HeartbeatHub.Outgoing;
import org.uitto.node.HeartbeatHub.QuiescentGroup;
import org.uitto.node.HeartbeatHub.QuiescentGroups;
import org.uitto.node.HeartbeatHub.QuiescentGroupsHeard;
import org.uitto.node.HeartbeatHub.Quiesces;
import org.uitto.node.HeartbeatHub.StillQuiescent;
import org.uitto.node.HeartbeatHub.Wakes;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.LeaderQuiescent;
import org.uitto.role.RaftInput.PeerCrashed;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftInput.Wake;

/** Heartbeats of many groups in one message: each is its own group's business. */
class HeartbeatHubTest {
    private static final NodeId SENDER = new NodeId("b");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Contact OWN = new Contact("own.invalid", 7352);

    private record Sent(Contact to, HeartbeatHub.Message message) {}

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<Sent> sent = kit.createTestProbe();
    private final ActorRef<HeartbeatHub.Message> hub = kit.spawn(HeartbeatHub.create(new HeartbeatHub.Given(
            OWN,
            (to, message) -> sent.getRef().tell(new Sent(to, message)),
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            System::nanoTime,
            new SplittableRandom(1),
            true)));

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private static PeerEnvelope heartbeat(String group, long term) {
        return heartbeat(group, term, "nowhere.invalid:7352~1");
    }

    private static PeerEnvelope heartbeat(String group, long term, String contact) {
        return new PeerEnvelope(
                new GroupId(group),
                new NodeStart(new StorageId(term), 1, 0),
                contact,
                new Heartbeat(term, SENDER, term, 0, false));
    }

    private TestProbe<RaftInput> hosted(String group) {
        TestProbe<RaftInput> raft = kit.createTestProbe();
        hub.tell(new Hosted(new GroupId(group), raft.getRef()));
        return raft;
    }

    @Test
    @DisplayName("I5 each group gets its own heartbeat with its own term, and what is for others is for nobody")
    void eachGroupGetsItsOwn() {
        TestProbe<RaftInput> one = hosted("one");
        TestProbe<RaftInput> two = hosted("two");

        hub.tell(new Heartbeats(List.of(heartbeat("one", 1), heartbeat("other", 99), heartbeat("two", 7))));
        hub.tell(new Heartbeats(List.of(heartbeat("two", 8)))); // That of the first is lost, or late.
        hub.tell(new Heartbeats(List.of(heartbeat("one", 2))));

        one.expectMessage(PATIENCE, heartbeat("one", 1));
        one.expectMessage(PATIENCE, heartbeat("one", 2));
        two.expectMessage(PATIENCE, heartbeat("two", 7));
        two.expectMessage(PATIENCE, heartbeat("two", 8));
    }

    @Test
    @DisplayName("I8 K1 a group that has started again gets its heartbeats, and its earlier start none")
    void theLatestStartGetsThem() {
        TestProbe<RaftInput> earlier = hosted("one");
        TestProbe<RaftInput> later = hosted("one");

        hub.tell(new Heartbeats(List.of(heartbeat("one", 3))));

        later.expectMessage(PATIENCE, heartbeat("one", 3));
        earlier.expectNoMessage(Duration.ofMillis(100));
    }

    private static QuiescentGroup quiescent(String group) {
        return new QuiescentGroup(new GroupId(group), new Quiescent(SENDER, 3, 7));
    }

    @Test
    void speaksForTheGroupsThatItLeadsUntilTheyWake() {
        TestProbe<RaftInput> one = hosted("one");
        Contact follower = new Contact("follower.invalid", 7352);
        QuiescentGroup group = quiescent("one");
        hub.tell(new Quiesces(group.group(), group.quiescent(), List.of(follower), one.getRef()));

        QuiescentGroups told = (QuiescentGroups) sent.receiveMessage(PATIENCE).message();
        assertEquals(new QuiescentGroups(OWN, follower, told.version(), 1, List.of(group)), told);
        hub.tell(new QuiescentGroupsHeard(follower, told.version(), true, List.of()));
        sent.fishForMessage(
                PATIENCE,
                some -> some.equals(new Sent(follower, new StillQuiescent(OWN, follower, told.version())))
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        one.expectMessage(PATIENCE, Wake.INSTANCE); // Nobody answers any more.

        hub.tell(new Wakes(group.group()));
        hub.tell(new Outgoing(new Contact("last.invalid", 1), heartbeat("one", 1)));
        sent.fishForMessage(
                PATIENCE,
                some -> some.to().equals(follower) ? FishingOutcomes.continueAndIgnore() : FishingOutcomes.complete());
        sent.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void answersForTheGroupsThatItFollowsAndWakesThemWhenNothingIsHeard() {
        TestProbe<RaftInput> one = hosted("one");
        Contact leader = new Contact("leader.invalid", 7352);
        Contact addressed = new Contact("alias.invalid", 7352);
        Sent answer = new Sent(leader, new QuiescentGroupsHeard(addressed, 9, true, List.of(new GroupId("stranger"))));

        hub.tell(new StillQuiescent(leader, addressed, 9));
        sent.expectMessage(PATIENCE, new Sent(leader, new QuiescentGroupsHeard(addressed, 9, false, List.of())));
        hub.tell(new QuiescentGroups(leader, addressed, 9, 2, List.of(quiescent("one"), quiescent("stranger"))));
        one.expectMessage(PATIENCE, new LeaderQuiescent(quiescent("one").quiescent()));
        sent.expectMessage(PATIENCE, answer);
        hub.tell(new Quiesces(new GroupId("one"), quiescent("one").quiescent(), List.of(), one.getRef()));
        hub.tell(new StillQuiescent(leader, addressed, 9));
        sent.expectMessage(PATIENCE, answer);

        one.expectMessage(PATIENCE, Wake.INSTANCE);
    }

    @Test
    void aReplicaThatHasEndedIsUnknown() {
        TestProbe<RaftInput> one = hosted("one");
        Contact leader = new Contact("leader.invalid", 7352);
        one.stop();
        QuiescentGroups told = new QuiescentGroups(leader, OWN, 9, 1, List.of(quiescent("one")));

        sent.awaitAssert(PATIENCE, () -> {
            hub.tell(told);
            sent.expectMessage(
                    Duration.ofSeconds(1),
                    new Sent(leader, new QuiescentGroupsHeard(OWN, 9, true, List.of(new GroupId("one")))));
            return null;
        });
    }

    @Test
    void allGroupsHearThatTheProcessOfOnesLeaderIsGone() throws IOException {
        TestProbe<RaftInput> one = hosted("one");
        TestProbe<RaftInput> two = hosted("two");
        ServerSocket leader = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        PeerEnvelope heartbeat = heartbeat("one", 3, "127.0.0.1:" + leader.getLocalPort() + "~1");
        hub.tell(new Heartbeats(List.of(heartbeat)));
        Socket watching = leader.accept();

        leader.close();
        watching.close();

        one.expectMessage(PATIENCE, heartbeat);
        one.expectMessage(PATIENCE, new PeerCrashed(SENDER));
        two.expectMessage(PATIENCE, new PeerCrashed(SENDER));
    }
}
