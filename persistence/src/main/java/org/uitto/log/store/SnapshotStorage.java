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
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.PartLoader.Part;
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

    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

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
    public record Save(LogPosition position, Configuration configuration, ByteString bytes) implements Request {}

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
    private final SnapshotSlots slots;
    private final PartLoader loader;
    private final SnapshotReading reading;
    private final SnapshotWriting writing;

    /** What the store was told to write last: Pekko asks for it, piece by piece, while it composes what it tells the store. */
    private @Nullable Part written;

    private SnapshotStorage(Given given, ActorRef<? super SnapshotNotice> owner) {
        this.given = given;
        this.persistenceId = "uitto/" + given.group() + "/snapshots/" + given.node();
        this.slots = new SnapshotSlots(given.clock());
        this.loader = new PartLoader(this::loadPart);
        this.reading = new SnapshotReading(given, slots, loader, owner);
        this.writing = new SnapshotWriting(given, slots, loader, new Disk(), owner);
    }

    /** How to make a storage that reports to {@code owner}. */
    public static Props props(Given given, ActorRef<? super SnapshotNotice> owner) {
        return Props.create(SnapshotStorage.class, () -> new SnapshotStorage(given, owner));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    /** The persistence id under which the store keeps what is in a slot: each part is a snapshot of it. */
    private String slotId(int slot) {
        return "uitto/" + given.group() + "/snapshot-" + slot + "/" + given.node();
    }

    @Override
    public String snapshotterId() {
        return written == null ? persistenceId : slotId(written.slot());
    }

    @Override
    public long snapshotSequenceNr() {
        return written == null ? 0 : written.number();
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
                .match(FetchChunk.class, reading::serve)
                .match(Chunk.class, writing::arrived)
                .match(Save.class, writing::save)
                .match(Fetch.class, writing::fetch)
                .match(Load.class, this::load)
                .match(Use.class, use -> slots.use(use.snapshot()))
                .match(Discard.class, discard -> slots.discard(discard.snapshot()))
                .match(SaveSnapshotSuccess.class, saved -> writing.partStored())
                .match(SaveSnapshotFailure.class, failure -> writing.failed(failure.cause(), snapshotPluginId()))
                .match(DeleteSnapshotsSuccess.class, cleared -> writing.slotCleared())
                .match(DeleteSnapshotsFailure.class, failure -> writing.failed(failure.cause(), snapshotPluginId()))
                .match(LoadSnapshotResult.class, loader::loaded)
                .match(LoadSnapshotFailed.class, failed -> loader.failed(failed.cause()))
                .matchEquals(AskAgain.INSTANCE, tick -> writing.askAgain())
                .build();
    }

    private void load(Load load) {
        StoredSnapshot snapshot = load.snapshot();
        slots.recovered(snapshot);
        reading.load(snapshot, snapshotPluginId() + ", persistence id " + slotId(snapshot.slot()));
    }

    private void loadPart(Part part) {
        SnapshotSelectionCriteria exactly =
                SnapshotSelectionCriteria.create(part.number(), Long.MAX_VALUE, part.number(), 0);
        loadSnapshot(slotId(part.slot()), exactly, part.number());
    }

    /** The snapshot store, and the timer. */
    private final class Disk implements SnapshotWriting.Disk {
        @Override
        public void clear(int slot) {
            written = new Part(slot, 0);
            deleteSnapshots(SnapshotSelectionCriteria.latest());
        }

        @Override
        public void store(Part part, byte[] bytes) {
            written = part;
            saveSnapshot(bytes);
        }

        @Override
        public void askLater() {
            timers().startSingleTimer(AskAgain.INSTANCE, AskAgain.INSTANCE, ASK_AGAIN);
        }

        @Override
        public void askNoMore() {
            timers().cancel(AskAgain.INSTANCE);
        }
    }
}
