package org.uitto.replicated;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.util.ByteString;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaInput.SnapshotWritten;
import org.uitto.role.RaftInput.SnapshotTaken;

/**
 * Takes snapshots of what a replica has applied: by itself after so many bytes of entries, or when it is asked to. The state is an
 * immutable value: it is turned to bytes aside, while the replica goes on (paper §7). Not thread-safe.
 */
final class SnapshotTaking {
    private final NodeId self;
    private final ReplicaSettings settings;
    private final Applied<?, ?> applied;
    private final ActorContext<ReplicaInput> context;
    private final Consumer<SnapshotTaken> raft;

    private long untakenBytes;
    private boolean isUnderWay;
    private long underWayIndex;
    private long latestIndex;
    private Optional<ActorRef<SnapshotOutcome>> asker = Optional.empty();

    /**
     * Nothing is taken yet.
     *
     * @param context of the replica, which is told {@link SnapshotWritten}
     * @param raft is given each snapshot
     */
    SnapshotTaking(
            NodeId self,
            ReplicaSettings settings,
            Applied<?, ?> applied,
            ActorContext<ReplicaInput> context,
            Consumer<SnapshotTaken> raft) {
        this.self = self;
        this.settings = settings;
        this.applied = applied;
        this.context = context;
        this.raft = raft;
    }

    boolean isUnderWay() {
        return isUnderWay;
    }

    /** Entries were applied. */
    void applied(long lengthBytes) {
        untakenBytes += lengthBytes;
        if (!isUnderWay && untakenBytes >= afterBytes()) {
            take();
        }
    }

    /** Not all replicas at once: each has a threshold of its own, another each time. */
    private long afterBytes() {
        long bound = settings.snapshotAfterBytes();
        int lot = Math.floorMod((self + " " + applied.index() / 1024).hashCode(), 256);
        return bound - (long) (bound / 4.0 * lot / 256); // In whole numbers a bound that means never would overflow.
    }

    /** What is applied was taken over from a snapshot. */
    void restored() {
        latestIndex = applied.index();
        untakenBytes = 0;
    }

    /** Takes one now, if there is anything new. */
    void ask(ActorRef<SnapshotOutcome> replyTo) {
        if (isUnderWay) {
            replyTo.tell(outcome(SnapshotOutcome.Result.UNDER_WAY, Optional.empty()));
        } else if (applied.index() == latestIndex) {
            replyTo.tell(outcome(SnapshotOutcome.Result.NOTHING_NEW, Optional.empty()));
        } else {
            asker = Optional.of(replyTo);
            take();
        }
    }

    private SnapshotOutcome outcome(SnapshotOutcome.Result result, Optional<String> trouble) {
        return new SnapshotOutcome(result, latestIndex, trouble);
    }

    private void take() {
        isUnderWay = true;
        underWayIndex = applied.index();
        untakenBytes = 0;
        long index = applied.index();
        context.pipeToSelf(
                bytes(), (bytes, failure) -> new SnapshotWritten(index, Optional.ofNullable(bytes), failure));
    }

    /** What is applied now as bytes. They are made aside: on threads that nobody else waits for. */
    CompletableFuture<ByteString> bytes() {
        byte[] sessions = applied.sessionsToBytes();
        Object state = applied.stateAsValue();
        ValueCodec codec = new ValueCodec(context.getSystem());
        Executor aside = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
        return CompletableFuture.supplyAsync(() -> codec.snapshot(sessions, state), aside);
    }

    /** The bytes are there, or could not be made. */
    void onWritten(SnapshotWritten written) {
        if (written.bytes().isPresent()) {
            raft.accept(new SnapshotTaken(written.index(), written.bytes().get()));
            return;
        }
        onEnded(Optional.of("the state can't be turned to bytes: " + written.failure()));
        context.getLog()
                .error(
                        "The state after index {} can't be turned to bytes, so its log can't be compacted. Make its class"
                                + " known to Pekko Serialization, such as in uitto.kryo.registrations.",
                        written.index(),
                        written.failure());
    }

    /** The snapshot was stored, or was not. */
    void onEnded(Optional<String> trouble) {
        isUnderWay = false;
        if (trouble.isEmpty()) {
            latestIndex = Math.max(latestIndex, underWayIndex);
        }
        SnapshotOutcome.Result result =
                trouble.isEmpty() ? SnapshotOutcome.Result.TAKEN : SnapshotOutcome.Result.FAILED;
        asker.ifPresent(replyTo -> replyTo.tell(outcome(result, trouble)));
        asker = Optional.empty();
    }
}
