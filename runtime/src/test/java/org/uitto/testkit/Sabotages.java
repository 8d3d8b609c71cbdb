package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.Transition;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;

/** Rules broken on purpose, each as some real system has shipped it. */
enum Sabotages implements Sabotage {
    /** Term and vote stay in memory (scenarios A1 to A3). */
    VOTE_NOT_PERSISTED {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            return new Transition(
                    decision.next(),
                    decision.writes().stream()
                            .filter(write -> !(write instanceof TermAndVoteSaved))
                            .toList(),
                    decision.sendNow(),
                    decision.sendOnceDurable(),
                    decision.timer(),
                    decision.readsReady(),
                    decision.fetch());
        }
    },
    /** An entry of an earlier term is committed by counting its replicas (scenario C1, paper Figure 8). */
    OLDER_TERM_COMMITTED_BY_COUNTING {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            if (!(decision.next() instanceof Leader leader)) {
                return decision;
            }
            List<Long> reached = new ArrayList<>(List.of(leader.durableIndex()));
            leader.progress().values().forEach(progress -> reached.add(progress.counts() ? progress.matchIndex() : 0));
            long byQuorum = reached.stream().sorted().toList().get((reached.size() - 1) / 2);
            Leader hasty = new Leader(
                    leader.current(),
                    Math.max(leader.commitIndex(), byQuorum),
                    leader.self(),
                    leader.noOpIndex(),
                    leader.durableIndex(),
                    leader.diskAtNanos(),
                    leader.progress(),
                    leader.reads(),
                    leader.transfer(),
                    leader.everHandedOver(),
                    leader.quiescent());
            return decision.next(hasty);
        }
    },
    /** What waits for the disk leaves at once (scenario C4). */
    ACKNOWLEDGED_BEFORE_DURABLE {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            List<Outbound> atOnce = new ArrayList<>(decision.sendNow());
            atOnce.addAll(decision.sendOnceDurable());
            return decision.saying(atOnce, List.of());
        }
    },
    /** A node that has lost its disk goes on as if nothing had been on it (scenario A15). */
    LOST_DISK_GOES_ON {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            return decision.next() instanceof Newcomer newcomer
                    ? decision.next(new Follower(newcomer.current(), newcomer.commitIndex(), newcomer.contact()))
                    : decision;
        }
    },
    /** What a newcomer has stored counts like what a follower has (scenario A15). */
    NEWCOMER_ACKNOWLEDGES {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            return decision.saying(
                    decision.sendNow(),
                    decision.sendOnceDurable().stream().map(this::counted).toList());
        }

        private Outbound counted(Outbound outbound) {
            return outbound.message() instanceof AppendEntriesReply reply && reply.outcome() instanceof Stored stored
                    ? new Outbound(
                            outbound.to(),
                            new AppendEntriesReply(reply.term(), reply.from(), new Matched(stored.lastIndex())))
                    : outbound;
        }
    },
    /** A follower claims all of its log to match, whatever the request has proved of it (scenario C3). */
    CREDITED_WITH_TOO_MUCH {
        @Override
        public Transition instead(RoleState before, Transition decision, LogView log) {
            LogPosition last = decision.writes().stream()
                    .filter(EntriesAppended.class::isInstance)
                    .map(write -> ((EntriesAppended) write).last())
                    .reduce(log.last(), (earlier, later) -> later);
            return decision.saying(
                    decision.sendNow(),
                    decision.sendOnceDurable().stream()
                            .map(outbound -> boasting(outbound, last.index()))
                            .toList());
        }

        private Outbound boasting(Outbound outbound, long lastIndex) {
            return outbound.message() instanceof AppendEntriesReply reply && reply.outcome() instanceof Matched
                    ? new Outbound(
                            outbound.to(), new AppendEntriesReply(reply.term(), reply.from(), new Matched(lastIndex)))
                    : outbound;
        }
    }
}
