package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.FIVE;
import static org.uitto.core.SoloNode.LIMITS;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.candidate;
import static org.uitto.core.SoloNode.follower;
import static org.uitto.core.SoloNode.following;
import static org.uitto.core.SoloNode.leader;
import static org.uitto.core.SoloNode.preCandidate;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;

/** Pre-vote, loyalty to a leader and check-quorum (thesis §4.2.3, §6.2, §9.6); scenarios B. */
class PreVoteTest {
    private static boolean wouldGrant(Transition transition, NodeId asker) {
        return ((RequestPreVoteReply) SoloNode.saidTo(asker, transition).get(0)).granted();
    }

    /** What {@code answerer} says to {@code asker}'s question to it, handed to {@code asker}. */
    private static void ask(SoloNode asker, Transition asked, SoloNode answerer) {
        for (PeerMessage request : SoloNode.saidTo(answerer.self, asked)) {
            for (PeerMessage reply : SoloNode.saidTo(asker.self, answerer.on(request))) {
                asker.on(reply);
            }
        }
    }

    private static SoloNode node(NodeId self, long term, long... log) {
        return new SoloNode(
                self, THREE, log(log), new Follower(new TermAndVote(term, Optional.empty()), 0, Optional.empty()));
    }

    @Test
    void asksBeforeItRaisesItsTerm() {
        SoloNode node = follower(4, log(1, 4));

        Transition asking = node.electionTimeout();

        RequestPreVote question = new RequestPreVote(4, A, at(4, 2));
        assertEquals(List.of(), asking.writes());
        assertEquals(List.of(new Outbound(B, question), new Outbound(C, question)), asking.sendNow());
        assertEquals(ElectionTimer.RESTART, asking.timer());
        assertEquals(4, node.state.term());
    }

    /** A follower of c, with clocks that are trusted or not. */
    private static SoloNode followingC(long leaseNanos) {
        ProtocolLimits limits = new ProtocolLimits(100, 200, 50, 100_000, 2, 1_000_000, 1, leaseNanos);
        SoloNode node = new SoloNode(A, THREE, log(1, 3), follower(3, log(1, 3)).state, limits);
        node.on(new Heartbeat(3, C, 1, 0, false));
        return node;
    }

    @Test
    void whoseLeaderHasCrashedStandsSoonAndHelpsOthers() {
        SoloNode node = followingC(0);
        assertFalse(wouldGrant(node.on(new RequestPreVote(3, B, at(3, 2))), B));

        Transition crashed = node.peerCrashed(C);

        assertEquals(ElectionTimer.HASTEN, crashed.timer());
        assertEquals(Optional.empty(), node.state.leader());
        assertTrue(wouldGrant(node.on(new RequestPreVote(3, B, at(3, 2))), B));
    }

    @Test
    void theCrashOfAnotherIsNoReasonToStand() {
        SoloNode node = followingC(0);

        Transition crashed = node.peerCrashed(B);

        assertEquals(ElectionTimer.KEEP, crashed.timer());
        assertEquals(Optional.of(C), node.state.leader());
        assertFalse(wouldGrant(node.on(new RequestPreVote(3, B, at(3, 2))), B));
    }

    @Test
    void whereLeasesCountNoNewsOfACrashEndsOne() {
        SoloNode node = followingC(90);

        Transition crashed = node.peerCrashed(C);

        assertEquals(ElectionTimer.KEEP, crashed.timer());
        assertFalse(wouldGrant(node.on(new RequestPreVote(3, B, at(3, 2))), B));
    }

    static List<SoloNode> everyRole() {
        return List.of(
                follower(3, log(1)),
                following(C, 3, log(1)),
                preCandidate(3, THREE, log(1)),
                candidate(3, THREE, log(1)),
                leader(3, THREE, log(1)));
    }

    @ParameterizedTest
    @MethodSource("everyRole")
    void aPreVoteChangesNothingWhereverItArrives(SoloNode node) {
        RoleState before = node.state;

        for (long term : new long[] {2, 3, 9}) {
            Transition answer = node.on(new RequestPreVote(term, B, at(9, 9)));

            assertEquals(List.of(), answer.writes());
            assertEquals(before, node.state);
            // One that is encouraged gets a moment's start, so that two do not split the votes; else the timer goes on.
            boolean granted = ((RequestPreVoteReply) answer.sendNow().get(0).message()).granted();
            assertEquals(granted ? ElectionTimer.POSTPONE : ElectionTimer.KEEP, answer.timer());
        }
    }

    @Test
    @DisplayName("B1 a refusal carries the higher term, which is adopted, and the longer log is elected next")
    void aRefusalCarriesTheHigherTermAndIsAdopted() {
        SoloNode longer = node(A, 3, 1, 3, 3);
        SoloNode later = node(B, 7, 1);

        ask(longer, longer.electionTimeout(), later);
        assertEquals(new Follower(new TermAndVote(7, Optional.empty()), 0, Optional.empty()), longer.state);

        later.nowNanos += LIMITS.electionTimeoutMaxNanos();
        ask(later, later.electionTimeout(), longer);
        assertInstanceOf(PreCandidate.class, later.state, "its log is too short, and it does not go on by itself");

        ask(longer, longer.electionTimeout(), later);
        assertInstanceOf(Candidate.class, longer.state);
        assertEquals(8, longer.state.term());
    }

    @Test
    @DisplayName("B3 a follower grants the pre-vote of the very leader it is loyal to")
    void grantsThePreVoteOfTheLeaderItIsLoyalTo() {
        SoloNode node = following(B, 3, log(1));

        assertTrue(wouldGrant(node.on(new RequestPreVote(3, B, at(1, 1))), B));
    }

    @Test
    @DisplayName("B6 asking anew forgets the leader and the earlier answers")
    void askingAnewForgetsTheLeaderAndTheEarlierAnswers() {
        SoloNode node = following(B, 3, log(1));
        node.electionTimeout();
        assertEquals(Optional.empty(), node.state.leader());

        SoloNode ofFive = preCandidate(3, FIVE, log(1));
        ofFive.on(new RequestPreVoteReply(3, B, 3, true));
        ofFive.electionTimeout();
        assertEquals(Set.of(A), ((PreCandidate) ofFive.state).granted());
        ofFive.on(new RequestPreVoteReply(3, C, 3, true));
        assertInstanceOf(PreCandidate.class, ofFive.state);
    }

    @Test
    @DisplayName("B7 a longer log does not help a lower term, but it learns the term at once")
    void aLongerLogDoesNotHelpALowerTerm() {
        SoloNode node = follower(7, log(1));

        Transition answer = node.on(new RequestPreVote(3, B, at(3, 9)));

        assertEquals(List.of(new RequestPreVoteReply(7, A, 3, false)), SoloNode.saidTo(B, answer));
    }

    @Test
    @DisplayName("B8 a dead peer delays no election of the two that live, however often it was tried before")
    void aDeadPeerDelaysNoElection() {
        SoloNode a = node(A, 1, 1);
        for (int i = 0; i < 10_000; i++) {
            a.electionTimeout();
        }
        assertEquals(1, a.state.term());

        SoloNode b = node(B, 1, 1);
        ask(a, a.electionTimeout(), b);
        ask(a, a.persisted(), b);
        assertInstanceOf(Candidate.class, a.state, "nothing was asked behind the disk");
        a.on(new PeerMessage.RequestVoteReply(2, B, true));
        assertInstanceOf(Leader.class, a.state);
    }

    @Test
    @DisplayName("B12 B13 a node that hears nothing can ask as often as it likes")
    void aNodeThatHearsNothingDisturbsNobody() {
        SoloNode deaf = node(C, 3, 1);
        SoloNode loyal = following(B, 3, log(1));
        SoloNode leading = leader(3, THREE, log(1));
        RoleState followed = loyal.state;
        RoleState led = leading.state;

        for (int i = 0; i < 1_000; i++) {
            Transition asked = deaf.electionTimeout();
            for (PeerMessage request : SoloNode.saidTo(A, asked)) {
                assertTrue(!wouldGrant(loyal.on(request), C) && !wouldGrant(leading.on(request), C));
            }
        }

        assertEquals(3, deaf.state.term());
        assertEquals(followed, loyal.state);
        assertEquals(led, leading.state);
    }

    @Test
    void ignoresACandidateWhileItHearsFromItsLeader() {
        SoloNode node = following(B, 3, log(1));

        node.nowNanos += LIMITS.electionTimeoutMinNanos() - 1;
        Transition ignored = node.on(new RequestVote(9, C, at(9, 9), false));
        assertEquals(List.of(), SoloNode.saidTo(C, ignored));
        assertEquals(3, node.state.term());

        node.nowNanos += 1;
        Transition granted = node.on(new RequestVote(9, C, at(9, 9), false));
        assertEquals(List.of(new TermAndVoteSaved(new TermAndVote(9, Optional.of(C)))), granted.writes());
    }

    @Test
    void aLeaderIgnoresCandidatesButNotAPeerOfALaterTerm() {
        SoloNode node = leader(3, THREE, log(1));

        node.on(new RequestVote(4, B, at(9, 9), false));
        assertEquals(3, node.leader().term());

        node.on(new HeartbeatReply(4, B, 0, false));
        assertInstanceOf(Follower.class, node.state);
        assertEquals(4, node.state.term());
    }

    @Test
    void countsOnlyAnswersToWhatItAsksNow() {
        SoloNode node = preCandidate(4, THREE, log(1));

        node.on(new RequestPreVoteReply(4, B, 3, true));
        node.on(new RequestPreVoteReply(4, B, 4, false));
        assertInstanceOf(PreCandidate.class, node.state);

        node.on(new RequestPreVoteReply(2, B, 4, true)); // From a node that is behind in its terms.
        assertEquals(new TermAndVote(5, Optional.of(A)), node.state.current());
    }

    @Test
    void aSignOfALeaderEndsAPreCandidacy() {
        SoloNode node = preCandidate(4, THREE, log(1));

        Transition heard = node.on(new Heartbeat(4, C, 0, 0, false));

        assertEquals(Optional.of(C), node.state.leader());
        assertInstanceOf(Follower.class, node.state);
        assertEquals(ElectionTimer.RESTART, heard.timer());
    }

    @Test
    void aPreCandidateMayVoteForAnother() {
        SoloNode node = preCandidate(4, THREE, log(1));

        node.on(new RequestVote(4, C, at(4, 4), false));

        assertEquals(new Follower(new TermAndVote(4, Optional.of(C)), 0, Optional.empty()), node.state);
    }

    @Test
    void aLeaderThatReachesNoQuorumStepsDownAndKeepsItsTermAndVote() {
        SoloNode node = leader(3, FIVE, log(1));
        TermAndVote current = node.state.current();
        node.nowNanos += LIMITS.electionTimeoutMaxNanos() - 1;
        node.on(new HeartbeatReply(3, B, 0, false));
        node.on(new HeartbeatReply(3, C, 0, false));
        node.nowNanos += LIMITS.electionTimeoutMaxNanos() - 1;
        node.heartbeatTick();
        assertInstanceOf(Leader.class, node.state);

        node.nowNanos += 1;
        Transition stepDown = node.heartbeatTick();

        assertEquals(new Follower(current, 0, Optional.empty()), node.state);
        assertEquals(List.of(), stepDown.writes());
        assertEquals(ElectionTimer.RESTART, stepDown.timer());
    }

    @Test
    void onlyVotersCountForCheckQuorum() {
        SoloNode node = leader(3, THREE, log(1));

        node.nowNanos += LIMITS.electionTimeoutMaxNanos();
        node.on(new HeartbeatReply(3, new NodeId("stranger"), 0, false));
        node.heartbeatTick();

        assertInstanceOf(Follower.class, node.state);
    }

    @Test
    void aNodeAloneInItsGroupNeedsNobodyToGoOnLeading() {
        SoloNode node = candidate(1, List.of(A), log());
        node.persisted(LogPosition.ZERO, node.state.current());
        node.nowNanos += 100 * LIMITS.electionTimeoutMaxNanos();

        node.heartbeatTick();

        assertInstanceOf(Leader.class, node.state);
    }
}
