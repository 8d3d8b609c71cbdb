package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.configured;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.LIMITS;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.Membership.Refusal;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.StorageId;
import org.uitto.log.TermAndVote;

/** A leader's rules for who takes part (paper §6). Node a leads b and c in term 2; its log begins with a configuration. */
class MembershipTest {
    private static final Member AT_D = Member.at("127.0.0.1:4");
    private static final StorageId OF_D = new StorageId(0xd);

    private final SoloNode leader =
            new SoloNode(A, THREE, configured(1), new Candidate(new TermAndVote(2, Optional.of(A)), 0, Set.of(A)));

    MembershipTest() {
        for (NodeId peer : List.of(B, C)) {
            leader.storages.started(peer, KnownStorages.storageOf(peer), 1);
            leader.storages.save(leader.storages.record().knowing(peer, KnownStorages.storageOf(peer)));
        }
        leader.on(new RequestVoteReply(2, B, true));
    }

    /** The leader's own disk and {@code peers} have all of its log. */
    private void everythingIsOn(NodeId... peers) {
        leader.persisted();
        for (NodeId peer : peers) {
            leader.on(new AppendEntriesReply(
                    2, peer, new Matched(leader.log.last().index())));
        }
    }

    private Configuration configuration() {
        return leader.view.configuration();
    }

    private Transition change(MembershipChange change) {
        return leader.change(change);
    }

    private Optional<Refusal> refusalOf(MembershipChange change) {
        return new LeaderRules(leader.view, leader.leader(), leader.nowNanos)
                .membership()
                .refusalOf(change);
    }

    private static MembershipChange addD() {
        return MembershipChange.NONE.adding(D, AT_D);
    }

    @Test
    @DisplayName("E1 no change before an entry of the leader's own term is committed")
    void refusesAChangeBeforeAnEntryOfItsOwnTermIsCommitted() {
        assertTrue(refusalOf(addD()).orElseThrow().passes());
        assertTrue(change(addD()).writes().isEmpty());

        everythingIsOn(B);

        assertEquals(Optional.empty(), refusalOf(addD()));
    }

    @Test
    @DisplayName("E5 one change in flight, on every path")
    void refusesAChangeWhileAnotherIsNotCommitted() {
        everythingIsOn(B, C);
        change(addD());

        assertTrue(refusalOf(MembershipChange.NONE.removing(C)).orElseThrow().passes());
        leader.storages.started(D, OF_D, 1);
        Transition stored = leader.on(
                new AppendEntriesReply(2, D, new Stored(leader.log.last().index())));
        assertTrue(stored.writes().isEmpty(), "A newcomer's storage is not taken in meanwhile");
    }

    @Test
    void aNewNodeLearnsTheLogFirstAndIsThenPromotedByItself() {
        everythingIsOn(B, C);
        change(addD());
        assertEquals(Set.of(D), configuration().learners());
        assertEquals(Set.of(A, B, C, D), configuration().target());

        everythingIsOn(B);
        assertInstanceOf(AppendEntries.class, saidTo(D, leader.replicate()).get(0));
        leader.storages.started(D, OF_D, 1);
        leader.on(new AppendEntriesReply(2, D, new Stored(leader.log.last().index())));
        assertEquals(Optional.of(OF_D), configuration().storageOf(D));
        everythingIsOn(B);
        assertFalse(configuration().isJoint(), "It has its say only once it knows that it was admitted");
        leader.replicate();
        everythingIsOn(D);

        assertEquals(Set.of(A, B, C, D), configuration().voters());
        assertEquals(Set.of(A, B, C), configuration().outgoing());
        everythingIsOn(B, C);
        assertEquals(Set.of(A, B, C, D), configuration().voters());
        assertFalse(configuration().isJoint());
    }

    @Test
    void oneThatHasItsSayInAnIdleGroupIsAskedToSaySo() {
        everythingIsOn(B, C);
        change(addD());
        everythingIsOn(B);
        leader.storages.started(D, OF_D, 1);
        leader.on(new AppendEntriesReply(2, D, new Stored(leader.log.last().index())));
        everythingIsOn(B);
        leader.replicate();
        leader.on(new AppendEntriesReply(2, D, new Stored(leader.log.last().index())));
        assertTrue(saidTo(D, leader.replicate()).isEmpty(), "It has all of the log");

        leader.on(new PeerMessage.HeartbeatReply(2, D, 0, false));

        assertInstanceOf(AppendEntries.class, saidTo(D, leader.replicate()).get(0));
    }

    @Test
    @DisplayName("E3 nothing is committed by one of the two majorities alone")
    void aJointConfigurationTakesBothMajorities() {
        everythingIsOn(B, C);
        leader.assumeConfiguration(configuration()
                .withLearners(Map.of(D, AT_D, SoloNode.E, Member.UNKNOWN))
                .jointWith(Set.of(A, D, SoloNode.E)));
        long committed = leader.leader().commitIndex();

        everythingIsOn(B, C);
        assertEquals(committed, leader.leader().commitIndex(), "Only the old majority has it");
    }

    @Test
    @DisplayName(
            "E17 one that was removed by a configuration which is not committed stands for election (thesis §4.2.2)")
    void whoIsNoVoterByAnUncommittedConfigurationMayBeNeeded() {
        SoloNode follower = SoloNode.follower(2, configured(1));
        follower.on(new AppendEntries(2, B, at(1, 1), List.of(), 1));
        follower.assumeConfiguration(Configuration.of(List.of(B, C)));

        assertInstanceOf(RoleState.PreCandidate.class, follower.electionTimeoutTo());
    }

    @Test
    void whoIsNoVoterByACommittedConfigurationLeavesElectionsToOthers() {
        SoloNode follower = SoloNode.follower(2, configured(1));
        follower.assumeConfiguration(Configuration.of(List.of(B, C)));
        follower.on(new AppendEntries(
                2, B, follower.log.last(), List.of(), follower.log.last().index()));

        assertInstanceOf(RoleState.Follower.class, follower.electionTimeoutTo());
    }

    @Test
    @DisplayName("E4 a configuration that is cut off counts no more")
    void aFollowerGoesBackToTheConfigurationBeforeTheOneThatIsCutOff() {
        SoloNode follower = SoloNode.follower(2, configured(1));
        Configuration added = follower.view.configuration().withLearners(Map.of(D, AT_D));
        follower.on(new AppendEntries(2, B, at(1, 1), List.of(Logs.configuration(at(2, 2), added)), 1));
        assertTrue(follower.view.configuration().isMember(D));

        follower.on(new AppendEntries(3, C, at(1, 1), List.of(Logs.batch(3, 2, 1)), 1));

        assertFalse(follower.view.configuration().isMember(D));
    }

    @Test
    @DisplayName("E7 a leader that is removed hands over once that is committed")
    void aRemovedLeaderLeadsUntilThatIsCommittedAndThenHandsOver() {
        everythingIsOn(B, C);
        change(MembershipChange.NONE.removing(A));
        everythingIsOn(B, C);
        assertTrue(configuration().isJoint());
        everythingIsOn(B, C);
        assertEquals(Set.of(B, C), configuration().voters());
        leader.heartbeatTick();
        assertEquals(Optional.empty(), leader.leader().transfer(), "It still leads: nobody knows that it is removed");
        everythingIsOn(B, C);

        leader.heartbeatTick();
        assertTrue(leader.leader().transfer().isPresent());
        Transition held = leader.proposalsHeld();

        assertTrue(saidTo(B, held).stream().anyMatch(TimeoutNow.class::isInstance)
                || saidTo(C, held).stream().anyMatch(TimeoutNow.class::isInstance));
    }

    @Test
    void aRemovedLeaderWithoutASuccessorMakesWay() {
        everythingIsOn(B, C);
        change(MembershipChange.NONE.removing(A));
        everythingIsOn(B, C);
        everythingIsOn(B, C);
        everythingIsOn(B, C);
        leader.nowNanos += LIMITS.electionTimeoutMinNanos();

        leader.heartbeatTick();

        assertInstanceOf(Follower.class, leader.state);
        assertInstanceOf(Follower.class, leader.electionTimeoutTo(), "It is none of those who decide");
    }

    @Test
    @DisplayName("E8 one that was removed without hearing so is told, and disturbs nobody")
    void aRemovedNodeThatAsksToBeElectedIsSentTheLogUntilItKnows() {
        everythingIsOn(B, C);
        change(MembershipChange.NONE.removing(C));
        everythingIsOn(B);
        everythingIsOn(B);
        everythingIsOn(B);
        assertEquals(Set.of(A, B), configuration().voters());
        leader.nowNanos += LIMITS.electionTimeoutMaxNanos() - 1;
        everythingIsOn(B);
        leader.nowNanos += 1;
        leader.heartbeatTick();
        assertFalse(leader.leader().progress().containsKey(C), "It is silent and gone");

        Transition asked = leader.on(new RequestPreVote(2, C, at(2, 3)));
        assertInstanceOf(Leader.class, leader.state);
        assertTrue(asked.next().term() == 2);
        assertInstanceOf(AppendEntries.class, saidTo(C, leader.replicate()).get(0));
        everythingIsOn(C);
        leader.heartbeatTick();

        assertFalse(leader.leader().progress().containsKey(C), "It knows, and is left alone");
    }

    @Test
    @DisplayName("E12 a learner never leads")
    void aLearnerNeverStandsForElection() {
        Configuration group = Configuration.of(List.of(B, C)).withLearners(Map.of(A, Member.UNKNOWN));
        SoloNode learner = SoloNode.following(B, 2, Logs.log());
        learner.log.apply(new EntriesAppended(
                LogPosition.ZERO,
                List.of(new EntryBatch(at(1, 1), Payloads.single(EntryKind.CONFIGURATION, group.toBytes())))));
        learner.on(new PeerMessage.Heartbeat(2, B, 1, 0, false));

        learner.on(new TimeoutNow(2, B));
        assertInstanceOf(Follower.class, learner.state);
        learner.electionTimeout();
        assertInstanceOf(Follower.class, learner.state);
    }

    @Test
    @DisplayName("one that is to become a voter stands: the one voter that could be elected may need its vote")
    void oneThatIsToBecomeAVoterStandsForElection() {
        Configuration group = Configuration.of(List.of(B, C))
                .withLearners(Map.of(A, Member.UNKNOWN))
                .towards(Set.of(A, B));
        SoloNode learner = SoloNode.follower(2, Logs.log());
        learner.log.apply(new EntriesAppended(
                LogPosition.ZERO,
                List.of(new EntryBatch(at(1, 1), Payloads.single(EntryKind.CONFIGURATION, group.toBytes())))));

        learner.electionTimeout();
        assertInstanceOf(PreCandidate.class, learner.state);
        learner.on(new PeerMessage.RequestPreVoteReply(2, B, 2, true));
        assertInstanceOf(PreCandidate.class, learner.state, "its own vote is none");
        learner.on(new PeerMessage.RequestPreVoteReply(2, C, 2, true));
        assertInstanceOf(Candidate.class, learner.state);
    }

    @Test
    @DisplayName("E11 a learner votes for one who knows that it is a voter")
    void aLearnerThatDoesNotKnowThatItWasPromotedVotes() {
        Configuration group = Configuration.of(List.of(B, C)).withLearners(Map.of(A, Member.UNKNOWN));
        SoloNode learner = SoloNode.follower(2, Logs.log());
        learner.log.apply(new EntriesAppended(
                LogPosition.ZERO,
                List.of(new EntryBatch(at(1, 1), Payloads.single(EntryKind.CONFIGURATION, group.toBytes())))));

        Transition asked = learner.on(new PeerMessage.RequestVote(3, B, at(2, 5), false));

        assertEquals(List.of(new RequestVoteReply(3, A, true)), saidTo(B, asked));
    }

    @Test
    @DisplayName("E14 a change after which nobody could decide is refused unless forced")
    void refusesToRemoveALiveNodeWhileAnotherIsDead() {
        everythingIsOn(B, C);
        leader.nowNanos += LIMITS.electionTimeoutMaxNanos();
        everythingIsOn(B);

        Refusal refusal = refusalOf(MembershipChange.NONE.removing(B)).orElseThrow();
        assertFalse(refusal.passes());
        assertTrue(refusal.reason().contains("[a, c]"), refusal.reason());
        assertEquals(
                Optional.empty(), refusalOf(MembershipChange.NONE.removing(B).byForce()));
        assertEquals(Optional.empty(), refusalOf(MembershipChange.NONE.removing(C)));
        assertEquals(
                Optional.empty(),
                refusalOf(MembershipChange.NONE.removing(C).adding(D, AT_D)),
                "The dead one is replaced");
    }

    @Test
    void refusesWhatMakesNoSense() {
        everythingIsOn(B, C);

        assertFalse(refusalOf(MembershipChange.NONE.removing(D)).orElseThrow().passes());
        assertFalse(refusalOf(MembershipChange.NONE.promoting(D)).orElseThrow().passes());
        MembershipChange all = MembershipChange.NONE.removing(A).removing(B).removing(C);
        assertFalse(refusalOf(all).orElseThrow().passes());
    }

    @Test
    @DisplayName("E16 what is known of the others is kept when members change")
    void progressIsKeptWhenMembersChange() {
        everythingIsOn(B, C);
        Progress before = leader.progressOf(B);

        change(addD());

        assertEquals(before, leader.progressOf(B));
        assertEquals(0, leader.progressOf(D).matchIndex());
    }

    @Test
    void aCandidateAsksBothMajorities() {
        SoloNode candidate =
                new SoloNode(A, THREE, configured(1), new Candidate(new TermAndVote(2, Optional.of(A)), 0, Set.of(A)));
        candidate.log.apply(new EntriesAppended(
                at(1, 1),
                List.of(Logs.configuration(
                        at(1, 2),
                        candidate
                                .view
                                .configuration()
                                .withLearners(Map.of(D, AT_D))
                                .jointWith(Set.of(C, D))))));
        candidate.storages.started(B, KnownStorages.storageOf(B), 1);
        candidate.storages.started(C, KnownStorages.storageOf(C), 1);

        candidate.on(new RequestVoteReply(2, B, true));
        assertInstanceOf(Candidate.class, candidate.state, "The old majority alone elects nobody");
        candidate.on(new RequestVoteReply(2, C, true));
        assertInstanceOf(Candidate.class, candidate.state, "One of two is no majority");
        candidate.on(new RequestVoteReply(2, D, true));

        assertInstanceOf(Leader.class, candidate.state);
    }

    @Test
    @DisplayName("E5 no change is begun, and none goes on, while leadership is being handed over")
    void nothingChangesWhileLeadershipIsHandedOver() {
        everythingIsOn(B, C);
        leader.transferTo(B);

        assertTrue(refusalOf(addD()).orElseThrow().passes());
        assertTrue(change(addD()).writes().isEmpty());

        leader.nowNanos += LIMITS.electionTimeoutMaxNanos() - 1;
        everythingIsOn(B, C);
        leader.nowNanos += 1;
        leader.heartbeatTick(); // It has given up.
        assertEquals(Optional.empty(), refusalOf(addD()));
    }
}
