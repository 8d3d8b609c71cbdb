package org.uitto.role;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.LogNotice;
import org.uitto.log.store.LogNotice.LogFailed;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;
import org.uitto.log.store.LogStore;
import org.uitto.log.store.SnapshotNotice;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotNotice.Unreadable;
import org.uitto.log.store.SnapshotStorage;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.LogChanged;
import org.uitto.role.RaftInput.SnapshotChanged;
import org.uitto.role.RaftInput.TransferLeadership;
import org.uitto.role.RaftInput.TransferReply;
import org.uitto.role.RaftNotice.SnapshotRestored;

/**
 * A node while it reads its log and its snapshot back from disk. The first of all phases; followed by {@link
 * FollowerBehavior} or {@link NewcomerBehavior}, or by {@link Halted} if they can't be read. What peers say meanwhile is dropped: they say it again.
 */
final class Recovering extends AbstractBehavior<RaftInput> {
    private final Participation given;
    private final TimerScheduler<RaftInput> timers;
    private final ActorRef<LogNotice> notices;
    private org.apache.pekko.actor.ActorRef logStore;
    private int generation = 1;
    private final org.apache.pekko.actor.ActorRef snapshots;
    private @Nullable Recovered recovered;

    Recovering(Participation given, ActorContext<RaftInput> context, TimerScheduler<RaftInput> timers) {
        super(context);
        this.given = given;
        this.timers = timers;
        this.notices = context.messageAdapter(LogNotice.class, LogChanged::new);
        this.logStore = openLog();
        ActorRef<SnapshotNotice> snapshotNotices = context.messageAdapter(SnapshotNotice.class, SnapshotChanged::new);
        this.snapshots = Adapter.actorOf(
                context, SnapshotStorage.props(snapshotsGiven(), snapshotNotices), PeerTransport.SNAPSHOTS);
    }

    private org.apache.pekko.actor.ActorRef openLog() {
        String persistenceId = LogStore.persistenceId(given.group(), given.self(), generation);
        Props log = LogStore.props(persistenceId, given.random()::nextLong, notices);
        return Adapter.actorOf(getContext(), log, "log-" + generation);
    }

    private SnapshotStorage.Given snapshotsGiven() {
        return new SnapshotStorage.Given(
                given.group(),
                given.self(),
                given.settings().snapshotPartBytes(),
                given.settings().snapshotChunkBytes(),
                given.transport()::send,
                given.clock());
    }

    @Override
    public Receive<RaftInput> createReceive() {
        return newReceiveBuilder()
                .onMessage(LogChanged.class, this::onLog)
                .onMessage(SnapshotChanged.class, this::onSnapshot)
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(TransferLeadership.class, this::onTransferLeadership)
                .onMessage(ChangeMembers.class, this::onChangeMembers)
                .onAnyMessage(ignored -> this)
                .build();
    }

    private Behavior<RaftInput> onLog(LogChanged changed) {
        if (changed.notice() instanceof LogFailed failed) {
            return failed.damaged() && !isAlone() ? beginAnew(failed) : halt(failed.reason(), failed.cause());
        } else if (changed.notice() instanceof Persisted) {
            return start(Objects.requireNonNull(recovered), Optional.empty()); // With a log that was discarded.
        }
        Recovered log = (Recovered) changed.notice();
        recovered = log;
        Optional<StoredSnapshot> snapshot = log.log().snapshot();
        if (snapshot.isEmpty()) {
            return start(log, Optional.empty());
        }
        snapshots.tell(new SnapshotStorage.Load(snapshot.get()), org.apache.pekko.actor.ActorRef.noSender());
        return this;
    }

    private Behavior<RaftInput> onSnapshot(SnapshotChanged changed) {
        if (changed.notice() instanceof Loaded loaded && recovered != null) {
            return start(recovered, Optional.of(loaded));
        } else if (changed.notice() instanceof Unreadable unreadable) {
            return unreadable.damaged() && !isAlone() && recovered != null
                    ? discardLog(recovered, unreadable.reason())
                    : halt(unreadable.reason(), unreadable.cause());
        }
        throw new IllegalStateException("Nothing was asked of the snapshots that they answer: " + changed.notice());
    }

    private boolean isAlone() {
        return given.configuration().isMember(given.self())
                && given.configuration().peersOf(given.self()).isEmpty();
    }

    /**
     * What was acknowledged can't be told any more, so the node goes on as one that never was, and gets everything from its
     * peers. The events stay where they are, for whoever wants to look at them.
     */
    private Behavior<RaftInput> beginAnew(LogFailed failed) {
        sayThatItBeginsAnew(failed.reason());
        generation++;
        logStore = openLog();
        return this;
    }

    /** A log without the snapshot that it builds on is none. Term and vote are still known, and kept. */
    private Behavior<RaftInput> discardLog(Recovered log, String reason) {
        sayThatItBeginsAnew(reason);
        StorageId name = StorageId.drawn(given.random().nextLong());
        StorageRecord renamed = log.storage().renamed(name);
        NodeStart start =
                new NodeStart(name, log.start().incarnation(), log.start().nonce());
        recovered = new Recovered(new LogWindow(), log.saved(), renamed, start);
        logStore.tell(
                new LogStore.Write(1, List.of(new LogDiscarded(), new StorageSaved(renamed))),
                Adapter.toClassic(getContext().getSelf()));
        return this;
    }

    private void sayThatItBeginsAnew(String reason) {
        getContext()
                .getLog()
                .error(
                        "Node {} can't go on with its data of group {}: {} It is rebuilt from the other members, and"
                                + " has no say until a leader has admitted it again; nothing has to be done.",
                        given.self(),
                        given.group(),
                        reason);
    }

    private Behavior<RaftInput> start(Recovered log, Optional<Loaded> snapshot) {
        // What a snapshot holds was committed (paper §7).
        long commitIndex =
                snapshot.map(loaded -> loaded.snapshot().position().index()).orElse(0L);
        RoleState initial = log.storage().admitted()
                ? new Follower(log.saved(), commitIndex, Optional.empty())
                : new Newcomer(log.saved(), commitIndex, Optional.empty(), Set.of());
        RoleContext node = new RoleContext(given, getContext(), timers, logStore, snapshots, log);
        given.observer().onStarted(initial, log.log());
        snapshot.ifPresent(loaded -> given.stateMachine().tell(new SnapshotRestored(commitIndex, loaded.bytes())));
        given.stateMachine().tell(new RaftNotice.LogRecovered(log.log().last().index()));
        node.restartElectionTimer();
        return node.enter(node.begin(initial));
    }

    private Behavior<RaftInput> halt(String reason, Throwable cause) {
        getContext()
                .getLog()
                .error("Node {} takes no part in group {}: {}", given.self(), given.group(), reason, cause);
        given.observer().onRefused(reason, cause);
        given.stateMachine().tell(new RaftNotice.ParticipationEnded(reason));
        return Halted.behavior(GroupStatus.withoutLog(given, GroupStatus.Role.HALTED, Optional.of(reason)));
    }

    private Behavior<RaftInput> onTransferLeadership(TransferLeadership request) {
        request.replyTo().tell(TransferReply.NOT_LEADER);
        return this;
    }

    private Behavior<RaftInput> onChangeMembers(ChangeMembers request) {
        request.replyTo().tell(new ChangeReply.NotLeader());
        return this;
    }

    private Behavior<RaftInput> onGetStatus(GetStatus request) {
        request.replyTo().tell(GroupStatus.withoutLog(given, GroupStatus.Role.RECOVERING, Optional.empty()));
        return this;
    }
}
