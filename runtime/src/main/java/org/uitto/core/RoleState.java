package org.uitto.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;

/**
 * Everything a node knows in its present role, beside its log. Immutable; nothing of it outlives the role except what the
 * next role is given.
 */
public sealed interface RoleState {
    /** Persistent: the node's term and vote; what is here has been written or is being written. */
    TermAndVote current();

    /** Volatile: the index of the last entry known to be committed; never decreases while the node runs. */
    long commitIndex();

    /** The leader of the current term, if known. */
    Optional<NodeId> leader();

    /** The current term. */
    default long term() {
        return current().term();
    }

    /** Whether nothing happens in the group until something wakes this node, see {@link Quiescent}. */
    default boolean isQuiescent() {
        return false;
    }

    /**
     * A sign of life from the leader of the current term.
     *
     * @param heardAtNanos on the node's monotonic clock
     * @param quiescent whether it says nothing any more until there is something to say, see {@link Quiescent}
     */
    record LeaderContact(NodeId leader, long heardAtNanos, boolean quiescent) {
        /** It has just been heard. */
        public LeaderContact(NodeId leader, long heardAtNanos) {
            this(leader, heardAtNanos, false);
        }

        LeaderContact withQuiescent(boolean newQuiescent) {
            return new LeaderContact(leader, heardAtNanos, newQuiescent);
        }
    }

    /**
     * Follows whoever leads (paper §5.2).
     *
     * @param contact the last sign of life from the leader of this term; empty while no leader of it is known
     */
    record Follower(TermAndVote current, long commitIndex, Optional<LeaderContact> contact) implements RoleState {
        @Override
        public boolean isQuiescent() {
            return contact.filter(LeaderContact::quiescent).isPresent();
        }

        @Override
        public Optional<NodeId> leader() {
            return contact.map(LeaderContact::leader);
        }

        Follower withCommitIndex(long newCommitIndex) {
            return new Follower(current, Math.max(commitIndex, newCommitIndex), contact);
        }
    }

    /**
     * Follows whoever leads, but its word does not count: see {@link NewcomerRules}.
     *
     * @param contact the last sign of life from the leader of this term; empty while no leader of it is known
     * @param confirmedBy the peers that have seen no earlier storage of this node
     */
    record Newcomer(TermAndVote current, long commitIndex, Optional<LeaderContact> contact, Set<NodeId> confirmedBy)
            implements RoleState {
        public Newcomer {
            confirmedBy = Set.copyOf(confirmedBy);
        }

        @Override
        public Optional<NodeId> leader() {
            return contact.map(LeaderContact::leader);
        }
    }

    /**
     * Asks whether it would be elected, without changing anybody's term (thesis §9.6).
     *
     * @param granted the nodes that would vote for it, itself included
     */
    record PreCandidate(TermAndVote current, long commitIndex, Set<NodeId> granted) implements RoleState {
        public PreCandidate {
            granted = Set.copyOf(granted);
        }

        @Override
        public Optional<NodeId> leader() {
            return Optional.empty();
        }
    }

    /**
     * Stands for election in its current term (paper §5.2).
     *
     * @param granted the nodes whose vote it has; itself once its own vote is durable
     */
    record Candidate(TermAndVote current, long commitIndex, Set<NodeId> granted) implements RoleState {
        public Candidate {
            granted = Set.copyOf(granted);
        }

        @Override
        public Optional<NodeId> leader() {
            return Optional.empty();
        }
    }

    /**
     * Leads its current term (paper §5.3).
     *
     * @param self this node
     * @param noOpIndex the index of the entry that began this term (paper §8); nothing is read or counted before it is
     *     committed
     * @param durableIndex the last index that this node itself has on disk; counts towards the quorum like a peer's
     *     matchIndex
     * @param diskAtNanos when its own disk last finished a write or had none to do, on its monotonic clock
     * @param progress of everybody who is sent the log: the other members, and those who are leaving but have yet to hear so
     * @param reads what waits for a confirmation of leadership
     * @param transfer to whom it is handing over, if it is
     * @param everHandedOver whether it has begun to hand over in this term: the order to stand for election may be late, and is
     *     obeyed whoever leads
     * @param quiescent see {@link Quiescent}
     */
    record Leader(
            TermAndVote current,
            long commitIndex,
            NodeId self,
            long noOpIndex,
            long durableIndex,
            long diskAtNanos,
            Map<NodeId, Progress> progress,
            ReadRounds reads,
            Optional<Transfer> transfer,
            boolean everHandedOver,
            boolean quiescent)
            implements RoleState {
        public Leader {
            progress = Map.copyOf(progress);
        }

        @Override
        public boolean isQuiescent() {
            return quiescent;
        }

        @Override
        public Optional<NodeId> leader() {
            return Optional.of(self);
        }

        Leader withCommitIndex(long newCommitIndex) {
            return new Leader(
                    current,
                    newCommitIndex,
                    self,
                    noOpIndex,
                    durableIndex,
                    diskAtNanos,
                    progress,
                    reads,
                    transfer,
                    everHandedOver,
                    quiescent);
        }

        Leader withDisk(long newDurableIndex, long nowNanos) {
            return new Leader(
                    current,
                    commitIndex,
                    self,
                    noOpIndex,
                    newDurableIndex,
                    nowNanos,
                    progress,
                    reads,
                    transfer,
                    everHandedOver,
                    quiescent);
        }

        Leader withProgress(Map<NodeId, Progress> newProgress) {
            return new Leader(
                    current,
                    commitIndex,
                    self,
                    noOpIndex,
                    durableIndex,
                    diskAtNanos,
                    newProgress,
                    reads,
                    transfer,
                    everHandedOver,
                    quiescent);
        }

        Leader withReads(ReadRounds newReads) {
            return new Leader(
                    current,
                    commitIndex,
                    self,
                    noOpIndex,
                    durableIndex,
                    diskAtNanos,
                    progress,
                    newReads,
                    transfer,
                    everHandedOver,
                    quiescent);
        }

        Leader withTransfer(Optional<Transfer> newTransfer) {
            return new Leader(
                    current,
                    commitIndex,
                    self,
                    noOpIndex,
                    durableIndex,
                    diskAtNanos,
                    progress,
                    reads,
                    newTransfer,
                    everHandedOver || newTransfer.isPresent(),
                    quiescent);
        }

        Leader withQuiescent(boolean newQuiescent) {
            return new Leader(
                    current,
                    commitIndex,
                    self,
                    noOpIndex,
                    durableIndex,
                    diskAtNanos,
                    progress,
                    reads,
                    transfer,
                    everHandedOver,
                    newQuiescent);
        }
    }

    /**
     * Leadership is being handed over (thesis §3.10).
     *
     * @param target who is to lead
     * @param untilNanos when this node goes on leading instead, on its monotonic clock
     * @param nothingComes whether whoever proposes has been told, and proposes nothing any more
     */
    record Transfer(NodeId target, long untilNanos, boolean nothingComes) {
        Transfer withNothingToCome() {
            return new Transfer(target, untilNanos, true);
        }
    }

    /**
     * The confirmations of leadership that reads wait for (thesis §6.4), one round under way at a time: reads that come
     * meanwhile wait for the next.
     *
     * @param started the number of the newest round sent
     * @param confirmed the number of the newest round that a quorum has answered; at most {@code started}
     * @param waiting in the order in which they came
     * @param startedAtNanos when the newest round was sent, on the leader's monotonic clock
     * @param lease since when a quorum follows nobody else; nothing is known of it if it is empty
     */
    record ReadRounds(
            long started, long confirmed, List<WaitingRead> waiting, long startedAtNanos, Optional<Long> lease) {
        /** No round was started. */
        static final ReadRounds NONE = new ReadRounds(0, 0, List.of(), 0, Optional.empty());

        public ReadRounds {
            waiting = List.copyOf(waiting);
        }

        ReadRounds with(WaitingRead read) {
            List<WaitingRead> more = new ArrayList<>(waiting);
            more.add(read);
            return new ReadRounds(started, confirmed, more, startedAtNanos, lease);
        }

        ReadRounds withWaiting(List<WaitingRead> newWaiting) {
            return new ReadRounds(started, confirmed, newWaiting, startedAtNanos, lease);
        }

        /** A quorum has answered up to {@code round}. */
        ReadRounds confirmed(long round) {
            boolean isNewest = round == started && round > confirmed;
            return new ReadRounds(
                    started, round, waiting, startedAtNanos, isNewest ? Optional.of(startedAtNanos) : lease);
        }

        ReadRounds startingNext(long nowNanos) {
            return new ReadRounds(started + 1, confirmed, waiting, nowNanos, lease);
        }
    }

    /**
     * A read that waits.
     *
     * @param ticket names it to the one who asked
     * @param round the first round whose confirmation comes after the read did
     */
    record WaitingRead(long ticket, long round) {}
}
