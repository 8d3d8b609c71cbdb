package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.log;
import static org.uitto.core.Logs.termsOf;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.E;
import static org.uitto.core.SoloNode.FIVE;
import static org.uitto.core.SoloNode.leader;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;

/** Paper Figure 8: an entry of an earlier term on a majority is not safe. S1 is a, S5 is e. */
class Figure8Test {
    private static SoloNode node(NodeId self, long term, LogWindow log) {
        return new SoloNode(
                self, FIVE, log, new Follower(new TermAndVote(term, Optional.empty()), 0, Optional.empty()));
    }

    private static boolean votesFor(NodeId candidate, long term, LogWindow candidateLog, SoloNode voter) {
        Transition answer = voter.on(new RequestVote(term, candidate, candidateLog.last(), false));
        return SoloNode.saidTo(candidate, answer).contains(new RequestVoteReply(term, voter.self, true));
    }

    /** Hands over what {@code leader} has to say to {@code followers}, and their answers, as long as there is anything. */
    private static void replicate(SoloNode leader, SoloNode... followers) {
        List<Outbound> sent = leader.replicate().sendNow();
        while (!sent.isEmpty()) {
            for (SoloNode follower : followers) {
                sent.stream()
                        .filter(outbound -> outbound.to().equals(follower.self))
                        .map(outbound -> follower.on(outbound.message()))
                        .forEach(answer -> SoloNode.saidTo(leader.self, answer).forEach(leader::on));
            }
            sent = leader.replicate().sendNow();
        }
    }

    @Test
    @DisplayName("C1 Figure 8 (c), (d): the entry of term 2 on a majority is not committed, and may be overwritten")
    void anEarlierEntryOnAMajorityMayBeOverwritten() {
        SoloNode s1 = leader(4, FIVE, log(1, 2));
        s1.persisted(at(1, 1), s1.state.current());
        s1.on(new AppendEntriesReply(4, B, new Matched(2)));
        s1.on(new AppendEntriesReply(4, C, new Matched(2)));
        assertEquals(0, s1.state.commitIndex());

        LogWindow logOfS5 = log(1, 3);
        SoloNode s2 = node(B, 4, log(1, 2));
        SoloNode s3 = node(C, 4, log(1, 2));
        SoloNode s4 = node(D, 4, log(1));
        assertEquals(true, votesFor(E, 5, logOfS5, s2));
        assertEquals(true, votesFor(E, 5, logOfS5, s3));
        assertEquals(true, votesFor(E, 5, logOfS5, s4));

        SoloNode s5 = new SoloNode(
                E, FIVE, logOfS5, new RoleState.Candidate(new TermAndVote(5, Optional.of(E)), 0, java.util.Set.of(E)));
        s5.on(new RequestVoteReply(5, B, true));
        s5.on(new RequestVoteReply(5, C, true));
        replicate(s5, s2);
        assertEquals(List.of(1L, 3L, 5L), termsOf(s2.log));
    }

    @Test
    @DisplayName("C1 Figure 8 (e): once an entry of term 4 is on a majority, S5 can't be elected")
    void withAnEntryOfItsOwnTermOnAMajorityAllIsSafe() {
        SoloNode s1 = leader(4, FIVE, log(1, 2));
        SoloNode s2 = node(B, 3, log(1, 2));
        SoloNode s3 = node(C, 3, log(1));
        replicate(s1, s2, s3);
        s1.persisted();

        assertEquals(3, s1.state.commitIndex());
        assertEquals(List.of(1L, 2L, 4L), termsOf(s3.log));
        LogWindow logOfS5 = log(1, 3);
        s2.nowNanos += 1_000;
        s3.nowNanos += 1_000;
        assertEquals(false, votesFor(E, 5, logOfS5, s2));
        assertEquals(false, votesFor(E, 5, logOfS5, s3));
        assertEquals(true, votesFor(E, 5, logOfS5, node(D, 4, log(1))));
        assertInstanceOf(Follower.class, s2.state);
        assertEquals(A, s1.leader().self());
    }
}
