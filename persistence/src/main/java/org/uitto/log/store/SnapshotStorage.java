package org.uitto.log.store;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.AbstractPersistentActorWithTimers;
import org.apache.pekko.persistence.DeleteSnapshotsFailure;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotFailed;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotResult;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.PartLoader.PartRead;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotNotice.Unreadable;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/**
 * Keeps one node's snapshots of one group in a Pekko snapshot store, in parts, and passes them on to other nodes, in chunks.
 * It has no say in Raft: a snapshot counts from the moment on when the log says so, and the log's owner tells with {@link
 * Use}. Until then, and whatever fails, the one before remains.
 *
 * <p>One thing is under way at a time, to save a snapshot or to fetch one; what comes meanwhile is refused, and asked again
 * later by whoever wants it.
 */
public final class SnapshotStorage extends AbstractPersistentActorWithTimers {
    /** The setting that names the snapshot store plugin. */
    public static final String STORE_SETTING = "uitto.log.snapshot-store";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotStorage.class);
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final long FORSAKEN_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long PINNED_NANOS = Duration.ofSeconds(10).toNanos();

    /**
     * What a storage is given.
     *
     * @param partBytes the size of the parts in which snapshots are stored
     * @param chunkBytes the most bytes that travel in one message
     * @param network sends to the storage of another node, at most once
     * @param clock monotonic nanoseconds
     */
    public record Given(
            GroupId group,
            NodeId node,
            int partBytes,
            int chunkBytes,
            BiConsumer<NodeId, SnapshotTransfer> network,
            LongSupplier clock) {}

    /** What the log's owner asks for. */
    public sealed interface Request {}

    /** Keep this snapshot of this node's state. Answered with {@link Saved} or {@link NotSaved}. */
    public record Save(LogPosition position, ByteString bytes) implements Request {}

    /** Get this snapshot from a node that has it; ends with {@link Fetched}, or never. */
    public record Fetch(SnapshotInfo info, NodeId source) implements Request {}

    /** Read this snapshot, which is the one in use. Answered with {@link Loaded} or {@link Unreadable}. */
    public record Load(StoredSnapshot snapshot) implements Request {}

    /** The log says durably that this snapshot counts; the one before need not be kept. */
    public record Use(StoredSnapshot snapshot) implements Request {}

    /** The log has no use for this snapshot, which was saved or fetched. */
    public record Discard(StoredSnapshot snapshot) implements Request {}

    private enum AskAgain {
        INSTANCE
    }

    private final Given given;
    private final String persistenceId;
    private final ActorRef<? super SnapshotNotice> owner;
    private final PartLoader loader;
    private final long[] servedAtNanos = new long[2];
    private final boolean[] served = new boolean[2];

    private @Nullable StoredSnapshot inUse;
    private @Nullable StoredSnapshot before;
    private @Nullable StoredSnapshot awaitingUse;
    private @Nullable SnapshotTask task;
    private boolean writing;
    private long arrivedAtNanos;

    private SnapshotStorage(Given given, ActorRef<? super SnapshotNotice> owner) {
        this.given = given;
        this.persistenceId = "uitto/" + given.group() + "/snapshots/" + given.node();
        this.owner = owner;
        this.loader = new PartLoader(this::loadPart);
    }

    /** How to make a storage that reports to {@code owner}. */
    public static Props props(Given given, ActorRef<? super SnapshotNotice> owner) {
        return Props.create(SnapshotStorage.class, () -> new SnapshotStorage(given, owner));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    /** Named after the slot that is written to: each is a persistence id of its own for the store, each part a snapshot. */
    @Override
    public String snapshotterId() {
        return task == null ? persistenceId : slotId(task.target.slot());
    }

    @Override
    public long snapshotSequenceNr() {
        return task == null ? 0 : task.storedParts + 1L;
    }

    private String slotId(int slot) {
        return "uitto/" + given.group() + "/snapshot-" + slot + "/" + given.node();
    }

    @Override
    public String journalPluginId() {
        return getContext().getSystem().settings().config().getString(LogStore.JOURNAL_SETTING);
    }

    @Override
    public String snapshotPluginId() {
        return getContext().getSystem().settings().config().getString(STORE_SETTING);
    }

    @Override
    public Recovery recovery() {
        return Recovery.none();
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder().matchAny(ignored -> {}).build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(FetchChunk.class, this::serve)
                .match(Chunk.class, this::arrived)
                .match(Save.class, this::save)
                .match(Fetch.class, this::fetch)
                .match(Load.class, this::load)
                .match(Use.class, this::use)
                .match(Discard.class, this::discard)
                .match(SaveSnapshotSuccess.class, saved -> partStored())
                .match(SaveSnapshotFailure.class, failure -> giveUp(failure.cause()))
                .match(DeleteSnapshotsSuccess.class, cleared -> slotCleared())
                .match(DeleteSnapshotsFailure.class, failure -> giveUp(failure.cause()))
                .match(LoadSnapshotResult.class, loader::loaded)
                .match(LoadSnapshotFailed.class, failed -> loader.failed(failed.cause()))
                .matchEquals(AskAgain.INSTANCE, tick -> askAgain())
                .build();
    }

    private void save(Save save) {
        byte[] bytes = save.bytes().toArrayUnsafe();
        SnapshotInfo info = SnapshotInfo.of(save.position(), bytes);
        String busy = busy();
        if (busy.isEmpty()) {
            begin(new SnapshotTask(inFreeSlot(info), bytes, null));
        } else {
            owner.tell(new NotSaved(save.position(), busy));
        }
    }

    private void fetch(Fetch fetch) {
        if (task != null && task.source != null && task.target.info().equals(fetch.info())) {
            if (!fetch.source().equals(task.source)) { // Another node leads and has the same snapshot: go on with it.
                task = task.goingOnFrom(fetch.source());
            }
            return;
        }
        if (task != null && task.source != null && isForsaken(task, fetch)) {
            task = null;
            timers().cancel(AskAgain.INSTANCE);
        }
        if (busy().isEmpty()) {
            arrivedAtNanos = given.clock().getAsLong();
            begin(new SnapshotTask(
                    inFreeSlot(fetch.info()), new byte[fetch.info().lengthBytes()], fetch.source()));
        }
    }

    /** Whether what is being fetched had better make way: its source no longer leads, or has gone silent. */
    private boolean isForsaken(SnapshotTask current, Fetch offer) {
        return !offer.source().equals(current.source) || given.clock().getAsLong() - arrivedAtNanos > FORSAKEN_NANOS;
    }

    /** Why nothing can be begun now; empty if it can. */
    private String busy() {
        int slot = freeSlot();
        if (task != null || writing || awaitingUse != null) {
            return "another snapshot is on its way to the disk";
        }
        boolean pinned = served[slot] && given.clock().getAsLong() - servedAtNanos[slot] < PINNED_NANOS;
        return pinned ? "another node is just reading the snapshot that it would replace" : "";
    }

    private int freeSlot() {
        return inUse == null ? 0 : 1 - inUse.slot();
    }

    private StoredSnapshot inFreeSlot(SnapshotInfo info) {
        return new StoredSnapshot(info, freeSlot(), given.partBytes());
    }

    private void begin(SnapshotTask begun) {
        task = begun;
        writing = true;
        served[begun.target.slot()] = false;
        before = null;
        loader.forget();
        deleteSnapshots(SnapshotSelectionCriteria.latest());
    }

    private void slotCleared() {
        writing = false;
        proceed();
    }

    private void partStored() {
        writing = false;
        if (task != null) {
            task.storedParts++;
        }
        proceed();
    }

    /** Stores the next part if it is here, asks for it if it is not, and tells when all is stored. */
    private void proceed() {
        SnapshotTask current = task;
        if (current == null || writing) {
            return;
        }
        if (current.storedParts == current.target.partCount()) {
            complete(current);
        } else if (current.arrivedBytes >= current.nextPartEnd()) {
            writing = true;
            saveSnapshot(current.nextPart());
        } else {
            ask(current);
        }
    }

    private void complete(SnapshotTask done) {
        task = null;
        timers().cancel(AskAgain.INSTANCE);
        SnapshotInfo info = done.target.info();
        if (!info.isOf(done.bytes)) {
            LOG.warn("{} of group {} did not arrive as it was sent; it is fetched again.", info, given.group());
            return;
        }
        awaitingUse = done.target;
        owner.tell(
                done.source == null
                        ? new Saved(done.target)
                        : new Fetched(done.target, ByteString.fromArrayUnsafe(done.bytes)));
    }

    private void giveUp(Throwable cause) {
        writing = false;
        SnapshotTask failed = task;
        if (failed == null) {
            return;
        }
        task = null;
        timers().cancel(AskAgain.INSTANCE);
        SnapshotInfo info = failed.target.info();
        LOG.warn(
                "{} of group {} can't be stored in {}; the log is kept until one can.",
                info,
                given.group(),
                snapshotPluginId(),
                cause);
        if (failed.source == null) {
            owner.tell(new NotSaved(info.position(), String.valueOf(cause.getMessage())));
        }
    }

    private void ask(SnapshotTask current) {
        NodeId source = current.source;
        if (source != null) {
            given.network().accept(source, new FetchChunk(given.node(), current.target.info(), current.arrivedBytes));
            timers().startSingleTimer(AskAgain.INSTANCE, AskAgain.INSTANCE, ASK_AGAIN);
        }
    }

    private void askAgain() {
        if (task != null && !writing && task.arrivedBytes < task.nextPartEnd()) {
            ask(task);
        }
    }

    private void arrived(Chunk chunk) {
        SnapshotTask current = task;
        if (current == null || !current.awaits(chunk)) {
            return; // A duplicate, or of a snapshot that is not wanted any more.
        }
        if (chunk.bytes().isEmpty()) {
            giveUpFetching(current, chunk.from());
            return;
        }
        current.take(chunk.bytes());
        arrivedAtNanos = given.clock().getAsLong();
        proceed();
    }

    private void giveUpFetching(SnapshotTask current, NodeId source) {
        LOG.info("Node {} no longer has {}; it will offer another.", source, current.target.info());
        task = null;
        timers().cancel(AskAgain.INSTANCE);
    }

    private void load(Load load) {
        StoredSnapshot snapshot = load.snapshot();
        inUse = snapshot;
        readOn(snapshot, new byte[snapshot.info().lengthBytes()], 1);
    }

    private void readOn(StoredSnapshot snapshot, byte[] bytes, int part) {
        if (part > snapshot.partCount()) {
            if (snapshot.info().isOf(bytes)) {
                owner.tell(new Loaded(snapshot, ByteString.fromArrayUnsafe(bytes)));
            } else {
                unreadable(snapshot, new IllegalStateException("its bytes are not those that were written"));
            }
            return;
        }
        loader.read(new PartRead(snapshot.slot(), part), (found, failure) -> {
            int begin = (part - 1) * snapshot.partBytes();
            int length = Math.min(snapshot.partBytes(), bytes.length - begin);
            if (found == null || found.length != length) {
                unreadable(
                        snapshot,
                        failure != null
                                ? failure
                                : new IllegalStateException("part " + part + " of " + snapshot.partCount()
                                        + " is missing or has another length than was written"));
                return;
            }
            System.arraycopy(found, 0, bytes, begin, length);
            readOn(snapshot, bytes, part + 1);
        });
    }

    private void unreadable(StoredSnapshot snapshot, Throwable cause) {
        String reason = snapshot.info() + " in " + snapshotPluginId() + ", persistence id " + slotId(snapshot.slot())
                + ", can't be read back: " + cause.getMessage();
        owner.tell(new Unreadable(snapshot, reason, cause));
    }

    private void use(Use use) {
        before = inUse;
        inUse = use.snapshot();
        awaitingUse = null;
    }

    private void discard(Discard discard) {
        if (discard.snapshot().equals(awaitingUse)) {
            awaitingUse = null;
        }
    }

    /** Passes on a piece of a snapshot, also of the one before as long as it is there: another node may be at it. */
    private void serve(FetchChunk request) {
        StoredSnapshot snapshot = inUse;
        if (snapshot == null || !snapshot.info().equals(request.info())) {
            snapshot = before;
        }
        if (snapshot == null
                || !snapshot.info().equals(request.info())
                || request.offset() < 0
                || request.offset() >= request.info().lengthBytes()) {
            answer(request, ByteString.emptyByteString());
            return;
        }
        StoredSnapshot source = snapshot;
        served[source.slot()] = true;
        servedAtNanos[source.slot()] = given.clock().getAsLong();
        int part = request.offset() / source.partBytes() + 1;
        loader.read(new PartRead(source.slot(), part), (found, failure) -> {
            int begin = request.offset() - (part - 1) * source.partBytes();
            if (found == null || begin >= found.length) {
                LOG.warn("Part {} of {} can't be passed on.", part, source.info(), failure);
                answer(request, ByteString.emptyByteString());
            } else {
                int end = Math.min(found.length, begin + given.chunkBytes());
                answer(request, ByteString.fromArray(found, begin, end - begin));
            }
        });
    }

    private void answer(FetchChunk request, ByteString bytes) {
        given.network().accept(request.from(), new Chunk(given.node(), request.info(), request.offset(), bytes));
    }

    private void loadPart(PartRead part) {
        SnapshotSelectionCriteria exactly =
                SnapshotSelectionCriteria.create(part.part(), Long.MAX_VALUE, part.part(), 0);
        loadSnapshot(slotId(part.slot()), exactly, part.part());
    }
}
