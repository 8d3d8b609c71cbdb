package org.uitto.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.Transition;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.StorageId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Checks at every step of every node of a group what Raft promises (paper Figure 3), and that nothing is said before the
 * disk knows it. It knows more than any node: all of them, and what is on their disks.
 */
final class RaftInvariants {
    /** An entry of some log: what it holds and what it follows. By induction equal positions name equal prefixes. */
    private record Seen(long previousTerm, int contents) {}

    /** A committed entry, and the term of the leader that committed it. */
    private record Commitment(LogPosition position, long inTerm) {}

    private final Configuration configuration;
    private Configuration committedConfiguration;
    private final Set<StorageId> namedStorages = new HashSet<>(); // By any configuration that was committed.
    private int reconfigurationCount;
    private final Consumer<AssertionError> violated;
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final Map<LogPosition, Seen> entries = new HashMap<>();
    private final List<Commitment> committed = new ArrayList<>();
    private final Map<NodeId, Witness> witnesses = new HashMap<>();
    private final Map<NodeId, Witness> ghosts = new HashMap<>();
    private int compactionCount;
    private int installationCount;

    RaftInvariants(Configuration configuration, Consumer<AssertionError> violated) {
        this.configuration = configuration;
        this.committedConfiguration = configuration;
        this.violated = violated;
    }

    /** Watches the next start of {@code node}. */
    Witness watch(NodeId node) {
        Witness before = witnesses.get(node);
        Witness witness = new Witness(node);
        if (before != null
                && !before.isLost) { // What was durable stays so, and until the log is read back that is all there is
            // to know.
            witness.durable = before.durable;
            witness.durableLast = before.durableLast;
            witness.log = before.log;
            witness.isNewcomer = before.isNewcomer;
            witness.hasSay = before.hasSay;
            witness.term = Long.MAX_VALUE; // Nobody knows until then which term it has forgotten.
        }
        witnesses.put(node, witness);
        return witness;
    }

    /** The disk of {@code node}, which is down, has lost something. What it once held may have been counted on. */
    void lost(NodeId node) {
        Witness before = witnesses.get(node);
        if (before != null) {
            before.isLost = true;
            ghosts.putIfAbsent(node, before);
        }
    }

    /**
     * Whether the group can bear that {@code nodes} lose what they may have promised: by each configuration that any node goes
     * by, enough others have lost nothing, or have been readmitted since. Once any node has a say, only those count that have a
     * say: it is the less available for each that does not.
     */
    boolean bearsLossOf(Set<NodeId> nodes) {
        Set<NodeId> lost = new HashSet<>(ghosts.keySet());
        lost.addAll(nodes);
        if (anyHasSay()) {
            witnesses.values().stream().filter(witness -> !witness.hasSay).forEach(without -> lost.add(without.node));
        }
        return Stream.concat(
                        Stream.of(committedConfiguration),
                        witnesses.values().stream().map(Witness::configuration))
                .allMatch(any -> {
                    Set<NodeId> rest = new HashSet<>(any.members().keySet());
                    rest.removeAll(lost);
                    return any.isQuorum(rest)
                            && (any.target().isEmpty() || Configuration.isMajority(any.target(), rest));
                });
    }

    /** Whether any node has a say already, and so the group may have had a leader. */
    boolean anyHasSay() {
        return witnesses.values().stream().anyMatch(witness -> witness.hasSay);
    }

    /** Whether a node has lost something of what it may have promised, and has not been readmitted since. */
    boolean hasLosses() {
        return !ghosts.isEmpty();
    }

    /** Whether {@code node} has {@code position} on a disk that counts, or had it on one that did. */
    private boolean vouchesFor(NodeId node, LogPosition position) {
        Witness witness = witnesses.get(node);
        Witness ghost = ghosts.get(node);
        return (witness != null && !witness.isNewcomer && witness.holdsDurably(position))
                || (ghost != null && ghost.holdsDurably(position));
    }

    /** How many terms have had a leader. */
    int leaderCount() {
        return leaders.size();
    }

    /** How many entries are known to be committed. */
    int committedCount() {
        return committed.size();
    }

    /** How often a log was compacted behind a snapshot of its own node. */
    int compactionCount() {
        return compactionCount;
    }

    /** How many configurations were committed. */
    int reconfigurationCount() {
        return reconfigurationCount;
    }

    /** Who takes part by the newest configuration that is known to be committed. */
    Configuration committedConfiguration() {
        return committedConfiguration;
    }

    /** How often a node took a snapshot over from its leader. */
    int installationCount() {
        return installationCount;
    }

    private void require(boolean holds, String invariant, Object... details) {
        if (!holds) {
            violated.accept(new AssertionError(invariant + ": " + List.of(details)));
        }
    }

    /** What one node does, from one start to its end. */
    final class Witness implements NodeObserver {
        private final NodeId node;
        private TermAndVote durable = TermAndVote.INITIAL;
        private LogPosition durableLast = LogPosition.ZERO;
        private long term;
        private long writeCount;
        private long admittedByWrite = Long.MAX_VALUE;
        private boolean isNewcomer;
        private boolean hasSay; // And has it on disk.
        private boolean isLost;
        private long ledTerm;
        private @org.jspecify.annotations.Nullable PeerMessage arrived;
        private @org.jspecify.annotations.Nullable LogView log;

        private Witness(NodeId node) {
            this.node = node;
        }

        @Override
        public void onStarted(RoleState initial, LogView recovered) {
            log = recovered;
            term = initial.term();
            isNewcomer = initial instanceof Newcomer;
            hasSay = !isNewcomer;
            Witness ghost = ghosts.get(node);
            if (ghost != null && !isNewcomer && recovered.last().compareTo(ghost.durableLast) >= 0) {
                ghosts.remove(node); // It had lost nothing that matters.
            }
            require(
                    initial.commitIndex() >= recovered.base().index(),
                    "A node began with less committed than its snapshot has",
                    node,
                    recovered.base(),
                    initial);
            require(initial.current().term() >= durable.term(), "A durable term was forgotten", node, durable, initial);
            require(
                    initial.current().term() > durable.term()
                            || durable.votedFor().isEmpty()
                            || durable.equals(initial.current()),
                    "A durable vote was forgotten",
                    node,
                    durable,
                    initial);
            durable = initial.current();
            durableLast = recovered.last();
        }

        @Override
        public void onRefused(String reason, Throwable cause) {
            blame(reason, cause);
        }

        @Override
        public void onHalted(RoleState state, String reason, Throwable cause) {
            blame(reason, cause);
        }

        private void blame(String reason, Throwable cause) {
            boolean byTheDisk = false;
            for (Throwable each = cause; each != null && !byTheDisk; each = each.getCause()) {
                byTheDisk = each instanceof SimulatedFault || each instanceof SimulatedDamage;
            }
            if (!byTheDisk) {
                violated.accept(new AssertionError(node + " halted: " + reason, cause));
            }
        }

        @Override
        public void onDurable(Persisted persisted) {
            durableLast = persisted.last();
            durable = persisted.saved();
            if (persisted.writeNumber() >= admittedByWrite) {
                hasSay = true;
                ghosts.remove(node); // It has caught up with whatever it can have promised.
            }
        }

        @Override
        public void onInput(RaftInput input) {
            arrived = input instanceof PeerEnvelope envelope ? envelope.message() : null;
        }

        /** Entries that follow in the follower's log may be others than the leader's, however durable they are. */
        private void proves(AppendEntries request, Transition transition, LogView now) {
            long proved = Math.max(request.lastIndex(), now.base().index()); // What is compacted is committed.
            for (Outbound outbound : transition.sendOnceDurable()) {
                boolean holds = !(outbound.message() instanceof AppendEntriesReply reply
                                && reply.outcome() instanceof Matched matched)
                        || matched.matchIndex() <= proved;
                require(holds, "Only what a request has proved is acknowledged", node, request, outbound);
            }
        }

        @Override
        public void onTransition(RoleState before, Transition transition, LogView now) {
            if (arrived instanceof AppendEntries request) {
                proves(request, transition, now);
            }
            RoleState next = transition.next();
            writeCount += transition.writes().isEmpty() ? 0 : 1;
            if (isNewcomer != next instanceof Newcomer) {
                isNewcomer = next instanceof Newcomer;
                admittedByWrite = isNewcomer ? Long.MAX_VALUE : writeCount;
                transition.writes().forEach(this::admitted);
            }
            term = next.term();
            require(next.term() >= before.term(), "Terms never decrease", node, before, next);
            require(next.commitIndex() >= before.commitIndex(), "commitIndex never decreases", node, before, next);
            require(next.commitIndex() <= now.last().index(), "Only entries can be committed", node, next, now.last());
            require(
                    next.term() > before.term()
                            || before.current().votedFor().isEmpty()
                            || next.current().equals(before.current()),
                    "A vote is given once in a term",
                    node,
                    before,
                    next);
            transition.writes().forEach(this::appended);
            compacted(next, now);
            if (next instanceof Leader leader) {
                leads(leader, before, now);
            }
            long known = Math.max(before.commitIndex(), now.base().index()); // The rest came with a snapshot.
            for (long index = known + 1; index <= next.commitIndex(); index++) {
                commits(now.positionAt(index), next, now, lastBefore(transition, now));
            }
        }

        /** Docs, adr 0009: in the place of a storage that had a say another has one once an entry is committed that says so. */
        private void admitted(LogMutation mutation) {
            Witness ghost = ghosts.get(node);
            if (mutation instanceof StorageSaved saved && saved.value().admitted() && ghost != null) {
                require(
                        !ghost.hasSay || namedStorages.contains(saved.value().own()),
                        "A storage in the place of another is admitted by the log",
                        node,
                        saved,
                        namedStorages);
            }
        }

        private void appended(LogMutation mutation) {
            if (mutation instanceof EntriesAppended appended) {
                long[] previousTerm = {appended.prev().term()};
                for (EntryBatch batch : appended.batches()) {
                    long[] index = {batch.firstIndex()};
                    batch.payloads().forEach((kind, array, offset, length) -> {
                        int contents =
                                java.nio.ByteBuffer.wrap(array, offset, length).hashCode() * 31 + kind.code();
                        Seen seen = new Seen(previousTerm[0], contents);
                        Seen known = entries.putIfAbsent(new LogPosition(batch.term(), index[0]), seen);
                        require(known == null || known.equals(seen), "Log Matching", node, batch, index[0]);
                        previousTerm[0] = batch.term();
                        index[0]++;
                    });
                }
            } else if (mutation instanceof PrefixCompacted) {
                compactionCount++;
            } else if (mutation instanceof SnapshotInstalled) {
                installationCount++;
            }
        }

        /** What is compacted was committed, is in the snapshot, and the snapshot is of what was committed there. */
        private void compacted(RoleState next, LogView now) {
            LogPosition snapshot = now.snapshot().map(StoredSnapshot::position).orElse(LogPosition.ZERO);
            require(
                    now.base().index() <= snapshot.index() && snapshot.index() <= next.commitIndex(),
                    "Compacted up to a snapshot of what is committed",
                    node,
                    now.base(),
                    snapshot,
                    next);
            for (LogPosition position : List.of(now.base(), snapshot)) {
                require(
                        position.index() == 0 || isCommitted(position),
                        "A snapshot is of what was committed",
                        node,
                        position);
            }
        }

        private boolean isCommitted(LogPosition position) {
            return position.index() <= committed.size()
                    && committed.get((int) position.index() - 1).position().equals(position);
        }

        /** One change at a time (paper §6), and whoever leads is, or was before, one of those who decide. */
        private void reconfigures(Leader leader, LogView now) {
            long uncommitted = 0;
            for (long index = leader.commitIndex() + 1; index <= now.configurationIndex(); index++) {
                uncommitted += now.configurationIndex() == index
                                || !now.configurationAt(index).equals(now.configurationAt(index - 1))
                        ? 1
                        : 0;
            }
            boolean ofThisTerm = now.configurationIndex() >= leader.noOpIndex();
            require(
                    uncommitted <= 1 || !ofThisTerm,
                    "At most one configuration is uncommitted",
                    node,
                    leader.term(),
                    leader.commitIndex(),
                    now.configurationIndex());
        }

        /**
         * A voter by the newest configuration, or by the one before as long as the newest is not known to be committed, or one that
         * is to become a voter.
         */
        private boolean mayBeElected(LogView now, long commitIndex) {
            long newest = now.configurationIndex();
            return isVoter(now, newest)
                    || configuration().target().contains(node)
                    || (newest > commitIndex && isVoter(now, newest - 1));
        }

        private boolean isVoter(LogView now, long index) {
            return now.configurationAt(index).orElse(configuration).isVoter(node);
        }

        private void leads(Leader leader, RoleState before, LogView now) {
            ledTerm = leader.term();
            reconfigures(leader, now);
            require(
                    before instanceof Leader || mayBeElected(now, leader.commitIndex()),
                    "Only a voter is elected",
                    node,
                    leader);
            NodeId other = leaders.putIfAbsent(leader.term(), node);
            // Paper §5.4.2 and Figure 8: what an older term's leader has left is committed with what comes behind it.
            require(
                    !(before instanceof Leader)
                            || leader.commitIndex() == before.commitIndex()
                            || now.termAt(leader.commitIndex()) == leader.term(),
                    "Only an entry of the leader's term is committed by counting",
                    node,
                    before,
                    leader);
            require(other == null || other.equals(node), "Election Safety", leader.term(), node, String.valueOf(other));
            if (!(before instanceof Leader)) {
                for (Commitment known : committed) { // Leaders of earlier terms may still be elected, for nothing.
                    boolean holds = known.inTerm() >= leader.term() || has(now, known.position());
                    require(holds, "Leader Completeness", node, leader.term(), known, now.last());
                }
            }
            leader.progress().forEach((peer, progress) -> {
                if (!progress.counts()) {
                    return; // What a newcomer stores only tells the leader what to send next.
                }
                LogPosition matched = progress.matchIndex() < now.base().index()
                        ? LogPosition.ZERO // Of what is compacted nobody can say more than that it was committed.
                        : now.positionAt(progress.matchIndex());
                Witness witness = witnesses.get(peer);
                Witness ghost = ghosts.get(peer);
                boolean hasGoneOn = (witness != null && witness.term > leader.term())
                        || (ghost != null
                                && ghost.term > leader.term()); // And may have replaced it before it was lost.
                boolean holds = matched.index() == 0
                        || hasGoneOn
                        || vouchesFor(peer, matched)
                        || (witness != null && witness.holdsDurably(matched));
                require(holds, "matchIndex is durable at the follower", node, leader.term(), peer, matched);
            });
        }

        /** Where the log ended when the decision was taken. */
        private long lastBefore(Transition transition, LogView now) {
            return transition.writes().stream()
                    .filter(EntriesAppended.class::isInstance)
                    .mapToLong(mutation -> ((EntriesAppended) mutation).prev().index())
                    .findFirst()
                    .orElse(now.last().index());
        }

        private void commits(LogPosition position, RoleState state, LogView now, long lastIndex) {
            int at = Math.toIntExact(position.index() - 1);
            if (at < committed.size()) {
                require(
                        committed.get(at).position().equals(position),
                        "State Machine Safety",
                        node,
                        position,
                        committed.get(at));
                return;
            }
            // Of a joint configuration it takes both majorities (paper §6).
            Configuration deciding = now.configurationAt(lastIndex).orElse(configuration);
            Set<NodeId> holders = new HashSet<>();
            for (NodeId member : deciding.members().keySet()) {
                if (vouchesFor(member, position)) {
                    holders.add(member);
                }
            }
            require(deciding.isQuorum(holders), "Committed on a quorum", node, position, deciding, holders, state);
            committed.add(new Commitment(position, state.term()));
            Configuration known = now.configurationAt(position.index()).orElse(configuration);
            if (!known.equals(committedConfiguration)) {
                committedConfiguration = known;
                known.members().values().forEach(member -> member.storage().ifPresent(namedStorages::add));
                reconfigurationCount++;
            }
        }

        private Configuration configuration() {
            LogView known = log;
            return known == null
                    ? configuration
                    : known.configurationAt(Long.MAX_VALUE).orElse(configuration);
        }

        private boolean holdsDurably(LogPosition position) {
            return log != null && durableLast.index() >= position.index() && has(log, position);
        }

        /** Whether a log holds an entry, or has compacted it: then it is the one that was committed there. */
        private boolean has(LogView view, LogPosition position) {
            return position.index() < view.base().index() ? isCommitted(position) : view.contains(position);
        }

        /** What a follower acknowledges is what the leader of that term has there, not whatever follows in its own log. */
        private void acknowledges(long ofTerm, long matchIndex) {
            Witness leader = witnesses.get(leaders.getOrDefault(ofTerm, node));
            LogView own = log;
            if (leader == null || leader.log == null || own == null || leader.ledTerm != ofTerm) {
                return; // It has died since, perhaps before its own disk had what the others already have.
            } else if (leader.term != ofTerm || term != ofTerm) {
                return; // One of them has gone on, and may have another log by now.
            }
            boolean known =
                    matchIndex >= own.base().index() && matchIndex <= own.last().index();
            require(
                    !known || has(leader.log, own.positionAt(matchIndex)),
                    "An acknowledged entry is the leader's",
                    node,
                    ofTerm,
                    matchIndex);
        }

        /** Checks what the node is about to say. */
        void says(PeerMessage message) {
            require(durable.term() >= message.term(), "A term is durable before it is told of", node, message, durable);
            if (message instanceof AppendEntriesReply reply && reply.outcome() instanceof Matched matched) {
                // What it said in a term that it has left may have been replaced since, in one write with what it was.
                require(
                        reply.term() < term || matched.matchIndex() <= durableLast.index(),
                        "An acknowledged entry is durable",
                        node,
                        matched,
                        durableLast);
                acknowledges(reply.term(), matched.matchIndex());
            } else if (message instanceof RequestVoteReply vote && vote.granted()) {
                require(!isNewcomer, "A newcomer has no vote", node, vote);
                require(
                        durable.term() > vote.term()
                                || (durable.term() == vote.term()
                                        && durable.votedFor().isPresent()),
                        "A vote is durable before it is given",
                        node,
                        vote,
                        durable);
            } else if (message instanceof RequestVote request) {
                require(
                        durable.term() > request.term()
                                || (durable.term() == request.term()
                                        && durable.votedFor()
                                                .filter(node::equals)
                                                .isPresent()),
                        "A candidate's own vote is durable before it asks for others",
                        node,
                        request,
                        durable);
            }
        }
    }
}
