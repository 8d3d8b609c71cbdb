package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.batch;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.following;
import static org.uitto.core.SoloNode.leader;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.log.NodeId;

/** When a group may be left alone, who goes along with it, and what wakes them. */
class QuiescenceRulesTest {
    /** Leads term 4; its no-op, entry 3, is on its disk. */
    private static SoloNode leading() {
        SoloNode node = leader(4, THREE, log(1, 3));
        node.persisted();
        node.replicate();
        return node;
    }

    private static void matched(SoloNode node, NodeId from) {
        node.on(new AppendEntriesReply(4, from, new Matched(3)));
    }

    private static SoloNode atRest() {
        SoloNode node = leading();
        matched(node, B);
        matched(node, C);
        return node;
    }

    private static boolean isAtRest(SoloNode node) {
        return new LeaderRules(node.view, (Leader) node.state, node.nowNanos).isAtRest();
    }

    @Test
    void aLeaderIsAtRestOnceAllHaveAll() {
        SoloNode node = leading();
        assertFalse(isAtRest(node));
        matched(node, B);
        assertFalse(isAtRest(node), "c lacks the last entry");
        matched(node, C);
        assertTrue(isAtRest(node));

        node.propose(batch(4, 4, 1).payloads());
        assertFalse(isAtRest(node), "an entry is not committed");
    }

    @Test
    void aLeaderIsNotAtRestWhileOneIsSilent() {
        SoloNode node = atRest();
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMinNanos() / 2;
        node.on(new HeartbeatReply(4, B, 0, false));
        assertTrue(isAtRest(node));
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMinNanos() / 2;

        assertFalse(isAtRest(node), "nothing was heard of c for an election timeout");
    }

    @Test
    void aLeaderIsNotAtRestWhileAReadWaits() {
        SoloNode node = atRest();
        node.readRequest(1);

        assertFalse(isAtRest(node));
    }

    @Test
    void aLeaderThatWakesGivesItsFollowersTimeToAnswer() {
        SoloNode node = atRest();
        node.quiesce();
        assertTrue(node.state.isQuiescent());
        node.nowNanos += 1_000 * SoloNode.LIMITS.electionTimeoutMaxNanos();

        node.wake();

        assertFalse(node.state.isQuiescent());
        assertEquals(
                List.of(B, C),
                node.heartbeatTick().sendNow().stream()
                        .map(Transition.Outbound::to)
                        .toList());
        assertInstanceOf(Leader.class, node.state);
    }

    private static Quiescent quiescent(long term, long lastIndex) {
        return new Quiescent(B, term, lastIndex);
    }

    /** Node a, which follows b in term 4 and knows that all three entries of its log are committed. */
    private static SoloNode followingAll() {
        SoloNode node = following(B, 4, log(1, 3, 4));
        node.on(new Heartbeat(4, B, 3, 0, false));
        return node;
    }

    @Test
    void aFollowerGoesAlongIfAllIsAsItBelieves() {
        SoloNode node = followingAll();

        Transition transition = node.leaderQuiescent(quiescent(4, 3));

        assertTrue(node.state.isQuiescent());
        assertEquals(List.of(), transition.sendNow());
    }

    @Test
    void aFollowerThatSeesItOtherwiseWakesTheLeader() {
        for (Quiescent other : List.of(quiescent(4, 2), quiescent(4, 4), quiescent(3, 3), quiescent(5, 3))) {
            SoloNode node = followingAll();
            assertInstanceOf(Hello.class, saidTo(B, node.leaderQuiescent(other)).get(0));
            assertFalse(node.state.isQuiescent());
        }
        SoloNode uncommitted = following(B, 4, log(1, 3, 4));
        assertInstanceOf(
                Hello.class,
                saidTo(B, uncommitted.leaderQuiescent(quiescent(4, 3))).get(0));
        SoloNode leaderless = SoloNode.follower(4, log(1, 3, 4));
        assertInstanceOf(
                Hello.class,
                saidTo(B, leaderless.leaderQuiescent(quiescent(4, 3))).get(0));
    }

    @Test
    void aQuiescentFollowerIsLoyalHoweverLongItLasts() {
        SoloNode node = followingAll();
        node.leaderQuiescent(quiescent(4, 3));
        node.nowNanos += 1_000 * SoloNode.LIMITS.electionTimeoutMaxNanos();

        Transition asked = node.on(new RequestPreVote(4, C, at(4, 3)));

        assertFalse(((RequestPreVoteReply) saidTo(C, asked).get(0)).granted());
    }

    @Test
    void aFollowerThatIsWokenStandsSoonAndIsLoyalNoMore() {
        SoloNode node = followingAll();
        node.leaderQuiescent(quiescent(4, 3));
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMinNanos();

        Transition woken = node.wake();

        assertEquals(ElectionTimer.HASTEN, woken.timer());
        assertFalse(node.state.isQuiescent());
        Transition asked = node.on(new RequestPreVote(4, C, at(4, 3)));
        assertTrue(((RequestPreVoteReply) saidTo(C, asked).get(0)).granted());
    }

    @Test
    void aHeartbeatEndsTheQuiescenceOfAFollower() {
        SoloNode node = followingAll();
        node.leaderQuiescent(quiescent(4, 3));

        node.on(new Heartbeat(4, B, 3, 0, false));

        assertFalse(node.state.isQuiescent());
        assertEquals(Optional.of(B), ((Follower) node.state).leader());
        assertEquals(at(4, 3), node.log.last());
        assertEquals(A, node.self);
    }
}
