package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.KnownStorages.storageOf;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.configured;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.candidate;
import static org.uitto.core.SoloNode.preCandidate;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.Progress.Standing;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.log.Configuration;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;
import org.uitto.log.StoredSnapshot;

/** How a leader and candidates treat a peer that is not where it was, and how a leader takes it in again; scenario A15. */
class ReadmissionTest {
    private static final StorageId NEW = new StorageId(77);

    private static AppendEntriesReply matched(long term, NodeId from, long index) {
        return new AppendEntriesReply(term, from, new Matched(index));
    }

    private static AppendEntriesReply stored(long term, NodeId from, long index) {
        return new AppendEntriesReply(term, from, new Stored(index));
    }

    /** Leads term 4; b and c have been heard of where the configuration, entry 1, has them. */
    private static SoloNode leading() {
        SoloNode node = new SoloNode(A, THREE, configured(1, 2, 2), SoloNode.follower(4, log()).state);
        node.storages.started(B, storageOf(B), 1);
        node.storages.started(C, storageOf(C), 1);
        node.storages.save(node.storages.record().knowing(B, storageOf(B)).knowing(C, storageOf(C)));
        node.state = new Candidate(node.state.current().votingFor(A), 0, java.util.Set.of(A));
        node.on(new RequestVoteReply(4, B, true));
        node.persisted();
        return node;
    }

    @Test
    @DisplayName("A15 a vote from another storage than the group knows elects nobody")
    void aVoteFromElsewhereElectsNobody() {
        SoloNode node = candidate(4, THREE, configured(1, 2));
        node.storages.started(B, NEW, 1);

        node.on(new RequestVoteReply(4, B, true));
        assertInstanceOf(Candidate.class, node.state);

        SoloNode other = preCandidate(4, THREE, configured(1, 2));
        other.storages.started(B, NEW, 1);
        other.on(new RequestPreVoteReply(4, B, 4, true));
        assertInstanceOf(PreCandidate.class, other.state);
    }

    @Test
    @DisplayName("A15 what a newcomer has stored commits nothing")
    void whatANewcomerHasStoredCommitsNothing() {
        SoloNode node = leading();
        node.peerBegunAnew(C, NEW);

        Transition told = node.on(stored(4, C, 4));

        assertEquals(0, node.state.commitIndex());
        assertEquals(Standing.NEWCOMER, node.progressOf(C).standing());
        assertEquals(List.of(), told.writes(), "before it has committed an entry of its own it admits nobody");
    }

    @Test
    @DisplayName("A15 a leader takes a newcomer in by an entry that a quorum commits without it")
    void aLeaderTakesANewcomerIn() {
        SoloNode node = leading();
        node.on(matched(4, B, 4));
        assertEquals(4, node.state.commitIndex());
        node.peerBegunAnew(C, NEW);

        Transition told = node.on(stored(4, C, 4));
        EntriesAppended entry = (EntriesAppended) told.writes().get(0);
        Configuration next =
                Configuration.ofBytes(entry.batches().get(0).payloads().firstBody());
        assertEquals(Optional.of(NEW), next.storageOf(C));
        assertEquals(Optional.of(storageOf(B)), next.storageOf(B));

        assertEquals(List.of(), node.on(stored(4, C, 5)).writes(), "one at a time");
        node.persisted();
        assertEquals(4, node.state.commitIndex(), "neither does c's copy help to commit it");
        node.on(matched(4, B, 5));
        assertEquals(5, node.state.commitIndex());
        node.on(matched(4, C, 5));
        assertEquals(Standing.COUNTS, node.progressOf(C).standing());
    }

    @Test
    @DisplayName("A15 a leader that could not take a newcomer in yet does when it greets again")
    void aLeaderTakesANewcomerInWhenItGreetsAgain() {
        SoloNode node = leading();
        node.peerBegunAnew(C, NEW);
        NodeStart start = node.storages.latestStart(C).orElseThrow();
        assertEquals(List.of(), node.on(new Hello(4, C, start)).writes(), "nothing of it is stored there");
        assertEquals(List.of(), node.on(stored(4, C, 4)).writes(), "nothing of this term is committed");
        node.on(matched(4, B, 4));

        Transition greeted = node.on(new Hello(4, C, start));

        assertInstanceOf(EntriesAppended.class, greeted.writes().get(0));
        assertEquals(1, saidTo(C, greeted).size());
    }

    @Test
    @DisplayName("A15 of a peer on another storage nothing is known any more")
    void ofAPeerOnAnotherStorageNothingIsKnown() {
        SoloNode node = leading();
        node.on(matched(4, C, 3));

        node.peerBegunAnew(C, NEW);

        assertEquals(0, node.progressOf(C).matchIndex());
        node.on(matched(4, B, 3));
        assertEquals(0, node.state.commitIndex());
    }

    @Test
    @DisplayName("A15 a newcomer does not keep a leader in office")
    void aNewcomerKeepsNoLeaderInOffice() {
        SoloNode node = leading();
        node.peerBegunAnew(C, NEW);
        node.nowNanos += SoloNode.LIMITS.electionTimeoutMaxNanos();
        node.on(stored(4, C, 1));
        node.on(new HeartbeatReply(4, C, 0, false));

        Transition tick = node.heartbeatTick();

        assertInstanceOf(Follower.class, node.state);
        assertEquals(Transition.ElectionTimer.RESTART, tick.timer());
    }

    @Test
    @DisplayName("A15 a follower that lacks after its start what it acknowledged before is told so, and counts no more")
    void aFollowerThatHasForgottenIsToldSo() {
        SoloNode node = leading();
        node.on(matched(4, C, 4));
        node.storages.started(C, storageOf(C), 2);
        node.peerRestarted(C);
        assertEquals(Standing.RESTARTED, node.progressOf(C).standing());

        Transition refused = node.on(new AppendEntriesReply(4, C, new Conflict(4, new LogPosition(1, 2))));

        assertEquals(Standing.FORGETFUL, node.progressOf(C).standing());
        HelloReply reply = (HelloReply) saidTo(C, refused).get(0);
        assertTrue(reply.forgotten());
        node.on(matched(4, C, 4));
        assertEquals(Standing.FORGETFUL, node.progressOf(C).standing(), "until it shows another storage");
        assertEquals(4, node.state.commitIndex(), "which was committed with it when it still had it");
    }

    @Test
    @DisplayName("A15 a follower that has everything after its start counts as before")
    void aFollowerThatHasEverythingCountsAsBefore() {
        SoloNode node = leading();
        node.on(matched(4, C, 3));
        node.peerRestarted(C);

        node.on(matched(4, C, 4));

        assertEquals(Standing.COUNTS, node.progressOf(C).standing());
        assertEquals(4, node.state.commitIndex());
    }

    @Test
    @DisplayName("D2 a readmission that was never committed has no effect once a snapshot took the log's place")
    void aReadmissionThatWasNeverCommittedHasNoEffectBehindASnapshot() {
        SoloNode node = leading();
        Configuration committed = node.view.configuration();
        node.on(matched(4, B, 4));
        node.peerBegunAnew(C, NEW);
        node.on(stored(4, C, 4));
        assertEquals(Optional.of(NEW), node.view.configuration().storageOf(C), "in force, though not committed");
        node.on(new AppendEntriesReply(5, B, new Conflict(5, at(4, 4))));
        SnapshotInfo theirs = SnapshotInfo.of(at(5, 7), committed, new byte[1]);

        node.snapshotFetched(new StoredSnapshot(theirs, 0, 1));

        assertEquals(committed, node.view.configuration());
        node.state = new Candidate(node.state.current().atLeast(6).votingFor(A), 7, java.util.Set.of(A));
        node.on(new RequestVoteReply(6, C, true));
        assertInstanceOf(Candidate.class, node.state, "c's new storage has no vote");
        node.storages.started(C, storageOf(C), 9);
        node.on(new RequestVoteReply(6, C, true));
        assertInstanceOf(RoleState.Leader.class, node.state, "the one that the group knows has");
    }

    @Test
    @DisplayName("B1 a leader that hears of a later term sets its election timer, which it did not need before")
    void aLeaderThatStepsDownSetsItsElectionTimer() {
        SoloNode node = leading();

        Transition deposed = node.on(new AppendEntriesReply(5, C, new Conflict(3, at(0, 0))));

        assertInstanceOf(Follower.class, node.state);
        assertEquals(Transition.ElectionTimer.RESTART, deposed.timer());
    }
}
