package org.uitto.log.store;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.PartLoader.Part;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotStorage.Fetch;
import org.uitto.log.store.SnapshotStorage.Given;
import org.uitto.log.store.SnapshotStorage.Save;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/**
 * Brings one snapshot at a time to the disk, part by part: one of this node, whose bytes are all here, or one of another
 * node, whose bytes are fetched meanwhile. Part of {@link SnapshotStorage}, which does what {@link Disk} says.
 */
final class SnapshotWriting {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriting.class);
    private static final long FORSAKEN_NANOS = Duration.ofSeconds(3).toNanos();

    /** What is asked of the snapshot store and of a timer; the store's answers come back by {@link #slotCleared} and so on. */
    interface Disk {
        /** Empties a slot. */
        void clear(int slot);

        /** Stores a part. */
        void store(Part part, byte[] bytes);

        /** Has {@link #askAgain} called after a while; a call before that begins the while anew. */
        void askLater();

        /** No longer. */
        void askNoMore();
    }

    private final Given given;
    private final SnapshotSlots slots;
    private final PartLoader loader;
    private final Disk disk;
    private final ActorRef<? super SnapshotNotice> owner;

    private @Nullable SnapshotTask task;
    /** Whether an answer of the store is awaited, be it to a task that was given up. */
    private boolean writing;

    private long arrivedAtNanos;

    SnapshotWriting(
            Given given, SnapshotSlots slots, PartLoader loader, Disk disk, ActorRef<? super SnapshotNotice> owner) {
        this.given = given;
        this.slots = slots;
        this.loader = loader;
        this.disk = disk;
        this.owner = owner;
    }

    void save(Save save) {
        String busy = busyBecause();
        if (busy.isEmpty()) {
            SnapshotInfo info = SnapshotInfo.of(
                    save.position(), save.configuration(), save.bytes().getByteBuffers());
            begin(SnapshotTask.toStore(inFreeSlot(info), save.bytes()));
        } else {
            owner.tell(new NotSaved(save.position(), busy));
        }
    }

    void fetch(Fetch fetch) {
        SnapshotTask current = task;
        if (current != null && current.source != null) {
            if (current.target.info().equals(fetch.info())) {
                if (!fetch.source().equals(current.source)) {
                    task = current.goingOnFrom(fetch.source()); // It leads now, and has the same snapshot.
                }
                return;
            }
            if (isForsaken(current, fetch)) {
                drop();
            }
        }
        if (busyBecause().isEmpty()) {
            arrivedAtNanos = given.clock().getAsLong();
            begin(SnapshotTask.toFetch(inFreeSlot(fetch.info()), fetch.source()));
        }
    }

    /** Whether what is being fetched had better make way: its source no longer leads, or has gone silent. */
    private boolean isForsaken(SnapshotTask current, Fetch offer) {
        return !offer.source().equals(current.source) || given.clock().getAsLong() - arrivedAtNanos > FORSAKEN_NANOS;
    }

    /** Why nothing can be begun now; empty if it can. */
    private String busyBecause() {
        return task != null || writing ? "another snapshot is on its way to the disk" : slots.occupiedBecause();
    }

    private StoredSnapshot inFreeSlot(SnapshotInfo info) {
        return new StoredSnapshot(info, slots.free(), given.partBytes());
    }

    private void begin(SnapshotTask begun) {
        task = begun;
        writing = true;
        slots.overwrite();
        loader.forget();
        disk.clear(begun.target.slot());
    }

    private void drop() {
        task = null;
        disk.askNoMore();
    }

    void slotCleared() {
        writing = false;
        proceed();
    }

    void partStored() {
        writing = false;
        if (task != null) {
            task.storedParts++;
        }
        proceed();
    }

    /** The store did not do what it was asked for. */
    void failed(Throwable cause, String store) {
        writing = false;
        SnapshotTask failed = task;
        if (failed == null) {
            return;
        }
        drop();
        SnapshotInfo info = failed.target.info();
        LOG.warn(
                "{} of group {} can't be stored in {}; the log is kept until one can.",
                info,
                given.group(),
                store,
                cause);
        if (failed.source == null) {
            owner.tell(new NotSaved(info.position(), String.valueOf(cause.getMessage())));
        }
    }

    /** Stores the next part if it is here, asks for it if it is not, and tells when all is stored. */
    private void proceed() {
        SnapshotTask current = task;
        if (current == null || writing) {
            return;
        }
        StoredSnapshot target = current.target;
        if (current.storedParts == target.partCount()) {
            complete(current);
        } else if (current.arrivedBytes >= current.nextPartEnd()) {
            writing = true;
            disk.store(new Part(target.slot(), current.storedParts + 1), current.nextPart());
        } else {
            ask(current);
        }
    }

    private void complete(SnapshotTask done) {
        drop();
        StoredSnapshot target = done.target;
        if (!done.isAsSent()) {
            LOG.warn(
                    "{} of group {} did not arrive as it was sent; it is fetched again.", target.info(), given.group());
            return;
        }
        slots.stored(target);
        owner.tell(done.source == null ? new Saved(target) : new Fetched(target, done.bytes));
    }

    private void ask(SnapshotTask current) {
        NodeId source = current.source;
        if (source != null) {
            given.network().accept(source, new FetchChunk(given.node(), current.target.info(), current.arrivedBytes));
            disk.askLater();
        }
    }

    /** A question or its answer may be lost. */
    void askAgain() {
        if (task != null && !writing && task.arrivedBytes < task.nextPartEnd()) {
            ask(task);
        }
    }

    void arrived(Chunk chunk) {
        SnapshotTask current = task;
        if (current == null || !current.awaits(chunk)) {
            return; // A duplicate, or of a snapshot that is not wanted any more.
        }
        if (!chunk.bytes().isEmpty()) {
            current.take(chunk.bytes());
            arrivedAtNanos = given.clock().getAsLong();
            proceed();
        } else if (chunk.from().equals(current.source)) {
            LOG.info("Node {} no longer has {}; it will offer another.", chunk.from(), current.target.info());
            drop();
        }
    }
}
