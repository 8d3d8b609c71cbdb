package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.leader;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.log.Member;
import org.uitto.log.NodeId;

/** How leadership is handed over, and how it is not (thesis §3.10, and §4.2.3 for the loyalty that it overrides). */
class TransferRulesTest {
    private static final TimeoutNow NOW = new TimeoutNow(4, A);

    private static AppendEntriesReply matched(NodeId from, long index) {
        return new AppendEntriesReply(4, from, new Matched(index));
    }

    /** Leads term 4 with a log of three, all of it on its disk. */
    private static SoloNode leading() {
        SoloNode node = leader(4, THREE, log(1, 2));
        node.persisted();
        return node;
    }

    private static Transition on(SoloNode node, Transition transition) {
        node.state = transition.next();
        return transition;
    }

    private static LeaderRules rules(SoloNode node) {
        return new LeaderRules(node.view, node.leader(), node.nowNanos);
    }

    private static Transition transfer(SoloNode node, NodeId target) {
        return on(node, rules(node).onTransfer(target));
    }

    private static Transition held(SoloNode node) {
        return on(node, rules(node).onProposalsHeld());
    }

    @Test
    void theTargetIsToldOnceNothingComesAndItHasAll() {
        SoloNode node = leading();
        node.on(matched(B, 2));
        node.on(matched(C, 3));
        assertEquals(3, node.state.commitIndex());

        assertEquals(List.of(), saidTo(B, transfer(node, B)));
        assertEquals(List.of(), saidTo(B, held(node)));
        assertEquals(List.of(NOW), saidTo(B, node.on(matched(B, 3))));
        assertInstanceOf(Leader.class, node.state);
    }

    @Test
    void isNotToldBeforeWhoeverProposesHasStopped() {
        SoloNode node = leading();
        node.on(matched(B, 3));

        assertEquals(List.of(), saidTo(B, transfer(node, B)));
        assertEquals(List.of(), saidTo(B, node.on(matched(C, 3))));
        assertEquals(List.of(NOW), saidTo(B, held(node)));
    }

    @Test
    void isNotToldBeforeAllIsCommitted() {
        SoloNode node = leader(4, THREE, log(1, 2)); // Its own no-op is not durable yet.
        transfer(node, B);
        held(node);

        assertEquals(List.of(), saidTo(B, node.on(matched(B, 3))));
        assertEquals(List.of(NOW), saidTo(B, node.persisted()));
    }

    @Test
    void isToldAgainAndThenGivenUp() {
        SoloNode node = leading();
        node.on(matched(B, 3));
        transfer(node, B);
        held(node);
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMaxNanos() - 1;
        node.on(new HeartbeatReply(4, B, 0, false));

        assertTrue(saidTo(B, node.heartbeatTick()).contains(NOW));
        node.nowNanos++;
        assertTrue(saidTo(B, node.heartbeatTick()).stream().allMatch(Heartbeat.class::isInstance));
        assertEquals(Optional.empty(), node.leader().transfer());
    }

    @Test
    void onlyAnotherVoterThatAnswersCanTakeOver() {
        SoloNode node = leading();
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMinNanos();
        node.on(matched(B, 1));

        for (NodeId nobody : List.of(A, C, D)) {
            transfer(node, nobody);
            assertEquals(Optional.empty(), node.leader().transfer());
        }
        assertEquals(Optional.of(B), rules(node).likeliestSuccessor());
    }

    @Test
    void theLikeliestSuccessorHasTheMost() {
        SoloNode node = leading();
        node.on(matched(B, 1));
        node.on(matched(C, 2));

        assertEquals(Optional.of(C), rules(node).likeliestSuccessor());
    }

    @Test
    void aFollowerStandsAtOnceForItsLeaderOnly() {
        SoloNode follower = SoloNode.following(B, 4, log(1, 2));

        follower.on(new TimeoutNow(4, C));
        follower.on(new TimeoutNow(3, B));
        assertInstanceOf(Follower.class, follower.state);
        Transition transition = follower.on(new TimeoutNow(4, B));

        assertInstanceOf(Candidate.class, follower.state);
        assertEquals(List.of(new RequestVote(5, A, follower.log.last(), true)), saidTo(C, transition));
        assertEquals(List.of(), transition.sendNow(), "its own vote comes first");
    }

    @Test
    void whoIsLoyalToALeaderVotesForTheOneThatItHandsOverTo() {
        SoloNode follower = SoloNode.following(B, 4, log(1, 2));

        follower.on(new RequestVote(5, C, follower.log.last(), false));
        assertEquals(4, follower.state.term());
        Transition transition = follower.on(new RequestVote(5, C, follower.log.last(), true));

        assertEquals(List.of(new RequestVoteReply(5, A, true)), saidTo(C, transition));
    }

    @Test
    void theLeaderItselfVotesForItsSuccessor() {
        SoloNode node = leading();

        Transition transition = node.on(new RequestVote(5, B, node.log.last(), true));

        assertInstanceOf(Follower.class, node.state);
        assertEquals(List.of(new RequestVoteReply(5, A, true)), saidTo(B, transition));
    }

    @Test
    @DisplayName("B5 whoever takes over asks for no pre-votes, and nothing of its old leader takes it back")
    void nothingOfTheOldLeaderTakesASuccessorBack() {
        SoloNode successor = SoloNode.following(B, 4, log(1, 2));

        Transition standing = successor.on(new TimeoutNow(4, B));
        successor.on(new Heartbeat(4, B, 2, 0, false));
        successor.on(new AppendEntries(4, B, successor.log.last(), List.of(), 2));
        successor.on(new TimeoutNow(4, B));

        assertInstanceOf(RequestVote.class, saidTo(C, standing).get(0));
        assertInstanceOf(Candidate.class, successor.state);
        assertEquals(5, successor.state.term());
    }

    @Test
    @DisplayName("G3 while a configuration is not committed, or the target lacks it, the target is not told")
    void isNotToldBeforeItHasTheConfiguration() {
        SoloNode node = leading();
        node.on(matched(B, 3));
        node.on(matched(C, 3));
        node.assumeConfiguration(node.view.configuration().withLearners(Map.of(D, Member.UNKNOWN)));
        transfer(node, B);

        assertEquals(List.of(), saidTo(B, held(node)), "neither committed nor there");
        node.persisted();
        assertEquals(List.of(), saidTo(B, node.on(matched(C, 4))), "committed, and not there");
        assertEquals(List.of(NOW), saidTo(B, node.on(matched(B, 4))));
    }
}
