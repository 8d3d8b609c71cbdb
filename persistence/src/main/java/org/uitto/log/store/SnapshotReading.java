package org.uitto.log.store;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.damage.DamagedSnapshot;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.PartLoader.Part;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotNotice.Unreadable;
import org.uitto.log.store.SnapshotStorage.Given;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/**
 * Reads snapshots back, as a whole for this node and chunk by chunk for others. Part of {@link SnapshotStorage}, which
 * writes them by {@link SnapshotWriting}.
 */
final class SnapshotReading {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReading.class);

    private final Given given;
    private final SnapshotSlots slots;
    private final PartLoader loader;
    private final ActorRef<? super SnapshotNotice> owner;

    SnapshotReading(Given given, SnapshotSlots slots, PartLoader loader, ActorRef<? super SnapshotNotice> owner) {
        this.given = given;
        this.slots = slots;
        this.loader = loader;
        this.owner = owner;
    }

    /**
     * Reads a snapshot as a whole and tells the owner.
     *
     * @param place where it is, for the operator
     */
    void load(StoredSnapshot snapshot, String place) {
        Consumer<Throwable> unreadable = cause -> owner.tell(new Unreadable(
                snapshot,
                snapshot.info() + " in " + place + ", can't be read back: " + cause.getMessage(),
                cause,
                DamagedSnapshot.isIn(cause)));
        readOn(snapshot, new byte[snapshot.info().lengthBytes()], 1, unreadable);
    }

    private void readOn(StoredSnapshot snapshot, byte[] bytes, int part, Consumer<Throwable> unreadable) {
        if (part > snapshot.partCount()) {
            if (snapshot.info().isOf(bytes)) {
                owner.tell(new Loaded(snapshot, ByteString.fromArrayUnsafe(bytes)));
            } else {
                unreadable.accept(new SnapshotNotAsWrittenException("its bytes are not those that were written"));
            }
            return;
        }
        loader.read(new Part(snapshot.slot(), part), (found, failure) -> {
            int begin = (part - 1) * snapshot.partBytes();
            int length = Math.min(snapshot.partBytes(), bytes.length - begin);
            if (found == null || found.length != length) {
                unreadable.accept(failure != null ? failure : notAsWritten(snapshot, part));
                return;
            }
            System.arraycopy(found, 0, bytes, begin, length);
            readOn(snapshot, bytes, part + 1, unreadable);
        });
    }

    private static SnapshotNotAsWrittenException notAsWritten(StoredSnapshot snapshot, int part) {
        return new SnapshotNotAsWrittenException(
                "part " + part + " of " + snapshot.partCount() + " is missing or has another length than was written");
    }

    /** Passes on a piece of a snapshot, also of the one before as long as it is there: another node may be at it. */
    void serve(FetchChunk request) {
        SnapshotInfo info = request.info();
        boolean isWithin = request.offset() >= 0 && request.offset() < info.lengthBytes();
        slots.find(info)
                .filter(found -> isWithin)
                .ifPresentOrElse(found -> serve(request, found), () -> answer(request, ByteString.emptyByteString()));
    }

    private void serve(FetchChunk request, StoredSnapshot snapshot) {
        slots.served(snapshot.slot());
        int part = request.offset() / snapshot.partBytes() + 1;
        int begin = request.offset() % snapshot.partBytes();
        loader.read(
                new Part(snapshot.slot(), part),
                (found, failure) -> answer(request, piece(snapshot, part, begin, found, failure)));
    }

    private ByteString piece(
            StoredSnapshot snapshot, int part, int begin, byte @Nullable [] found, @Nullable Throwable failure) {
        if (found == null || begin >= found.length) {
            LOG.warn("Part {} of {} can't be passed on.", part, snapshot.info(), failure);
            return ByteString.emptyByteString();
        }
        return ByteString.fromArray(found, begin, Math.min(found.length - begin, given.chunkBytes()));
    }

    private void answer(FetchChunk request, ByteString bytes) {
        given.network().accept(request.from(), new Chunk(given.node(), request.info(), request.offset(), bytes));
    }
}
