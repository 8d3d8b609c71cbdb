package org.uitto.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.ReadRounds;
import org.uitto.core.RoleState.Transfer;
import org.uitto.core.RoleState.WaitingRead;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/**
 * The rules of a leader (paper §5.3, §5.4; thesis §6.2, §6.4).
 *
 * <p>Sending entries is a rule of its own, {@link #replicate()}, to be followed after every other: what has gathered in the
 * log meanwhile then leaves as one batch.
 */
public final class LeaderRules extends Rules<Leader> {
    /** For how many of the longest election timeouts a leader goes on with a disk that finishes nothing. */
    private static final int DISK_STALL_TIMEOUTS = 2;

    /** The rules for a leader in {@code state}. */
    public LeaderRules(NodeView node, Leader state, long nowNanos) {
        super(node, state, nowNanos);
    }

    @Override
    Optional<NodeId> loyalTo() {
        return Optional.of(node.self()); // As long as a quorum answers it; else it steps down by itself.
    }

    /** Appends entries to its own log (paper §5.3). */
    public Transition onPropose(Payloads payloads) {
        return proposed(state, payloads);
    }

    private Transition proposed(Leader leader, Payloads payloads) {
        LogPosition last = node.log().last();
        EntryBatch batch = new EntryBatch(new LogPosition(leader.term(), last.index() + 1), payloads);
        return Transition.to(leader).write(new EntriesAppended(last, List.of(batch)));
    }

    /**
     * Hands leadership over (thesis §3.10): as soon as nothing more is proposed ({@link #onProposalsHeld}), {@code target} has
     * all of the log and all of that is committed, it is told to stand for election: so nothing is left in doubt. If nothing
     * has come of it after the longest election timeout, this node goes on leading.
     *
     * @return changes nothing if {@code target} can't take over now, see {@link #canTakeOver}
     */
    public Transition onTransfer(NodeId target) {
        if (!canTakeOver(target)) {
            return Transition.to(state);
        }
        return Transition.to(state.withTransfer(Optional.of(transferTo(target))));
    }

    private Transfer transferTo(NodeId target) {
        return new Transfer(target, nowNanos + node.limits().electionTimeoutMaxNanos(), false);
    }

    /** Whoever proposes knows that leadership is being handed over, and holds back what comes. */
    public Transition onProposalsHeld() {
        return advanced(state.withTransfer(state.transfer().map(Transfer::withNothingToCome)));
    }

    /** Whether {@code target} is another voter, and stays one, whose word counts and that has answered of late. */
    public boolean canTakeOver(NodeId target) {
        Progress progress = state.progress().get(target);
        return progress != null
                && node.configuration().voters().contains(target)
                && counts(target, progress)
                && nowNanos - progress.heardAtNanos() < node.limits().electionTimeoutMinNanos();
    }

    /** The one that can take over soonest: with the most of the log. */
    public Optional<NodeId> likeliestSuccessor() {
        return state.progress().keySet().stream()
                .filter(this::canTakeOver)
                .max(Comparator.<NodeId>comparingLong(peer -> matchIndex(state, peer))
                        .thenComparing(Comparator.reverseOrder()));
    }

    /** Tells the one who is to take over to do so, if it can. */
    private Transition handingOver(Leader leader, Transition transition) {
        long lastIndex = node.log().last().index();
        return leader.transfer()
                .filter(Transfer::nothingComes)
                .map(Transfer::target)
                .filter(target -> leader.commitIndex() == lastIndex && matchIndex(leader, target) == lastIndex)
                .map(target -> transition.sendNow(target, new TimeoutNow(leader.term(), node.self())))
                .orElse(transition);
    }

    /** Sends each follower what it lacks, as far as its window has room. */
    public Transition replicate() {
        Map<NodeId, Progress> progress = new TreeMap<>(state.progress()); // In one order on every machine.
        List<Outbound> messages = new ArrayList<>();
        progress.replaceAll((peer, known) -> replicateTo(peer, known, messages));
        return messages.isEmpty()
                ? Transition.to(state)
                : Transition.to(state.withProgress(progress)).sendNow(messages);
    }

    private Progress replicateTo(NodeId peer, Progress known, List<Outbound> messages) {
        Progress progress = known;
        long lastIndex = node.log().last().index();
        while (progress.nextIndex() <= lastIndex && progress.hasRoom(node.limits())) {
            if (progress.nextIndex() <= node.log().base().index()) {
                return offerSnapshot(peer, progress, messages);
            }
            LogPosition prev = node.log().positionAt(progress.nextIndex() - 1);
            List<EntryBatch> batches = node.log()
                    .read(progress.nextIndex(), lastIndex, node.limits().maxAppendBytes());
            AppendEntries request = new AppendEntries(state.term(), node.self(), prev, batches, state.commitIndex());
            messages.add(new Outbound(peer, request));
            long lengthBytes =
                    batches.stream().mapToLong(EntryBatch::lengthBytes).sum();
            progress = progress.sent(request.lastIndex(), lengthBytes, nowNanos);
        }
        return progress;
    }

    /** What the follower needs next is compacted: only a snapshot has it (paper §7). */
    private Progress offerSnapshot(NodeId peer, Progress progress, List<Outbound> messages) {
        SnapshotInfo snapshot = node.log()
                .snapshot()
                .map(StoredSnapshot::info)
                .orElseThrow(() -> new InvariantViolation(node.self() + ": the log begins behind "
                        + node.log().base() + ", but there is no snapshot of what was before"));
        messages.add(new Outbound(peer, new InstallSnapshot(state.term(), node.self(), snapshot)));
        // One message at a time, and again until it is answered, like any probe.
        return progress.probeFrom(progress.nextIndex()).sent(snapshot.position().index(), 0, nowNanos);
    }

    /** A leader has all that is committed, and gets to know that it is by its own means. */
    @Override
    public Transition onSnapshotFetched(StoredSnapshot snapshot) {
        return Transition.to(state);
    }

    @Override
    public Transition onAppendEntriesReply(AppendEntriesReply reply) {
        Progress known = state.progress().get(reply.from());
        if (known == null) {
            return Transition.to(state);
        }
        Progress heard = known.heardAt(nowNanos);
        if (reply.outcome() instanceof Matched matched) {
            Progress.Standing standing = heard.standing() == Progress.Standing.FORGETFUL
                    ? Progress.Standing.FORGETFUL // Until it shows another storage.
                    : Progress.Standing.COUNTS;
            return changing(advanced(with(
                    reply.from(),
                    matched(heard, reply.from(), matched.matchIndex()).standing(standing))));
        } else if (reply.outcome() instanceof Stored stored) {
            Progress progress = matched(heard, reply.from(), stored.lastIndex());
            Leader leader = with(reply.from(), progress.standing(Progress.Standing.NEWCOMER));
            return configured(Transition.to(leader), membership(leader).admitting(reply.from()));
        }
        Conflict conflict = (Conflict) reply.outcome();
        boolean forgot = heard.standing() == Progress.Standing.RESTARTED && conflict.prevIndex() <= heard.matchIndex();
        return forgot ? hasForgotten(reply.from()) : Transition.to(with(reply.from(), refused(heard, conflict)));
    }

    private Progress matched(Progress heard, NodeId peer, long index) {
        if (index > node.log().last().index()) {
            throw new InvariantViolation(
                    node.self() + ": " + peer + " matches up to " + index + " in term " + state.term()
                            + ", beyond the leader's last entry " + node.log().last() + " (Log Matching)");
        }
        return heard.matched(index);
    }

    /** A follower lacks what it acknowledged before its last start: its disk was set back. */
    private Transition hasForgotten(NodeId peer) {
        Transition transition = Transition.to(with(peer, unknown(Progress.Standing.FORGETFUL)));
        return node.storages()
                .latestStart(peer)
                .map(start -> transition.sendNow(
                        peer, new HelloReply(state.term(), node.self(), start, start.storage(), true)))
                .orElse(transition);
    }

    /** A newcomer does not answer heartbeats. One that does has its say now: it is asked for the last entry, to say so. */
    private Leader recalled(NodeId peer, Progress known) {
        boolean saysNothing = known.standing() == Progress.Standing.NEWCOMER
                && node.isOnItsStorage(peer)
                && known.inFlight().isEmpty();
        return saysNothing ? with(peer, unknown(Progress.Standing.NEWCOMER)) : state;
    }

    /** Of a follower of which nothing is known any more: it is asked for the last entry, also if none is to come. */
    private Progress unknown(Progress.Standing standing) {
        return Progress.probing(node.log().last().index(), nowNanos).standing(standing);
    }

    /** After {@code transition}, with another configuration in the log. It goes by that from this moment on (paper §6). */
    private Transition configured(Transition transition, Optional<Configuration> next) {
        return next.map(configuration -> configured(transition, configuration)).orElse(transition);
    }

    private Transition configured(Transition transition, Configuration next) {
        Leader leader = (Leader) transition.next();
        Map<NodeId, Progress> progress = new HashMap<>(leader.progress());
        next.peersOf(node.self()).forEach(peer -> progress.putIfAbsent(peer, unknown(Progress.Standing.NEWCOMER)));
        Transition appended =
                proposed(leader.withProgress(progress), Payloads.single(EntryKind.CONFIGURATION, next.toBytes()));
        return transition.next(appended.next()).write(appended.writes().get(0));
    }

    /** What there is to know about who takes part while it leads. */
    public Membership membership() {
        return membership(state);
    }

    private Membership membership(Leader leader) {
        return new Membership(node, leader, nowNanos);
    }

    /**
     * Begins to change who takes part (paper §6). Who is new learns the log first; what remains to be done is in the
     * configuration, so whoever leads goes on with it, see {@link Membership#nextStep}.
     *
     * @return changes nothing if there is a {@link Membership#refusalOf} it
     */
    public Transition onChange(MembershipChange change) {
        return configured(Transition.to(state), membership().begun(change));
    }

    /** Takes the next step of a change of members that is under way, if it is time for it. */
    private Transition changing(Transition transition) {
        boolean undisturbed = transition.writes().isEmpty() && transition.next() instanceof Leader;
        return undisturbed
                ? configured(transition, membership((Leader) transition.next()).nextStep())
                : transition;
    }

    /** One that was removed and has not heard so asks to be elected: it is sent the log up to where that is said. */
    @Override
    public Transition onRequestPreVote(RequestPreVote request) {
        Transition replied = super.onRequestPreVote(request);
        if (state.progress().containsKey(request.from())) {
            return replied;
        }
        return replied.next(with(request.from(), unknown(Progress.Standing.NEWCOMER)));
    }

    /** A leader that is no voter any more hands over, so that nothing is left in doubt, or makes way. */
    private Transition leaving(Leader leader) {
        boolean gaveUp = state.transfer().isPresent() && leader.transfer().isEmpty();
        Optional<NodeId> successor = gaveUp ? Optional.empty() : likeliestSuccessor();
        if (leader.transfer().isEmpty() && successor.isEmpty()) {
            return Transition.to(asFollower()).timer(ElectionTimer.RESTART);
        }
        Leader next = leader.transfer().isPresent() ? leader : leader.withTransfer(successor.map(this::transferTo));
        return handingOver(next, Transition.to(next));
    }

    /** A newcomer greets as long as it is one. Perhaps it can be taken in now. */
    @Override
    public Transition onHello(Hello hello) {
        Transition replied = super.onHello(hello);
        Progress known = state.progress().get(hello.from());
        boolean waits = known != null
                && known.standing() == Progress.Standing.NEWCOMER
                && known.matchIndex() > 0
                && node.storages().latestStart(hello.from()).equals(Optional.of(hello.start()))
                && replied.writes().isEmpty();
        return waits ? configured(replied, membership().admitting(hello.from())) : replied;
    }

    /** Goes back to where the logs may agree: at most one round trip per conflicting term (paper §5.3). */
    private Progress refused(Progress progress, Conflict conflict) {
        boolean stale = conflict.prevIndex() <= progress.matchIndex()
                || (progress.mode() == Progress.Mode.PROBE && conflict.prevIndex() != progress.nextIndex() - 1);
        if (stale) {
            return progress;
        }
        long hintIndex = Math.min(conflict.hint().index(), node.log().last().index());
        long commonIndex = node.log().lastIndexUpTo(hintIndex, conflict.hint().term());
        return progress.probeFrom(Math.min(commonIndex + 1, conflict.prevIndex()));
    }

    /**
     * A peer has started anew: what was under way to it is lost.
     *
     * @param elsewhere whether it did so on another storage, of which nothing is known yet
     */
    public Transition onPeerRestarted(NodeId peer, boolean elsewhere) {
        Progress known = state.progress().get(peer);
        if (known == null) {
            return Transition.to(state);
        }
        return Transition.to(with(
                peer,
                elsewhere ? unknown(Progress.Standing.NEWCOMER) : resend(known).restarted()));
    }

    @Override
    Transition persisted(LogPosition last, TermAndVote saved) {
        // By position, not by index: the write may be of an entry that has since been replaced.
        boolean isOurs = last.index() > state.durableIndex() && node.log().contains(last);
        return isOurs ? changing(advanced(state.withDisk(last.index(), nowNanos))) : Transition.to(state);
    }

    /** Time to show that it is alive, to look after what got lost, and to ask itself whether it still leads. */
    public Transition onHeartbeatTick() {
        if (!node.configuration().isQuorum(membership().answering()) || hasStalledDisk()) {
            // Thesis §6.2: a leader that cannot reach a quorum makes way, so that its clients look elsewhere.
            return Transition.to(asFollower()).timer(ElectionTimer.RESTART);
        }
        Map<NodeId, Progress> progress = new HashMap<>(state.progress());
        progress.replaceAll((peer, known) -> known.isOverdue(node.limits(), nowNanos) ? resend(known) : known);
        boolean idle = state.durableIndex() == node.log().last().index();
        Leader onItsDisk = idle ? state.withDisk(state.durableIndex(), nowNanos) : state;
        Leader next = onItsDisk
                .withProgress(progress)
                .withTransfer(state.transfer().filter(transfer -> nowNanos - transfer.untilNanos() < 0));
        Transition ticked =
                membership(next).isLeaving() ? leaving(next) : changing(handingOver(next, Transition.to(next)));
        return letGo(ticked.sendNow(heartbeats(next, false)));
    }

    /** Without those who have left: this tick's heartbeat has told them that it is committed. */
    private Transition letGo(Transition transition) {
        if (!(transition.next() instanceof Leader leader)) {
            return transition;
        }
        Map<NodeId, Progress> progress = new HashMap<>(leader.progress());
        boolean goes = progress.keySet().removeIf(membership(leader)::hasLeft);
        return goes ? transition.next(leader.withProgress(progress)) : transition;
    }

    /**
     * Whether its own disk has finished nothing for so long that it had better not lead: its followers may be the quorum
     * without it, but then the group bears the loss of none of them.
     */
    public boolean hasStalledDisk() {
        return !node.isQuorumAlone() // Then it has nobody to make way for.
                && state.durableIndex() < node.log().last().index()
                && nowNanos - state.diskAtNanos()
                        >= DISK_STALL_TIMEOUTS * node.limits().electionTimeoutMaxNanos();
    }

    private static Progress resend(Progress progress) {
        boolean probing = progress.mode() == Progress.Mode.PROBE;
        return progress.probeFrom(probing ? progress.nextIndex() : progress.matchIndex() + 1);
    }

    private List<Outbound> heartbeats(Leader leader, boolean awaited) {
        return leader.progress().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(peer -> new Outbound(
                        peer.getKey(), heartbeat(leader, peer.getValue().matchIndex(), awaited)))
                .toList();
    }

    private Heartbeat heartbeat(Leader leader, long matchIndex, boolean awaited) {
        return new Heartbeat(
                leader.term(),
                node.self(),
                Math.min(leader.commitIndex(), matchIndex),
                leader.reads().started(),
                awaited);
    }

    /** Whether all have all there is and know so, and nobody waits for anything. */
    public boolean isAtRest() {
        long last = node.log().last().index();
        return state.commitIndex() == last
                && state.durableIndex() == last
                && last >= state.noOpIndex()
                && state.transfer().isEmpty()
                && state.reads().waiting().isEmpty()
                && node.configuration().target().isEmpty()
                && !membership().isLeaving()
                && state.progress().entrySet().stream().allMatch(peer -> isAtRest(peer.getKey(), peer.getValue()));
    }

    private boolean isAtRest(NodeId peer, Progress progress) {
        return progress.standing() == Progress.Standing.COUNTS
                && node.isOnItsStorage(peer)
                && progress.matchIndex() == node.log().last().index()
                && progress.inFlight().isEmpty()
                && nowNanos - progress.heardAtNanos() < node.limits().electionTimeoutMinNanos();
    }

    /** Says nothing any more until it is woken, see {@link Quiescent}. */
    public Transition onQuiesce() {
        return Transition.to(state.withQuiescent(isAtRest()));
    }

    /** Its followers were not asked meanwhile, and have until the end of a timeout to answer again. */
    @Override
    public Transition onWake() {
        if (!state.quiescent()) {
            return Transition.to(state);
        }
        Map<NodeId, Progress> progress = new HashMap<>(state.progress());
        progress.replaceAll((peer, known) -> known.heardAt(nowNanos));
        return Transition.to(state.withQuiescent(false).withProgress(progress));
    }

    @Override
    public Transition onHeartbeatReply(HeartbeatReply reply) {
        Progress known = state.progress().get(reply.from());
        if (known == null) {
            return Transition.to(state);
        } else if (!counts(reply.from(), known)) {
            return Transition.to(recalled(reply.from(), known));
        }
        return advanced(with(reply.from(), known.heardAt(nowNanos).answered(reply.round())));
    }

    /**
     * Asks whether this node still leads, on behalf of reads that came before now (thesis §6.4).
     *
     * @param ticket names the reads; comes back in {@link Transition#readsReady()}
     * @param byLease whether the clock may tell (thesis §6.4.1)
     */
    public Transition onReadRequest(long ticket, boolean byLease) {
        if (byLease && holdsLease()) {
            return Transition.to(state).readsReady(List.of(ticket));
        }
        ReadRounds reads = state.reads();
        return advanced(state.withReads(reads.with(new WaitingRead(ticket, reads.started() + 1))));
    }

    /**
     * Whether no other can have been elected, by the clock: a quorum has heard from this leader since the newest round was sent, and
     * gives nobody its vote before the shortest election timeout has passed (thesis §4.2.3), not even after a start. It may
     * obey the order to take over from this leader, which is therefore the end of leases in its term.
     */
    private boolean holdsLease() {
        return !state.everHandedOver()
                && state.commitIndex() >= state.noOpIndex()
                && state.reads()
                        .lease()
                        .filter(since -> nowNanos - since < node.limits().leaseNanos())
                        .isPresent();
    }

    private Leader with(NodeId peer, Progress progress) {
        Map<NodeId, Progress> all = new HashMap<>(state.progress());
        all.put(peer, progress);
        return state.withProgress(all);
    }

    /** Draws the conclusions of what a follower or its own disk has just answered. */
    private Transition advanced(Leader leader) {
        Leader committed = leader.withCommitIndex(committedBy(leader));
        ReadRounds reads = confirmedBy(committed);
        boolean servesReads = committed.commitIndex() >= committed.noOpIndex(); // Thesis §6.4, step 1.
        List<Long> ready = new ArrayList<>();
        List<WaitingRead> waiting = new ArrayList<>();
        for (WaitingRead read : reads.waiting()) {
            if (servesReads && read.round() <= reads.confirmed()) {
                ready.add(read.ticket());
            } else {
                waiting.add(read);
            }
        }
        boolean startsRound = reads.confirmed() == reads.started()
                && waiting.stream().anyMatch(read -> read.round() > reads.started());
        ReadRounds rest = reads.withWaiting(waiting);
        Leader next = committed.withReads(startsRound ? rest.startingNext(nowNanos) : rest);
        Transition transition = handingOver(next, Transition.to(next).readsReady(ready));
        if (!startsRound) {
            return transition;
        }
        // A leader that is a quorum by itself confirms its round on the spot.
        return node.isQuorumAlone() ? alone(next, ready) : transition.sendNow(heartbeats(next, true));
    }

    private Transition alone(Leader leader, List<Long> alreadyReady) {
        Transition transition = new LeaderRules(node, leader, nowNanos).advanced(leader);
        List<Long> ready = new ArrayList<>(alreadyReady);
        ready.addAll(transition.readsReady());
        return transition.readsReady(ready);
    }

    /** Paper §5.4.2: only an entry of this term is committed by counting; those before it come with it. */
    private long committedBy(Leader leader) {
        long reached = node.configuration()
                .reachedByQuorum(
                        voter -> voter.equals(node.self()) ? leader.durableIndex() : matchIndex(leader, voter));
        boolean commits = reached > leader.commitIndex() && node.log().termAt(reached) == leader.term();
        return commits ? reached : leader.commitIndex();
    }

    private ReadRounds confirmedBy(Leader leader) {
        ReadRounds reads = leader.reads();
        long confirmed = node.configuration()
                .reachedByQuorum(voter -> voter.equals(node.self()) ? reads.started() : roundAnswered(leader, voter));
        return reads.confirmed(confirmed);
    }

    private boolean counts(NodeId peer, Progress progress) {
        return membership().counts(peer, progress);
    }

    private long matchIndex(Leader leader, NodeId voter) {
        Progress progress = leader.progress().get(voter);
        return progress == null || !counts(voter, progress) ? 0 : progress.matchIndex();
    }

    private static long roundAnswered(Leader leader, NodeId voter) {
        Progress progress = leader.progress().get(voter);
        return progress == null ? 0 : progress.roundAnswered();
    }

    @Override
    public Transition onElectionTimeout() {
        return Transition.to(state); // It is nobody's follower; check-quorum is its own way out.
    }

    @Override
    public Transition onRequestPreVoteReply(RequestPreVoteReply reply) {
        return Transition.to(state); // It has been elected since it asked.
    }

    @Override
    public Transition onAppendEntries(AppendEntries request) {
        throw secondLeader(request.from());
    }

    @Override
    public Transition onHeartbeat(Heartbeat heartbeat) {
        throw secondLeader(heartbeat.from());
    }

    @Override
    public Transition onInstallSnapshot(InstallSnapshot offer) {
        throw secondLeader(offer.from());
    }

    private InvariantViolation secondLeader(NodeId other) {
        return new InvariantViolation(
                "Both " + node.self() + " and " + other + " lead term " + state.term() + " (Election Safety)");
    }
}
