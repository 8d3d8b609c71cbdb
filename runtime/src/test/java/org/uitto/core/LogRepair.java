package org.uitto.core;

import java.util.List;
import java.util.Optional;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.ReadRounds;
import org.uitto.log.LogWindow;
import org.uitto.log.TermAndVote;

/** A leader and one follower that talk to each other by their rules until the follower has the leader's log. */
final class LogRepair {
    final SoloNode leader;
    final SoloNode follower;
    int refusals;

    /** A leader of {@code term}, which may or may not have entries of it yet, and a follower of an earlier term. */
    LogRepair(long term, LogWindow leaderLog, LogWindow followerLog, ProtocolLimits limits) {
        TermAndVote elected = new TermAndVote(term, Optional.of(SoloNode.A));
        Leader state = new Leader(
                elected,
                0,
                SoloNode.A,
                leaderLog.last().index(),
                leaderLog.last().index(),
                0,
                java.util.Map.of(SoloNode.B, Progress.probing(leaderLog.last().index(), 0)),
                ReadRounds.NONE,
                Optional.empty(),
                false,
                false);
        this.leader = new SoloNode(SoloNode.A, List.of(SoloNode.A, SoloNode.B), leaderLog, state, limits);
        long behind = Math.max(term - 1, followerLog.last().term());
        this.follower = new SoloNode(
                SoloNode.B,
                List.of(SoloNode.A, SoloNode.B),
                followerLog,
                new Follower(new TermAndVote(behind, Optional.empty()), 0, Optional.empty()),
                limits);
    }

    /** Talks until nothing is left to say. Answers the number of requests it took. */
    int run() {
        int requests = 0;
        List<PeerMessage> sent = SoloNode.saidTo(SoloNode.B, leader.replicate());
        while (!sent.isEmpty()) {
            for (PeerMessage message : sent) {
                requests++;
                AppendEntries request = (AppendEntries) message;
                for (PeerMessage reply : SoloNode.saidTo(SoloNode.A, follower.on(request))) {
                    if (((AppendEntriesReply) reply).outcome() instanceof Conflict) {
                        refusals++;
                    }
                    leader.on(reply);
                }
            }
            sent = SoloNode.saidTo(SoloNode.B, leader.replicate());
        }
        return requests;
    }
}
