package org.uitto.journal;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.uitto.journal.segment.Replay;
import org.uitto.journal.segment.SegmentStore;
import org.uitto.journal.segment.StoredEvents;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.jdk.javaapi.FutureConverters;

/**
 * A Pekko Persistence journal in segment files on a local disk. What it acknowledges survives a loss of power; what it
 * replays is what was written, or the replay fails and says where the damage is.
 *
 * <p>Chosen with {@code pekko.persistence.journal.plugin = "uitto.journal"}; its settings are explained in this module's
 * {@code reference.conf}. All persistence ids of an actor system share one journal and its fsyncs. A {@code persistAll} is
 * atomic. An event that cannot be serialized is rejected, as is a {@code persistAll} of more than 512 MiB. A write that
 * fails tells its actor so, which Pekko then stops; after an I/O error that goes for all later writes until the process is
 * restarted.
 *
 * <p>The actor turns events into bytes; a thread of the journal's own writes them, see {@link JournalWriter}; replays read
 * on {@code replay-dispatcher}.
 */
public final class SegmentJournal extends AsyncWriteJournal {
    private final JournalSettings settings;
    private final EventCodec codec;
    private final JournalWriter writer;
    private final Executor replayDispatcher;

    /**
     * Made by Pekko.
     *
     * @param config what is set under {@code uitto.journal}, with Pekko's defaults for journals
     */
    public SegmentJournal(Config config) {
        settings = JournalSettings.of(config);
        codec = new EventCodec((ExtendedActorSystem) context().system());
        writer = new JournalWriter(settings, context().dispatcher());
        replayDispatcher = context().system().dispatchers().lookup(settings.replayDispatcher());
    }

    @Override
    public void preStart() {
        writer.start();
    }

    @Override
    public void postStop() throws InterruptedException {
        writer.close();
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<JournalRequest.Prepared> writes = new ArrayList<>();
        for (AtomicWrite message : messages) {
            writes.add(prepare(message));
        }
        Promise<Iterable<Optional<Exception>>> promise = Futures.promise();
        writer.send(new JournalRequest.Write(writes, promise));
        return promise.future();
    }

    private JournalRequest.Prepared prepare(AtomicWrite message) {
        try {
            return new JournalRequest.Accepted(codec.encode(message));
        } catch (Exception e) {
            return new JournalRequest.Rejected(e);
        }
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        Promise<Void> promise = Futures.promise();
        writer.send(new JournalRequest.Delete(persistenceId, toSequenceNr, promise));
        return promise.future();
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        Promise<Long> promise = Futures.promise();
        writer.send(new JournalRequest.ReadHighest(persistenceId, promise));
        return promise.future();
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        CompletableFuture<Void> replayed = writer.opened()
                .thenAcceptAsync(
                        store -> replay(store, persistenceId, fromSequenceNr, toSequenceNr, max, replayCallback),
                        replayDispatcher);
        return FutureConverters.asScala(replayed);
    }

    private void replay(
            SegmentStore store,
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> consumer) {
        long from = Math.max(fromSequenceNr, store.deletedTo(persistenceId) + 1);
        long left = max;
        try (Replay replay = store.replay(persistenceId, from, toSequenceNr)) {
            while (left > 0) {
                Optional<StoredEvents> events = replay.next();
                if (events.isEmpty()) {
                    return;
                }
                left -= codec.decode(persistenceId, events.get(), from, toSequenceNr, left, consumer);
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The events of persistence id \"" + persistenceId + "\" cannot be read from "
                            + settings.directory().toAbsolutePath() + ": " + e,
                    e);
        }
    }
}
