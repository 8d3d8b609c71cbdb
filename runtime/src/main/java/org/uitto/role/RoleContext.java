package org.uitto.role;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.core.InvariantViolation;
import org.uitto.core.NodeView;
import org.uitto.core.Quiescent;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.core.Rules;
import org.uitto.core.Transition;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;
import org.uitto.log.store.LogStore;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotStorage;
import org.uitto.role.RaftInput.ElectionTimerFired;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftInput.SnapshotTaken;
import org.uitto.role.RaftNotice.Committed;
import org.uitto.role.RaftNotice.LeaderChanged;
import org.uitto.role.RaftNotice.LeadershipGained;
import org.uitto.role.RaftNotice.ParticipationEnded;
import org.uitto.role.RaftNotice.ReadsReady;
import org.uitto.role.RaftNotice.SnapshotEnded;
import org.uitto.role.RaftNotice.SnapshotRestored;
import org.uitto.role.RaftNotice.TransferAbandoned;
import org.uitto.role.RaftNotice.TransferBegun;

/**
 * What the roles of one node in one group share: the log, the ways to the disk, the peers and the state, and the one place
 * where decisions are carried out. Holds no rule of Raft.
 */
final class RoleContext {
    private static final int MAX_ELECTION_DOUBLINGS = 3;

    final Participation given;
    final ActorContext<RaftInput> actor;
    final TimerScheduler<RaftInput> timers;
    private final org.apache.pekko.actor.ActorRef logStore;
    private final org.apache.pekko.actor.ActorRef snapshots;
    private final Storages storages;
    private final LogWindow log;
    private final NodeView view;
    private final Outbox outbox;
    private final DiskProgress disk;

    private long lastWrite;
    private long lastTermWrite;
    private long configurationTold;
    private long electionDeadlineNanos;
    private boolean electionTimerRuns;
    private int vainElections;

    RoleContext(
            Participation given,
            ActorContext<RaftInput> actor,
            TimerScheduler<RaftInput> timers,
            org.apache.pekko.actor.ActorRef logStore,
            org.apache.pekko.actor.ActorRef snapshots,
            Recovered recovered) {
        this.given = given;
        this.actor = actor;
        this.timers = timers;
        this.logStore = logStore;
        this.snapshots = snapshots;
        // Who has nothing else to say greets when its election timer runs out.
        long silenceNanos = 2 * given.settings().electionTimeoutMax().toNanos();
        this.storages = new Storages(recovered.storage(), recovered.start(), given.random()::nextLong, silenceNanos);
        this.log = recovered.log();
        this.view = new NodeView(
                given.self(),
                given.configuration(),
                log,
                storages,
                given.settings().limits(),
                given.clock().getAsLong());
        this.outbox = new Outbox(this::leave);
        this.disk = new DiskProgress(log.last());
        tellWhoTakesPart();
    }

    /** What the rules may look at. */
    NodeView view() {
        return view;
    }

    /** Who is on which storage. */
    Storages storages() {
        return storages;
    }

    long nowNanos() {
        return given.clock().getAsLong();
    }

    /** The behavior of the role that {@code state} is of. */
    Behavior<RaftInput> enter(RoleState state) {
        if (state instanceof Newcomer newcomer) {
            return new NewcomerBehavior(this, newcomer);
        } else if (state instanceof Follower follower) {
            return new FollowerBehavior(this, follower);
        } else if (state instanceof PreCandidate preCandidate) {
            return new PreCandidateBehavior(this, preCandidate);
        } else if (state instanceof Candidate candidate) {
            return new CandidateBehavior(this, candidate);
        }
        return new LeaderBehavior(this, (Leader) state).lead();
    }

    /** Has the rules begin in {@code initial}. */
    RoleState begin(RoleState initial) {
        if (initial instanceof Newcomer) {
            actor.getLog()
                    .info(
                            "Node {} has no say in group {} yet: storage {} is to be confirmed by all other members, or"
                                    + " admitted by the leader",
                            given.self(),
                            given.group(),
                            storages.record().own());
        }
        return perform(initial, Rules.of(view, initial, nowNanos()).onStarted());
    }

    /**
     * Carries a decision out: the log, the disk, the peers, the timer, and what the state machine must know.
     *
     * @return what the node knows from now on
     */
    RoleState perform(RoleState before, Transition decision) {
        Transition transition = given.observer().onDecision(before, decision, log);
        write(transition.writes());
        given.observer().onTransition(before, transition, log);
        noteElection(before, transition.next());
        boolean restartsLater = transition.timer() == ElectionTimer.RESTART_ONCE_DURABLE;
        outbox.post(lastTermWrite, transition.sendNow(), () -> {});
        outbox.post(lastWrite, transition.sendOnceDurable(), restartsLater ? this::restartElectionTimer : () -> {});
        noteQuiescence(before, transition.next());
        if (transition.timer() == ElectionTimer.POSTPONE) {
            postponeElection();
        } else if (transition.timer() == ElectionTimer.HASTEN) {
            hastenElection();
        } else if (transition.timer() != ElectionTimer.KEEP) {
            restartElectionTimer();
        }
        noteStanding(before, transition.next());
        tellStateMachine(before, transition);
        transition
                .fetch()
                .ifPresent(fetch -> tellSnapshots(new SnapshotStorage.Fetch(fetch.snapshot(), fetch.source())));
        return transition.next();
    }

    private void noteQuiescence(RoleState before, RoleState next) {
        if (next.isQuiescent() && !before.isQuiescent()) {
            stopElectionTimer();
            Quiescent quiescent = new Quiescent(
                    next.leader().orElseThrow(), next.term(), log.last().index());
            SortedSet<NodeId> followers = new TreeSet<>(
                    next instanceof Leader leading ? leading.progress().keySet() : Set.of());
            if (!followers.isEmpty() || !(next instanceof Leader)) { // Else there is no other side.
                given.transport().quiesce(quiescent, followers, actor.getSelf());
            }
        } else if (before.isQuiescent() && !next.isQuiescent()) {
            given.transport().wake();
            if (!(next instanceof Leader)) {
                restartElectionTimer();
            }
        }
    }

    private void noteElection(RoleState before, RoleState next) {
        if (next.leader().isPresent()) {
            vainElections = 0;
        } else if (before instanceof Candidate && next instanceof PreCandidate) {
            vainElections++;
        }
    }

    private void noteStanding(RoleState before, RoleState next) {
        if (before instanceof Newcomer && !(next instanceof Newcomer)) {
            actor.getLog()
                    .info(
                            "Node {} has a say in group {} from now on, with storage {}",
                            given.self(),
                            given.group(),
                            storages.record().own());
        } else if (next instanceof Newcomer && !(before instanceof Newcomer)) {
            actor.getLog()
                    .error(
                            "The data of node {} in group {} is not what it once was: it lacks what the other members"
                                    + " know it to have had. Was an old copy put in its place? The node has no say until a"
                                    + " leader has admitted it again, as storage {}; nothing has to be done.",
                            given.self(),
                            given.group(),
                            storages.record().own());
        }
    }

    private void write(List<LogMutation> mutations) {
        if (mutations.isEmpty()) {
            return;
        }
        lastWrite++;
        disk.begun(lastWrite, nowNanos());
        for (LogMutation mutation : mutations) {
            disk.replacedBy(mutation);
            if (mutation instanceof EntriesAppended appended) {
                log.apply(appended);
                tellWhoTakesPart();
            } else if (mutation instanceof PrefixCompacted compacted) {
                log.apply(compacted);
                useOnceDurable(compacted.snapshot());
            } else if (mutation instanceof SnapshotInstalled installed) {
                log.apply(installed);
                tellWhoTakesPart();
                useOnceDurable(installed.snapshot());
            } else if (mutation instanceof TermAndVoteSaved) {
                lastTermWrite = lastWrite;
            } else if (mutation instanceof StorageSaved saved) {
                storages.apply(saved);
                lastTermWrite = lastWrite; // Nothing leaves under a name that may be forgotten.
            }
        }
        logStore.tell(
                new LogStore.Write(lastWrite, mutations),
                org.apache.pekko.actor.typed.javadsl.Adapter.toClassic(actor.getSelf()));
    }

    /** The way to the others is what the newest configuration says; whether it is committed makes no difference (paper §6). */
    private void tellWhoTakesPart() {
        if (log.configurationIndex() != configurationTold) {
            configurationTold = log.configurationIndex();
            given.transport().onConfiguration(view.configuration());
        }
    }

    private void useOnceDurable(StoredSnapshot snapshot) {
        outbox.post(lastWrite, List.of(), () -> tellSnapshots(new SnapshotStorage.Use(snapshot)));
    }

    private void tellSnapshots(SnapshotStorage.Request request) {
        snapshots.tell(request, org.apache.pekko.actor.ActorRef.noSender());
    }

    /** Has the state stored that the state machine gives, unless the log has gone past it. */
    void save(SnapshotTaken taken) {
        long index = taken.index();
        if (index > log.base().index() && index <= log.last().index()) {
            tellSnapshots(new SnapshotStorage.Save(
                    log.positionAt(index), log.configurationAt(index).orElse(given.configuration()), taken.bytes()));
        } else {
            // One from the leader has come in between.
            given.stateMachine().tell(new SnapshotEnded(Optional.of("a newer one came from the leader meanwhile")));
        }
    }

    /** After the decision what to do with this node's own snapshot. */
    void settle(Saved saved) {
        boolean discarded = discardUnlessUsed(saved.snapshot());
        given.stateMachine()
                .tell(new SnapshotEnded(
                        discarded ? Optional.of("a newer one came from the leader meanwhile") : Optional.empty()));
    }

    /** After it is known that this node's own snapshot was not stored. */
    void settle(NotSaved notSaved) {
        actor.getLog()
                .info(
                        "Node {} did not store a snapshot of group {} at {}: {}. It tries again later.",
                        given.self(),
                        given.group(),
                        notSaved.position(),
                        notSaved.reason());
        given.stateMachine().tell(new SnapshotEnded(Optional.of(notSaved.reason())));
    }

    /** After the decision what to do with a snapshot of the leader's. */
    void settle(Fetched fetched) {
        if (!discardUnlessUsed(fetched.snapshot())) {
            actor.getLog()
                    .info(
                            "Node {} takes over {} of group {} from another node",
                            given.self(),
                            fetched.snapshot().info(),
                            given.group());
            given.stateMachine()
                    .tell(new SnapshotRestored(fetched.snapshot().position().index(), fetched.bytes()));
        }
    }

    private boolean discardUnlessUsed(StoredSnapshot snapshot) {
        boolean used = log.snapshot().filter(snapshot::equals).isPresent();
        if (!used) {
            tellSnapshots(new SnapshotStorage.Discard(snapshot));
        }
        return !used;
    }

    private void tellStateMachine(RoleState before, Transition transition) {
        RoleState next = transition.next();
        boolean restored = before.commitIndex() < log.base().index(); // What was committed is told with the snapshot.
        if (next.commitIndex() > before.commitIndex() && !restored) {
            given.stateMachine()
                    .tell(new Committed(log.read(before.commitIndex() + 1, next.commitIndex(), Long.MAX_VALUE)));
        }
        if (next instanceof Leader && !(before instanceof Leader)) {
            given.stateMachine()
                    .tell(new LeadershipGained(
                            next.term(),
                            log.read(next.commitIndex() + 1, log.last().index(), Long.MAX_VALUE)));
        } else if (next.term() != before.term() || !next.leader().equals(before.leader())) {
            given.stateMachine().tell(new LeaderChanged(next.term(), next.leader()));
        }
        if (isHandingOver(before) != isHandingOver(next) && next instanceof Leader && before instanceof Leader) {
            given.stateMachine().tell(isHandingOver(next) ? new TransferBegun() : new TransferAbandoned());
        }
        if (!transition.readsReady().isEmpty()) {
            given.stateMachine().tell(new ReadsReady(transition.readsReady()));
        }
    }

    private static boolean isHandingOver(RoleState state) {
        return state instanceof Leader leader && leader.transfer().isPresent();
    }

    private void leave(Outbound outbound) {
        given.observer().onSent(outbound.to(), outbound.message());
        given.transport()
                .send(
                        outbound.to(),
                        new PeerEnvelope(given.group(), storages.ownStart(), given.contact(), outbound.message()));
    }

    /** Lets go what waited for these writes. */
    void durable(Persisted persisted) {
        given.observer().onDurable(persisted);
        disk.finished(persisted, log, nowNanos());
        outbox.durable(persisted.writeNumber());
    }

    /**
     * Draws a new timeout, from now. Longer, if the latest attempts to be elected came to nothing: if that was since machines
     * are too busy to answer in time, to ask more often would make them busier.
     */
    void restartElectionTimer() {
        int doublings = Math.max(0, Math.min(vainElections - 1, MAX_ELECTION_DOUBLINGS));
        long minNanos = given.settings().electionTimeoutMin().toNanos() << doublings;
        long maxNanos = given.settings().electionTimeoutMax().toNanos() << doublings;
        electionDeadlineNanos = nowNanos() + given.random().nextLong(minNanos, maxNanos + 1);
        if (!electionTimerRuns) {
            runElectionTimer();
        }
    }

    /**
     * Waits a little before it stands itself: long enough for the votes of one that asks now to be on disk, and so much
     * shorter than a timeout that one which asks again and again for nothing keeps nobody from standing.
     */
    private void postponeElection() {
        long graceNanos = given.settings().electionTimeoutMin().toNanos() / 3;
        electionDeadlineNanos = Math.max(electionDeadlineNanos, nowNanos() + graceNanos);
    }

    /** Stands soon, if nothing else happens: at another moment than the other nodes, so that they don't split the votes. */
    private void hastenElection() {
        long soonNanos = given.settings().electionTimeoutMin().toNanos() / 5;
        electionDeadlineNanos =
                Math.min(electionDeadlineNanos, nowNanos() + given.random().nextLong(soonNanos + 1));
        runElectionTimer();
    }

    private void stopElectionTimer() {
        timers.cancel(ElectionTimerFired.INSTANCE);
        electionTimerRuns = false;
    }

    /** Whether the timeout is really over; otherwise the timer runs on for the rest. */
    boolean isElectionTimeout() {
        electionTimerRuns = false;
        boolean over = nowNanos() - electionDeadlineNanos >= 0;
        if (!over) {
            runElectionTimer();
        }
        return over;
    }

    // A sign of life only moves the deadline: setting a timer at every message would cost more than the message.
    private void runElectionTimer() {
        electionTimerRuns = true;
        Duration rest = Duration.ofNanos(Math.max(1, electionDeadlineNanos - nowNanos()));
        timers.startSingleTimer(ElectionTimerFired.INSTANCE, rest);
    }

    /** Ends this node's part in the group; it goes on answering for its status. */
    Behavior<RaftInput> halt(RoleState state, String reason, Throwable cause) {
        String unsafe = cause instanceof InvariantViolation ? " This is a bug in Uitto or damage on a disk." : "";
        actor.getLog()
                .error(
                        "Node {} takes no further part in group {}: {}.{} Its data was left as it is.",
                        given.self(),
                        given.group(),
                        reason,
                        unsafe,
                        cause);
        given.observer().onHalted(state, reason, cause);
        if (state.isQuiescent()) {
            given.transport().wake();
        }
        timers.cancelAll();
        actor.stop(org.apache.pekko.actor.typed.javadsl.Adapter.toTyped(logStore));
        actor.stop(org.apache.pekko.actor.typed.javadsl.Adapter.toTyped(snapshots));
        given.stateMachine().tell(new LeaderChanged(state.term(), Optional.empty()));
        given.stateMachine().tell(new ParticipationEnded(reason));
        return Halted.behavior(status(state, GroupStatus.Role.HALTED, Optional.of(reason)));
    }

    private static Optional<NodeId> transferTarget(RoleState state) {
        return state instanceof Leader leader ? leader.transfer().map(RoleState.Transfer::target) : Optional.empty();
    }

    GroupStatus status(RoleState state, GroupStatus.Role role, Optional<String> trouble) {
        return new GroupStatus(
                given.group(),
                given.self(),
                storages.ownStart().incarnation(),
                role,
                state.term(),
                state.current().votedFor(),
                state.leader(),
                LogStatus.of(log, state.commitIndex(), disk.durableIndex()),
                disk.status(nowNanos()),
                view.configuration(),
                log.configurationIndex(),
                PeerStatus.of(state, log, nowNanos()),
                transferTarget(state),
                state.isQuiescent(),
                trouble);
    }
}
