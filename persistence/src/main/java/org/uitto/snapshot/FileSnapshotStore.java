package org.uitto.snapshot;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.runtime.BoxedUnit;

/**
 * A Pekko Persistence snapshot store in files on a local disk. What it answers as saved survives a loss of power; what it
 * loads is what was saved, or it says what is damaged.
 *
 * <p>Chosen with {@code pekko.persistence.snapshot-store.plugin = "uitto.snapshot-store"}; its settings are explained in
 * this module's {@code reference.conf}. Each snapshot is a file of its own; the package documentation tells how it is
 * written and verified, {@code SnapshotFormat} what is in it.
 *
 * <p>Snapshots stay until Pekko asks for their deletion, be it a persistent actor or the retention criteria of an {@code
 * EventSourcedBehavior}; only one with the same sequence number replaces another. What is asked for one persistence id is
 * done in that order; persistence ids do not wait for each other.
 */
public final class FileSnapshotStore extends SnapshotStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileSnapshotStore.class);
    private static final long CLOSE_SECONDS = 60;

    private final SnapshotSettings settings;
    private final SnapshotCodec codec;
    private final Executor ioDispatcher;
    private final CompletableFuture<SnapshotFiles> opened = new CompletableFuture<>();

    /** What was last asked for each persistence id and is not done. */
    private final Map<String, CompletableFuture<?>> lastByPersistenceId = new HashMap<>();

    private @Nullable SnapshotMetadata failedSave;

    /**
     * Made by Pekko.
     *
     * @param config what is set under {@code uitto.snapshot-store}, with Pekko's defaults for snapshot stores
     */
    public FileSnapshotStore(Config config) {
        settings = SnapshotSettings.of(config);
        codec = new SnapshotCodec((ExtendedActorSystem) context().system());
        ioDispatcher = context().system().dispatchers().lookup(settings.ioDispatcher());
    }

    @Override
    public void preStart() {
        ioDispatcher.execute(() -> {
            try {
                opened.complete(SnapshotFiles.open(
                        new DiskFolder(settings.directory()), settings.store(), warning -> LOG.warn("{}", warning)));
            } catch (Throwable e) {
                // Whatever it is, nobody must wait for the store in vain.
                LOG.error(
                        "The snapshot store in {} cannot be opened.",
                        settings.directory().toAbsolutePath(),
                        e);
                opened.completeExceptionally(e);
            }
        });
    }

    /** Waits for what is under way, so that nobody else has the folder before that is done. */
    @Override
    public void postStop() throws InterruptedException {
        CompletableFuture<?>[] pending;
        synchronized (lastByPersistenceId) {
            pending = lastByPersistenceId.values().toArray(new CompletableFuture<?>[0]);
        }
        try {
            CompletableFuture.allOf(pending)
                    .handle((done, failure) -> true)
                    .thenCombine(opened, (isDone, store) -> store)
                    .get(CLOSE_SECONDS, TimeUnit.SECONDS)
                    .close();
        } catch (ExecutionException e) {
            LOG.debug("The snapshot store was not open.", e);
        } catch (TimeoutException | IOException e) {
            LOG.warn(
                    "The snapshot store in {} could not be closed; the process holds its lock until it ends.",
                    settings.directory().toAbsolutePath(),
                    e);
        }
    }

    /**
     * After a failed save Pekko asks for the deletion of what it may have left, by sequence number alone. That could
     * delete an earlier, good snapshot of the same sequence number. This store leaves nothing, so there is nothing to do.
     */
    @Override
    public void aroundReceive(PartialFunction<Object, BoxedUnit> receive, Object message) {
        failedSave = message instanceof SaveSnapshotFailure failure ? failure.metadata() : null;
        super.aroundReceive(receive, message);
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return inOrder(
                persistenceId,
                store -> store.load(persistenceId, matching(criteria)).map(stored -> selected(persistenceId, stored)));
    }

    private SelectedSnapshot selected(String persistenceId, StoredSnapshot stored) {
        SnapshotCodec.Decoded decoded = codec.decode(stored.content());
        SnapshotMetadata metadata = new SnapshotMetadata(
                persistenceId,
                stored.key().sequenceNr(),
                stored.key().timestampMillis(),
                Option.apply(decoded.metadata()));
        return SelectedSnapshot.create(metadata, decoded.snapshot());
    }

    @Override
    @SuppressWarnings("NullAway") // The one value of Void is null.
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        return inOrder(metadata.persistenceId(), store -> {
            SnapshotContent content = codec.encode(metadata, snapshot);
            store.save(metadata.persistenceId(), metadata.sequenceNr(), metadata.timestamp(), content);
            return null;
        });
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        if (metadata.equals(failedSave)) {
            return delete(metadata.persistenceId(), key -> false);
        }
        return delete(
                metadata.persistenceId(),
                key -> key.sequenceNr() == metadata.sequenceNr()
                        && (metadata.timestamp() == 0 || key.timestampMillis() == metadata.timestamp()));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return delete(persistenceId, matching(criteria));
    }

    @SuppressWarnings("NullAway") // The one value of Void is null.
    private Future<Void> delete(String persistenceId, Predicate<SnapshotKey> unwanted) {
        return inOrder(persistenceId, store -> {
            store.delete(persistenceId, unwanted);
            return null;
        });
    }

    private static Predicate<SnapshotKey> matching(SnapshotSelectionCriteria criteria) {
        return key -> key.sequenceNr() <= criteria.maxSequenceNr()
                && key.timestampMillis() <= criteria.maxTimestamp()
                && key.sequenceNr() >= criteria.minSequenceNr()
                && key.timestampMillis() >= criteria.minTimestamp();
    }

    /** Does {@code task} when all that was asked for the same persistence id before is done. */
    private <T> Future<T> inOrder(String persistenceId, FileTask<T> task) {
        CompletableFuture<T> done;
        synchronized (lastByPersistenceId) {
            CompletableFuture<?> before = lastByPersistenceId.getOrDefault(persistenceId, opened);
            done = before.handle((result, failure) -> true)
                    .thenCombine(opened, (isTurn, store) -> store)
                    .thenApplyAsync(store -> perform(store, task), ioDispatcher);
            lastByPersistenceId.put(persistenceId, done);
        }
        return FutureConverters.asScala(done.whenComplete((result, failure) -> forget(persistenceId, done)));
    }

    private void forget(String persistenceId, CompletableFuture<?> done) {
        synchronized (lastByPersistenceId) {
            lastByPersistenceId.remove(persistenceId, done);
        }
    }

    private static <T> T perform(SnapshotFiles store, FileTask<T> task) {
        try {
            return task.on(store);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** What is done with files. */
    @FunctionalInterface
    private interface FileTask<T> {
        T on(SnapshotFiles store) throws IOException;
    }
}
