package org.uitto.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.role.NodeBench.A;
import static org.uitto.role.NodeBench.B;
import static org.uitto.role.NodeBench.C;
import static org.uitto.role.NodeBench.ELECTION_TIMEOUT;
import static org.uitto.role.NodeBench.PATIENCE;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.Quiescent;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.TermAndVote;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.NodeBench.Sent;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.LeaderQuiescent;
import org.uitto.role.RaftInput.Propose;
import org.uitto.role.RaftInput.StateMachineFailed;
import org.uitto.role.RaftInput.Wake;
import org.uitto.role.RaftNotice.Committed;
import org.uitto.role.RaftNotice.LeaderChanged;
import org.uitto.role.RaftNotice.LeadershipGained;
import org.uitto.role.RaftNotice.ParticipationEnded;
import org.uitto.role.RaftNotice.ReadsReady;
import org.uitto.role.ScriptedJournal.Treatment;

/** What the behaviors add to the rules: the disk comes first, the past is over, and what fails stays out. */
class NodeTest {
    private static final RequestVote CANDIDATE_B = new RequestVote(1, B, LogPosition.ZERO, false);

    private static EntryBatch entry(long term, long index) {
        return new EntryBatch(new LogPosition(term, index), Payloads.single(EntryKind.EVENTS, new byte[] {1}));
    }

    private static AppendEntries append(long term, LogPosition prev, EntryBatch... batches) {
        return new AppendEntries(term, B, prev, List.of(batches), 0);
    }

    /** Node a of three, elected in term 1 by b; its no-op is sent and durable. */
    private static NodeBench leading() {
        return leading(Duration.ZERO);
    }

    private static NodeBench leading(Duration quiesceAfter) {
        NodeBench bench = new NodeBench(A, B, C)
                .quiescingAfter(quiesceAfter)
                .presuming()
                .start()
                .recovered();
        bench.electionTimeout();
        bench.sent(RequestPreVote.class);
        bench.sent(RequestPreVote.class);
        bench.hear(1, new RequestPreVoteReply(0, B, 0, true));
        bench.sent(RequestVote.class);
        bench.sent(RequestVote.class);
        bench.hear(1, new RequestVoteReply(1, B, true));
        bench.sent(AppendEntries.class);
        bench.sent(AppendEntries.class);
        bench.stateMachine.expectMessageClass(LeaderChanged.class, PATIENCE);
        bench.stateMachine.expectMessageClass(LeadershipGained.class, PATIENCE);
        return bench;
    }

    @Test
    void aLeaderWithNothingToDoSaysNothingUntilThereIs() {
        try (NodeBench bench = leading(Duration.ofSeconds(2))) {
            for (NodeId peer : List.of(B, C)) {
                bench.hear(1, new AppendEntriesReply(1, peer, new Matched(1)));
            }
            bench.awaitCommitted(1);
            for (int ticks = 1; ticks <= 2; ticks++) {
                bench.pass(Duration.ofSeconds(1));
                bench.sent(Heartbeat.class);
                bench.sent(Heartbeat.class);
            }
            bench.pass(Duration.ofSeconds(1));
            assertEquals(
                    new NodeBench.Rest(Optional.of(new Quiescent(A, 1, 1)), List.of(B, C)),
                    bench.rests.receiveMessage(PATIENCE));
            bench.pass(ELECTION_TIMEOUT.multipliedBy(5));
            bench.assertSilence();
            assertTrue(bench.status().quiescent());

            bench.node().tell(new Propose(1, Payloads.single(EntryKind.EVENTS, new byte[] {1})));

            assertEquals(new NodeBench.Rest(Optional.empty(), List.of()), bench.rests.receiveMessage(PATIENCE));
            bench.sent(AppendEntries.class);
            bench.sent(AppendEntries.class);
            bench.pass(Duration.ofSeconds(1));
            bench.sent(Heartbeat.class);
            assertEquals(Role.LEADER, bench.status().role());
        }
    }

    @Test
    void aFollowerOfAQuiescentLeaderStandsOnceItIsWoken() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.hear(1, append(1, LogPosition.ZERO, entry(1, 1)));
            bench.sent(AppendEntriesReply.class);
            bench.hear(1, new Heartbeat(1, B, 1, 0, true));
            bench.sent(HeartbeatReply.class);
            Quiescent leader = new Quiescent(B, 1, 1);

            bench.node().tell(new LeaderQuiescent(leader));

            assertEquals(new NodeBench.Rest(Optional.of(leader), List.of()), bench.rests.receiveMessage(PATIENCE));
            bench.pass(ELECTION_TIMEOUT.multipliedBy(5));
            bench.assertSilence();
            bench.node().tell(Wake.INSTANCE);
            assertEquals(new NodeBench.Rest(Optional.empty(), List.of()), bench.rests.receiveMessage(PATIENCE));
            bench.pass(ELECTION_TIMEOUT.dividedBy(2));
            bench.sent(RequestPreVote.class);
        }
    }

    @Test
    @DisplayName("A1 A3 a vote never leaves before it is durable, and leaves when it is")
    void aVoteNeverLeavesBeforeItIsDurable() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.hear(1, CANDIDATE_B);
            bench.awaitHeldWrites(1);
            bench.hear(1, CANDIDATE_B);
            bench.assertSilence();

            bench.journal.release();

            assertEquals(new Sent(B, 1, new RequestVoteReply(1, A, true)), bench.sent());
            assertEquals(new Sent(B, 1, new RequestVoteReply(1, A, true)), bench.sent());
        }
    }

    @Test
    @DisplayName("A1 a candidate asks for votes only once its own is durable")
    void aCandidateAsksOnlyOnceItsOwnVoteIsDurable() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.electionTimeout();
            bench.sent(RequestPreVote.class);
            bench.sent(RequestPreVote.class);
            bench.journal.treatWritesWith(Treatment.HOLD);

            bench.hear(1, new RequestPreVoteReply(0, B, 0, true));
            bench.awaitHeldWrites(1);
            bench.assertSilence();
            assertEquals(Role.CANDIDATE, bench.status().role());
            bench.journal.release();

            assertEquals(1, bench.sent(RequestVote.class).term());
        }
    }

    @Test
    void whatTellsOfATermWaitsForThatTermOnly() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.hear(1, append(3, LogPosition.ZERO, entry(3, 1)));
            bench.hear(1, new Heartbeat(3, B, 0, 1, true));
            bench.awaitHeldWrites(1);
            bench.assertSilence();
            bench.journal.release();
            // The reply to the heartbeat waited for the term, the acknowledgement for the entry in the same write.
            bench.sent();
            bench.sent();

            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.hear(1, append(3, new LogPosition(3, 1), entry(3, 2)));
            bench.awaitHeldWrites(1);
            bench.hear(1, new Heartbeat(3, B, 0, 2, true));

            assertEquals(new HeartbeatReply(3, A, 2, true), bench.sent().message());
            bench.assertSilence();
            bench.journal.release();
            assertEquals(
                    new AppendEntriesReply(3, A, new Matched(2)), bench.sent().message());
        }
    }

    @Test
    @DisplayName("C4 acknowledgements that wait for one write leave as one")
    void acknowledgementsThatWaitTogetherLeaveAsOne() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.hear(1, append(3, LogPosition.ZERO, entry(3, 1)));
            assertEquals(
                    new AppendEntriesReply(3, A, new Matched(1)), bench.sent().message());
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.hear(1, append(3, new LogPosition(3, 1), entry(3, 2)));
            bench.awaitHeldWrites(1);
            bench.hear(1, append(3, new LogPosition(3, 2), entry(3, 3)));
            bench.hear(1, append(3, new LogPosition(3, 3), entry(3, 4)));
            bench.hear(1, append(3, LogPosition.ZERO, entry(3, 1)));
            bench.hear(1, append(3, new LogPosition(3, 4), entry(3, 5)));
            bench.assertSilence();

            bench.journal.release();

            assertEquals(
                    new AppendEntriesReply(3, A, new Matched(2)), bench.sent().message());
            assertEquals(
                    new AppendEntriesReply(3, A, new Matched(4)), bench.sent().message());
            assertEquals(
                    new AppendEntriesReply(3, A, new Matched(5)), bench.sent().message());
            bench.assertSilence();
        }
    }

    @Test
    @DisplayName("K1 what an earlier start of a peer said is over")
    void whatAnEarlierStartOfAPeerSaidIsOver() {
        try (NodeBench bench = leading()) {
            bench.hear(5, new HeartbeatReply(1, B, 0, false));

            bench.hear(4, new AppendEntriesReply(9, B, new Matched(1)));
            bench.hear(4, new AppendEntriesReply(1, B, new Matched(1)));

            GroupStatus status = bench.status();
            assertEquals(Role.LEADER, status.role());
            assertEquals(1, status.term());
            assertEquals(0, status.commitIndex());
            bench.hear(5, new AppendEntriesReply(1, B, new Matched(1)));
            bench.awaitCommitted(1); // With its own write, which may still be under way.
        }
    }

    @Test
    @DisplayName("C10 K1 to a peer that has started anew, what was under way is sent again")
    void toAPeerThatHasStartedAnewItIsSentAgain() {
        try (NodeBench bench = leading()) {
            bench.hear(5, new HeartbeatReply(1, C, 0, false));
            bench.assertSilence();

            bench.hear(6, new HeartbeatReply(1, C, 0, false));

            Sent again = bench.sent();
            assertEquals(C, again.to());
            assertInstanceOf(AppendEntries.class, again.message());
        }
    }

    @Test
    @DisplayName("A11 K1 each start is a follower of the saved term, under a number of its own")
    void eachStartIsAFollowerOfTheSavedTerm() {
        TermAndVote saved = new TermAndVote(6, Optional.of(A));
        try (NodeBench bench = new NodeBench(A, B, C)
                .presuming(new Started(3, 3), new TermAndVoteSaved(saved))
                .start()
                .recovered()) {
            GroupStatus status = bench.status();

            assertEquals(Role.FOLLOWER, status.role());
            assertEquals(6, status.term());
            assertEquals(4, status.incarnation());
            bench.hear(1, new RequestVote(6, B, new LogPosition(9, 9), false));
            assertEquals(new Sent(B, 4, new RequestVoteReply(6, A, false)), bench.sent());
        }
    }

    @Test
    @DisplayName("A2 H1 K6 a node whose log fails votes no more, acknowledges nothing, and says why")
    void aNodeWhoseLogFailsVotesNoMore() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.journal.treatWritesWith(Treatment.FAIL);
            bench.hear(1, CANDIDATE_B);
            bench.stateMachine.expectMessageClass(LeaderChanged.class, PATIENCE);
            bench.stateMachine.expectMessageClass(LeaderChanged.class, PATIENCE);
            ParticipationEnded ended = bench.stateMachine.expectMessageClass(ParticipationEnded.class, PATIENCE);
            assertTrue(ended.reason().contains("the disk is gone"), ended.reason());

            bench.journal.treatWritesWith(Treatment.STORE);
            bench.hear(1, CANDIDATE_B);
            bench.hear(1, new RequestVote(7, C, LogPosition.ZERO, false));
            bench.hear(1, new RequestPreVote(7, C, LogPosition.ZERO));
            bench.hear(1, append(7, LogPosition.ZERO, entry(7, 1)));
            bench.hear(1, new Heartbeat(7, B, 0, 0, true));
            bench.electionTimeout();

            bench.assertSilence();
            GroupStatus status = bench.status();
            assertEquals(Role.HALTED, status.role());
            assertEquals(Optional.of(ended.reason()), status.trouble());
            assertEquals(ended.reason(), bench.halted.get());
        }
    }

    @Test
    @DisplayName("C23 a leader whose own write fails leads no more")
    void aLeaderWhoseOwnWriteFailsLeadsNoMore() {
        try (NodeBench bench = leading()) {
            bench.journal.treatWritesWith(Treatment.REJECT);
            bench.node().tell(new Propose(1, Payloads.single(EntryKind.EVENTS, new byte[] {1})));

            bench.stateMachine.expectMessage(PATIENCE, new LeaderChanged(1, Optional.empty()));
            bench.stateMachine.expectMessageClass(ParticipationEnded.class, PATIENCE);
            assertEquals(Role.HALTED, bench.status().role());
        }
    }

    @Test
    @DisplayName("H16 a node whose log can't be read takes no part, and says why")
    void aNodeWhoseLogCantBeReadTakesNoPart() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming(new Started(1, 1))) {
            bench.journal.failReplays(new IllegalStateException("record 7 is damaged"));
            bench.start();
            ParticipationEnded ended = bench.stateMachine.expectMessageClass(ParticipationEnded.class, PATIENCE);
            assertTrue(ended.reason().contains("record 7 is damaged"), ended.reason());

            bench.hear(1, CANDIDATE_B);

            bench.assertSilence();
            assertEquals(Role.HALTED, bench.status().role());
        }
    }

    @Test
    @DisplayName("A16 two leaders of one term halt the node that sees them, loudly")
    void twoLeadersOfOneTermHaltTheNode() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.hear(1, new Heartbeat(3, B, 0, 0, true));
            bench.sent(HeartbeatReply.class);

            bench.hear(1, new Heartbeat(3, C, 0, 0, true));

            GroupStatus status = bench.status();
            assertEquals(Role.HALTED, status.role());
            assertTrue(status.trouble().orElseThrow().contains("both b and c lead term 3"));
            bench.assertSilence();
        }
    }

    @Test
    @DisplayName("C26 a state machine that can't go on halts its node")
    void aStateMachineThatCantGoOnHaltsItsNode() {
        try (NodeBench bench = leading()) {
            bench.node().tell(new StateMachineFailed("no class for that event"));

            bench.stateMachine.expectMessage(PATIENCE, new LeaderChanged(1, Optional.empty()));
            bench.stateMachine.expectMessage(PATIENCE, new ParticipationEnded("no class for that event"));
        }
    }

    @Test
    void tellsTheStateMachineWhatIsCommittedOnceAndInOrder() {
        try (NodeBench bench = new NodeBench(A, B, C).presuming().start().recovered()) {
            bench.hear(1, append(3, LogPosition.ZERO, entry(3, 1), entry(3, 2), entry(3, 3)));
            bench.stateMachine.expectMessage(PATIENCE, new LeaderChanged(3, Optional.of(B)));
            bench.hear(1, new Heartbeat(3, B, 2, 0, false));
            bench.stateMachine.expectMessage(PATIENCE, new Committed(List.of(entry(3, 1), entry(3, 2))));
            bench.hear(1, new Heartbeat(3, B, 2, 0, false));
            bench.hear(1, new Heartbeat(3, B, 3, 0, false));
            bench.stateMachine.expectMessage(PATIENCE, new Committed(List.of(entry(3, 3))));
        }
    }

    @Test
    @DisplayName("F1 a leader's reads are ready behind what is committed")
    void aLeadersReadsAreReadyBehindWhatIsCommitted() {
        try (NodeBench bench = leading()) {
            bench.node().tell(new ConfirmReads(1, 7));
            bench.sent(Heartbeat.class);
            bench.sent(Heartbeat.class);
            bench.hear(1, new HeartbeatReply(1, B, 1, true));
            bench.hear(1, new AppendEntriesReply(1, B, new Matched(1)));

            bench.stateMachine.expectMessageClass(Committed.class, PATIENCE);
            bench.stateMachine.expectMessage(PATIENCE, new ReadsReady(List.of(7L)));
        }
    }

    @Test
    void tellsHowLongItsDiskHasBeenAtAWrite() {
        try (NodeBench bench = leading()) {
            bench.peers.awaitAssert(PATIENCE, () -> {
                assertEquals(0, bench.status().disk().writesUnderWay());
                return Optional.empty();
            });
            DiskStatus before = bench.status().disk();
            assertEquals(0, before.underWayMillis());
            assertTrue(before.writeCount() > 0, () -> "How it came to lead was written: " + before);
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.node().tell(new Propose(1, Payloads.single(EntryKind.EVENTS, new byte[] {1})));
            bench.awaitHeldWrites(1);

            bench.pass(Duration.ofMillis(700));

            GroupStatus status = bench.status();
            assertEquals(new DiskStatus(1, 700, before.writeCount()), status.disk());
            assertEquals(1, status.log().durableIndex());
            assertEquals(2, status.lastLog().index());
        }
    }

    @Test
    void aLeaderTellsWhatItKnowsOfItsPeers() {
        try (NodeBench bench = leading()) {
            bench.hear(1, new AppendEntriesReply(1, B, new Matched(1)));
            bench.pass(Duration.ofMillis(700));

            List<PeerStatus> peers = bench.status().peers();

            assertEquals(
                    new PeerStatus(B, 1, 2, PeerStatus.Mode.REPLICATE, PeerStatus.Standing.COUNTS, 0, 700, 0, 0),
                    peers.get(0));
            assertEquals(C, peers.get(1).node());
            assertEquals(PeerStatus.Mode.PROBE, peers.get(1).mode());
            assertEquals(1, peers.get(1).lagEntries());
            assertEquals(1, peers.get(1).inFlightMessages());
        }
    }

    @Test
    void whatWasAskedOfAnEarlierLeadershipHasNoEffect() {
        try (NodeBench bench = leading()) {
            bench.node().tell(new Propose(0, Payloads.single(EntryKind.EVENTS, new byte[] {1})));
            bench.node().tell(new ConfirmReads(0, 7));

            bench.assertSilence();
            assertEquals(new LogPosition(1, 1), bench.status().lastLog());
        }
    }

    @Test
    @DisplayName("C25 a node alone in its group commits what it has on disk")
    void aNodeAloneCommitsWhatItHasOnDisk() {
        try (NodeBench bench = new NodeBench(A).presuming().start().recovered()) {
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.electionTimeout();
            bench.awaitHeldWrites(1);
            assertEquals(Role.CANDIDATE, bench.status().role());
            bench.journal.release();

            bench.stateMachine.expectMessage(PATIENCE, new LeaderChanged(1, Optional.empty()));
            bench.stateMachine.expectMessageClass(LeadershipGained.class, PATIENCE);
            bench.stateMachine.expectMessageClass(Committed.class, PATIENCE);
            bench.journal.treatWritesWith(Treatment.HOLD);
            bench.node().tell(new Propose(1, Payloads.single(EntryKind.EVENTS, new byte[] {1})));
            bench.awaitHeldWrites(1);
            assertEquals(1, bench.status().commitIndex());
            bench.journal.release();
            bench.stateMachine.expectMessage(PATIENCE, new Committed(List.of(entry(1, 2))));
        }
    }
}
