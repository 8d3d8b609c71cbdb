package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.batch;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.E;
import static org.uitto.core.SoloNode.FIVE;
import static org.uitto.core.SoloNode.LIMITS;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.leader;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.Progress.Mode;
import org.uitto.core.RoleState.Leader;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;

/** What a leader counts and commits (paper §5.3, §5.4); scenarios C. */
class LeaderRulesTest {
    private static AppendEntriesReply matched(long term, NodeId from, long index) {
        return new AppendEntriesReply(term, from, new Matched(index));
    }

    private static AppendEntriesReply conflict(long term, NodeId from, long prevIndex, LogPosition hint) {
        return new AppendEntriesReply(term, from, new Conflict(prevIndex, hint));
    }

    @Test
    @DisplayName("C1 an entry of an earlier term is not committed by counting, but with one of this term")
    void anEarlierTermIsCommittedOnlyWithThisOne() {
        SoloNode node = leader(4, FIVE, log(1, 2, 2));

        node.on(matched(4, B, 3));
        node.on(matched(4, C, 3));
        node.on(matched(4, D, 3));
        node.on(matched(4, E, 3));
        assertEquals(0, node.state.commitIndex());

        node.on(matched(4, B, 4));
        node.on(matched(4, C, 4));
        assertEquals(0, node.state.commitIndex(), "its own copy is not durable yet");
        node.persisted();
        assertEquals(4, node.state.commitIndex());
    }

    @Test
    @DisplayName("C2 entries of earlier terms do not hide a later one of this term that a quorum has")
    void earlierTermsDoNotHideALaterEntry() {
        SoloNode node = leader(4, THREE, log(1, 2, 3));
        node.propose(batch(4, 5, 2).payloads());
        node.persisted();

        node.on(matched(4, B, 3));
        assertEquals(0, node.state.commitIndex());
        node.on(matched(4, B, 6));
        assertEquals(6, node.state.commitIndex());
    }

    @Test
    @DisplayName("C3 an answer counts for what it proves, though the follower may hold more")
    void anAnswerCountsForWhatItProves() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));
        node.persisted();

        node.on(matched(4, B, 2));

        assertEquals(2, node.progressOf(B).matchIndex());
        assertEquals(0, node.state.commitIndex());
    }

    @Test
    @DisplayName("C8 a stale refusal does not move nextIndex to matchIndex or below")
    void aStaleRefusalMovesNothing() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));
        node.on(matched(4, B, 3));
        Progress before = node.progressOf(B);

        node.on(conflict(4, B, 3, LogPosition.ZERO));
        node.on(conflict(4, B, 1, LogPosition.ZERO));

        assertEquals(before, node.progressOf(B));
    }

    @Test
    @DisplayName("C8 a refusal of another request than the one under way moves nothing while probing")
    void aRefusalOfAnotherProbeMovesNothing() {
        SoloNode node = leader(4, THREE, log(1, 1, 1, 2, 2));
        node.replicate();
        node.on(conflict(4, B, 5, at(1, 3)));
        assertEquals(4, node.progressOf(B).nextIndex());

        node.on(conflict(4, B, 5, LogPosition.ZERO));

        assertEquals(4, node.progressOf(B).nextIndex());
    }

    @Test
    @DisplayName("C9 matchIndex only grows, whatever answers come twice or late")
    void matchIndexOnlyGrows() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));

        for (long index : new long[] {2, 4, 3, 0, 4, 1}) {
            long before = node.progressOf(B).matchIndex();
            node.on(matched(4, B, index));
            assertEquals(Math.max(before, index), node.progressOf(B).matchIndex());
            assertEquals(
                    true, node.progressOf(B).nextIndex() > node.progressOf(B).matchIndex());
        }
    }

    @Test
    @DisplayName("C9 an answer of an earlier term does not count")
    void anAnswerOfAnEarlierTermDoesNotCount() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));
        RoleState before = node.state;

        node.on(matched(3, B, 3));

        assertEquals(before, node.state);
    }

    @Test
    @DisplayName("C10 of a peer that has started anew only what it proved durably is kept")
    void ofAPeerThatStartedAnewOnlyTheProvenIsKept() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));
        node.on(matched(4, B, 4));
        node.propose(batch(4, 5, 1).payloads());
        node.replicate();
        assertEquals(6, node.progressOf(B).nextIndex());

        node.peerRestarted(B);

        assertEquals(5, node.progressOf(B).nextIndex());
        assertEquals(4, node.progressOf(B).matchIndex());
        assertEquals(Mode.PROBE, node.progressOf(B).mode());
        assertEquals(1, SoloNode.saidTo(B, node.replicate()).size());
        node.peerRestarted(new NodeId("stranger"));
    }

    @Test
    @DisplayName("C12 the commit index is what a quorum holds, by the definition, whatever comes in which order")
    void theCommitIndexIsWhatAQuorumHolds() {
        SplittableRandom random = new SplittableRandom(12);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(5);
            List<NodeId> voters = FIVE.subList(0, size);
            SoloNode node = leader(3, voters, log(1, 1, 2, 2, 2));
            if (!(node.state instanceof Leader)) {
                continue;
            }
            node.propose(batch(3, 7, 5).payloads());
            Map<NodeId, Long> held = new HashMap<>();
            held.put(A, 5L);
            for (int step = 0; step < 30; step++) {
                NodeId voter = voters.get(random.nextInt(size));
                long index = random.nextLong(12);
                if (voter.equals(A)) {
                    node.persisted(node.log.positionAt(index), node.state.current());
                } else {
                    node.on(matched(3, voter, index));
                }
                held.merge(voter, index, Math::max);
                assertEquals(committed(held, size), node.state.commitIndex(), "round " + round);
            }
        }
    }

    /** Paper Figure 2, literally: the largest N that a majority holds and that is of this term, 3, which begins at 6. */
    private static long committed(Map<NodeId, Long> held, int voters) {
        for (long n = 11; n >= 6; n--) {
            long index = n;
            if (held.values().stream().filter(has -> has >= index).count() * 2 > voters) {
                return n;
            }
        }
        return 0;
    }

    @Test
    @DisplayName("C17 a write that became durable too late for its place in the log does not count")
    void aWriteOfAReplacedEntryDoesNotCount() {
        SoloNode node = leader(4, THREE, log(1, 1));
        node.on(matched(4, B, 3));

        node.persisted(at(2, 3), node.state.current());
        assertEquals(2, node.leader().durableIndex());
        assertEquals(0, node.state.commitIndex());
        node.persisted(at(2, 9), node.state.current());
        assertEquals(2, node.leader().durableIndex());

        node.persisted(at(4, 3), node.state.current());
        assertEquals(3, node.state.commitIndex());
    }

    @Test
    @DisplayName("C23 commits by its followers while its own write is under way (thesis §10.2.1)")
    void commitsByItsFollowersWhileItsOwnWriteIsUnderWay() {
        SoloNode node = leader(4, THREE, log());

        node.on(matched(4, B, 1));
        assertEquals(0, node.state.commitIndex());
        node.on(matched(4, C, 1));

        assertEquals(1, node.state.commitIndex());
        assertEquals(0, node.leader().durableIndex());
    }

    @Test
    @DisplayName("C25 a node alone in its group commits only what is durable")
    void aNodeAloneCommitsOnlyWhatIsDurable() {
        SoloNode node = leader(2, List.of(A), log(1));
        assertEquals(0, node.state.commitIndex());

        node.persisted(at(1, 1), node.state.current());
        assertEquals(0, node.state.commitIndex());
        node.persisted(at(2, 2), node.state.current());

        assertEquals(2, node.state.commitIndex(), "C24 and with it all that was there before");
    }

    @Test
    @DisplayName("E10 whoever is no voter does not count")
    void whoeverIsNoVoterDoesNotCount() {
        SoloNode node = leader(4, THREE, log());
        node.persisted();

        node.on(matched(4, new NodeId("stranger"), 1));
        node.on(new HeartbeatReply(4, new NodeId("stranger"), 9, false));

        assertEquals(0, node.state.commitIndex());
        assertEquals(2, node.leader().progress().size());
    }

    @Test
    void appendsProposalsAtTheEndInItsTerm() {
        SoloNode node = leader(4, THREE, log(1));

        Transition proposed = node.propose(batch(4, 3, 2).payloads());

        assertEquals(at(4, 4), node.log.last());
        assertEquals(1, proposed.writes().size());
        assertEquals(List.of(), proposed.sendNow(), "sending is a rule of its own");
        assertEquals(2, node.leader().noOpIndex());
    }

    @Test
    void aHeartbeatTellsEachFollowerOfNoMoreThanItIsKnownToHold() {
        SoloNode node = leader(4, THREE, log(1, 1));
        node.persisted();
        node.on(matched(4, B, 3));

        Transition tick = node.heartbeatTick();

        assertEquals(3, node.state.commitIndex());
        assertEquals(List.of(new Heartbeat(4, A, 3, 0, false)), SoloNode.saidTo(B, tick));
        assertEquals(List.of(new Heartbeat(4, A, 0, 0, false)), SoloNode.saidTo(C, tick));
    }

    @Test
    void anAnswerOfALaterTermEndsTheLeadership() {
        SoloNode node = leader(4, THREE, log(1));

        node.on(matched(5, B, 2));

        assertInstanceOf(RoleState.Follower.class, node.state);
        assertEquals(new TermAndVote(5, java.util.Optional.empty()), node.state.current());
    }

    @Test
    void everyAnswerIsASignOfLife() {
        SoloNode node = leader(4, THREE, log(1));
        for (PeerMessage answer :
                List.of(matched(4, B, 0), conflict(4, B, 1, LogPosition.ZERO), new HeartbeatReply(4, B, 0, false))) {
            node.nowNanos += LIMITS.electionTimeoutMinNanos();

            node.on(answer);

            assertEquals(node.nowNanos, node.progressOf(B).heardAtNanos());
        }
    }

    @Test
    @DisplayName("C16 what is sent begins right behind what is said to come before it")
    void whatIsSentBeginsRightBehindItsPrev() {
        SoloNode node = leader(4, THREE, log(1, 1, 2, 3));
        for (long next = 1; next <= 5; next++) {
            node.assume(B, Progress.probing(next, node.nowNanos));

            AppendEntries request =
                    (AppendEntries) SoloNode.saidTo(B, node.replicate()).get(0);

            assertEquals(node.log.positionAt(next - 1), request.prev());
            assertEquals(next, request.batches().get(0).firstIndex());
            assertEquals(5, request.lastIndex());
        }
    }

    @Test
    @DisplayName("C14 C3 the answer to a heartbeat says nothing of the log, and moves nothing that is looked for")
    void theAnswerToAHeartbeatSaysNothingOfTheLog() {
        SoloNode node = leader(4, THREE, log(1, 1, 1, 2, 2));
        node.replicate();
        node.on(conflict(4, B, 5, at(1, 3)));
        node.replicate();
        Progress before = node.progressOf(B);

        node.on(new HeartbeatReply(4, B, 0, false));

        assertEquals(before, node.progressOf(B));
    }
}
