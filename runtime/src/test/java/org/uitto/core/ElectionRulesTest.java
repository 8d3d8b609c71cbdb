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
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.E;
import static org.uitto.core.SoloNode.FIVE;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.candidate;
import static org.uitto.core.SoloNode.follower;
import static org.uitto.core.SoloNode.leader;
import static org.uitto.core.SoloNode.preCandidate;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;

/** Terms and votes (paper Figure 2, §5.2, §5.4.1); scenarios A. */
class ElectionRulesTest {
    private static TermAndVote voted(long term, NodeId candidate) {
        return new TermAndVote(term, Optional.of(candidate));
    }

    private static boolean granted(Transition transition) {
        List<PeerMessage> said = SoloNode.saidTo(B, transition);
        return said.size() == 1 && said.get(0) instanceof RequestVoteReply reply && reply.granted();
    }

    @Test
    @DisplayName("A1 asks for votes only once its own is durable")
    void asksForVotesOnlyOnceItsOwnIsDurable() {
        SoloNode node = preCandidate(4, THREE, log(1, 4));

        Transition standing = node.on(new RequestPreVoteReply(4, B, 4, true));

        assertEquals(List.of(new TermAndVoteSaved(voted(5, A))), standing.writes());
        assertEquals(List.of(), standing.sendNow());
        RequestVote request = new RequestVote(5, A, at(4, 2), false);
        assertEquals(List.of(new Outbound(B, request), new Outbound(C, request)), standing.sendOnceDurable());
        assertEquals(ElectionTimer.RESTART_ONCE_DURABLE, standing.timer());
        assertEquals(new Candidate(voted(5, A), 0, Set.of()), node.state);
    }

    @Test
    @DisplayName("A1 counts its own vote once it is durable, and not for an earlier save")
    void countsItsOwnVoteOnceItIsDurable() {
        SoloNode node = preCandidate(4, THREE, log(1, 4));
        node.on(new RequestPreVoteReply(4, B, 4, true));

        node.persisted(at(4, 2), new TermAndVote(4, Optional.empty()));
        assertEquals(Set.of(), ((Candidate) node.state).granted());
        node.persisted(at(4, 2), voted(4, A));
        assertEquals(Set.of(), ((Candidate) node.state).granted());

        node.persisted(at(4, 2), voted(5, A));
        assertEquals(Set.of(A), ((Candidate) node.state).granted());
    }

    @Test
    @DisplayName("A1 a node alone in its group leads only once its vote is durable")
    void aloneInItsGroupLeadsOnlyOnceItsVoteIsDurable() {
        SoloNode node = new SoloNode(A, List.of(A), log(), follower(0, log()).state);

        Transition standing = node.electionTimeout();
        assertEquals(List.of(new TermAndVoteSaved(voted(1, A))), standing.writes());
        assertInstanceOf(Candidate.class, node.state);

        node.persisted();
        assertInstanceOf(Leader.class, node.state);
    }

    @Test
    @DisplayName("A3 a vote leaves only behind its write")
    void aVoteLeavesOnlyBehindItsWrite() {
        SoloNode node = follower(1, log(1));

        Transition vote = node.on(new RequestVote(2, B, at(1, 1), false));

        assertEquals(List.of(new TermAndVoteSaved(voted(2, B))), vote.writes());
        assertEquals(List.of(), vote.sendNow());
        assertEquals(List.of(new Outbound(B, new RequestVoteReply(2, A, true))), vote.sendOnceDurable());
        assertEquals(ElectionTimer.RESTART_ONCE_DURABLE, vote.timer(), "A14 the timer waits for the disk too");
    }

    static List<PeerMessage> signsOfALeaderOfTermThree() {
        return List.of(
                new Heartbeat(3, B, 0, 0, false),
                new AppendEntries(3, B, at(1, 1), List.of(), 0),
                new AppendEntries(3, B, at(2, 7), List.of(), 0));
    }

    @ParameterizedTest
    @MethodSource("signsOfALeaderOfTermThree")
    @DisplayName("A4 keeps its vote when it steps down within the term")
    void keepsItsVoteWhenItStepsDownWithinTheTerm(PeerMessage sign) {
        SoloNode node = candidate(3, THREE, log(1));

        Transition stepDown = node.on(sign);

        assertInstanceOf(Follower.class, node.state);
        assertEquals(voted(3, A), node.state.current());
        assertEquals(Optional.of(B), node.state.leader());
        assertFalse(stepDown.writes().stream().anyMatch(TermAndVoteSaved.class::isInstance));
        assertFalse(granted(node.on(new RequestVote(3, B, at(9, 9), false))));
    }

    @Test
    @DisplayName("A4 keeps its vote through a failed election, and stands in the next term")
    void keepsItsVoteThroughAFailedElection() {
        SoloNode node = candidate(3, THREE, log(1));

        Transition again = node.electionTimeout();
        assertEquals(List.of(), again.writes());
        assertEquals(voted(3, A), node.state.current());
        assertFalse(granted(node.on(new RequestVote(3, B, at(1, 1), false))));

        node.on(new RequestPreVoteReply(3, C, 3, true));
        assertEquals(voted(4, A), node.state.current());
    }

    @Test
    @DisplayName("A5 a vote of an earlier term does not count")
    void aVoteOfAnEarlierTermDoesNotCount() {
        SoloNode node = candidate(4, THREE, log(1));

        node.on(new RequestVoteReply(3, B, true));

        assertEquals(new Candidate(voted(4, A), 0, Set.of(A)), node.state);
    }

    @Test
    @DisplayName("A6 a voter counts once, and only voters count")
    void aVoterCountsOnce() {
        SoloNode node = candidate(4, FIVE, log(1));

        node.on(new RequestVoteReply(4, B, true));
        node.on(new RequestVoteReply(4, B, true));
        node.on(new RequestVoteReply(4, new NodeId("stranger"), true));
        node.on(new RequestVoteReply(4, C, false));
        assertInstanceOf(Candidate.class, node.state);

        node.on(new RequestVoteReply(4, D, true));
        assertInstanceOf(Leader.class, node.state);
    }

    @ParameterizedTest
    @DisplayName("A8 grants to logs at least as up to date: the term of the last entry counts first, then its index")
    @CsvSource({"2,2,true", "2,3,true", "3,1,true", "2,1,false", "1,2,false", "1,9,false", "0,0,false"})
    void grantsToLogsAtLeastAsUpToDate(long lastTerm, long lastIndex, boolean grants) {
        SoloNode node = follower(3, log(1, 2));

        Transition answer = node.on(new RequestVote(4, B, at(lastTerm, lastIndex), false));

        assertEquals(grants, granted(answer));
        assertEquals(4, node.state.term());
        assertEquals(
                List.of(new TermAndVoteSaved(new TermAndVote(4, grants ? Optional.of(B) : Optional.empty()))),
                answer.writes());
    }

    @Test
    void grantsAtMostOneVotePerTerm() {
        SoloNode node = follower(3, log());
        assertEquals(
                List.of(new RequestVoteReply(3, A, true)),
                SoloNode.saidTo(C, node.on(new RequestVote(3, C, LogPosition.ZERO, false))));

        Transition second = node.on(new RequestVote(3, B, at(3, 9), false));

        assertFalse(granted(second));
        assertEquals(List.of(), second.writes());
        assertTrue(granted(node.on(new RequestVote(4, B, LogPosition.ZERO, false))));
    }

    @Test
    @DisplayName("A10 grants again to the same candidate, behind the disk and without another write")
    void grantsAgainToTheSameCandidate() {
        SoloNode node = follower(3, log());
        node.on(new RequestVote(3, B, LogPosition.ZERO, false));

        Transition again = node.on(new RequestVote(3, B, LogPosition.ZERO, false));

        assertEquals(List.of(), again.writes());
        assertEquals(List.of(new Outbound(B, new RequestVoteReply(3, A, true))), again.sendOnceDurable());
    }

    @Test
    @DisplayName("A11 a leader that restarts leads again only in a new term")
    void aLeaderThatRestartsLeadsAgainOnlyInANewTerm() {
        SoloNode node = new SoloNode(A, THREE, log(3), new Follower(voted(3, A), 0, Optional.empty()));

        node.electionTimeout();
        node.on(new RequestPreVoteReply(3, B, 3, true));
        node.persisted();
        node.on(new RequestVoteReply(4, B, true));

        assertEquals(4, node.leader().term());
        assertEquals(at(4, 2), node.log.last());
    }

    static List<SoloNode> everyRoleInTermThree() {
        return List.of(
                follower(3, log(1, 2)),
                preCandidate(3, THREE, log(1, 2)),
                candidate(3, THREE, log(1, 2)),
                leader(3, THREE, log(1, 2)));
    }

    @ParameterizedTest
    @MethodSource("everyRoleInTermThree")
    void aLaterTermMakesAnyRoleAFollowerWithoutAVote(SoloNode node) {
        Transition transition = node.on(new AppendEntriesReply(5, B, new Matched(0)));

        assertEquals(new Follower(new TermAndVote(5, Optional.empty()), 0, Optional.empty()), node.state);
        assertEquals(List.of(new TermAndVoteSaved(new TermAndVote(5, Optional.empty()))), transition.writes());
    }

    @ParameterizedTest
    @MethodSource("everyRoleInTermThree")
    void answersRequestsOfAnEarlierTermWithItsOwn(SoloNode node) {
        RoleState before = node.state;

        Transition vote = node.on(new RequestVote(2, B, at(9, 9), false));
        Transition append = node.on(new AppendEntries(2, B, LogPosition.ZERO, Logs.entries(1, 2), 1));
        Transition heartbeat = node.on(new Heartbeat(2, B, 2, 0, false));

        assertEquals(List.of(new RequestVoteReply(3, A, false)), SoloNode.saidTo(B, vote));
        assertInstanceOf(
                PeerMessage.Conflict.class,
                ((AppendEntriesReply) SoloNode.saidTo(B, append).get(0)).outcome());
        assertEquals(List.of(new HeartbeatReply(3, A, 0, false)), SoloNode.saidTo(B, heartbeat));
        assertEquals(before, node.state);
        assertEquals(List.of(), append.writes());
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,1", "3,1", "4,2", "5,2"})
    void leadsWithTheVotesOfAMajorityAndNotOneLess(int voters, int othersNeeded) {
        LogWindow log = log(1, 1);
        SoloNode node = candidate(2, FIVE.subList(0, voters), log);
        node.state = new Candidate(node.state.current(), 0, Set.of());

        node.persisted();
        for (int i = 1; i <= othersNeeded; i++) {
            assertInstanceOf(Candidate.class, node.state);
            node.on(new RequestVoteReply(2, FIVE.get(i), true));
        }

        assertInstanceOf(Leader.class, node.state);
    }

    @Test
    void aNewLeaderBeginsItsTermWithANoOp() {
        SoloNode node = candidate(3, THREE, Logs.configured(1, 2));
        node.storages.started(B, KnownStorages.storageOf(B), 1);

        Transition elected = node.on(new RequestVoteReply(3, B, true));

        EntriesAppended noOp = (EntriesAppended) elected.writes().get(0);
        assertEquals(at(2, 2), noOp.prev());
        assertEquals(at(3, 3), noOp.last());
        noOp.batches().get(0).payloads().forEach((kind, array, offset, length) -> assertEquals(EntryKind.NO_OP, kind));
        assertEquals(3, node.leader().noOpIndex());
        assertEquals(2, node.leader().durableIndex(), "its vote was written behind all of its log");
        assertEquals(Optional.of(A), node.state.leader());
        assertEquals(0, node.state.commitIndex(), "nothing is committed by being elected");
        Transition first = node.replicate();
        AppendEntries request = new AppendEntries(3, A, at(2, 2), noOp.batches(), 0);
        assertEquals(List.of(request), SoloNode.saidTo(B, first));
        assertEquals(List.of(request), SoloNode.saidTo(C, first));
    }

    @Test
    void lateAnswersOfAnElectionThatIsOverChangeNothing() {
        SoloNode node = leader(3, FIVE, log(1));
        RoleState before = node.state;

        node.on(new RequestVoteReply(3, E, true));
        node.on(new RequestPreVoteReply(3, E, 2, true));
        node.electionTimeout();

        assertEquals(before, node.state);
    }
}
