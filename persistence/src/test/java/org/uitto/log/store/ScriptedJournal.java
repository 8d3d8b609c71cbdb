package org.uitto.log.store;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.jdk.javaapi.CollectionConverters;

/** A journal in memory that does with each write what a test tells it to. Found by the setting {@code script}. */
public final class ScriptedJournal extends AsyncWriteJournal {
    private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

    private final Script script;

    /** Called by Pekko. */
    public ScriptedJournal(Config config) {
        this.script = of(config.getString("script"));
    }

    /** The script of this name, made with the first call. */
    static Script of(String name) {
        return SCRIPTS.computeIfAbsent(name, added -> new Script());
    }

    /** What to do with a write. */
    enum Treatment {
        STORE,
        HOLD,
        FAIL,
        REJECT
    }

    /** What the journal holds, and what it will do next. Thread-safe. */
    static final class Script {
        private final List<PersistentRepr> stored = new ArrayList<>();
        private final List<Runnable> held = new ArrayList<>();
        private Treatment treatment = Treatment.STORE;
        private boolean deletes;
        private long highestSequenceNr;
        private Optional<RuntimeException> replayFailure = Optional.empty();
        private Optional<RuntimeException> highestNumberFailure = Optional.empty();

        /** What to do with each write from now on; those that are held stay so. */
        synchronized void treatWritesWith(Treatment newTreatment) {
            treatment = newTreatment;
        }

        /** Deletes what it is asked to from now on; before, it fails to. */
        synchronized void allowDeletes() {
            deletes = true;
        }

        synchronized void failReplays(RuntimeException failure) {
            replayFailure = Optional.of(failure);
        }

        synchronized void failReadingTheHighestNumber(RuntimeException failure) {
            highestNumberFailure = Optional.of(failure);
        }

        /** Stores the writes that are held. */
        void release() {
            List<Runnable> released;
            synchronized (this) {
                treatment = Treatment.STORE;
                released = List.copyOf(held);
                held.clear();
            }
            released.forEach(Runnable::run);
        }

        synchronized int heldCount() {
            return held.size();
        }

        /** The events that are stored now. */
        synchronized List<Object> events() {
            return stored.stream().map(PersistentRepr::payload).toList();
        }

        /** Holds these events and no others, as if they had been written. */
        synchronized void stored(String persistenceId, List<?> events) {
            stored.clear();
            for (Object event : events) {
                stored.add(PersistentRepr.apply(
                        event,
                        stored.size() + 1L,
                        persistenceId,
                        "",
                        false,
                        org.apache.pekko.actor.ActorRef.noSender(),
                        ""));
            }
            highestSequenceNr = stored.size();
        }

        /** Loses the event of this number, though it knows that there was one. */
        synchronized void lose(long sequenceNr) {
            stored.removeIf(event -> event.sequenceNr() == sequenceNr);
        }

        private synchronized void store(List<PersistentRepr> events) {
            stored.addAll(events);
            events.forEach(event -> highestSequenceNr = Math.max(highestSequenceNr, event.sequenceNr()));
        }

        private synchronized Future<Void> delete(long toSequenceNr) {
            if (!deletes) {
                return Futures.failed(new UnsupportedOperationException("nothing is deleted here"));
            }
            stored.removeIf(event -> event.sequenceNr() <= toSequenceNr);
            return Futures.successful(null);
        }

        private synchronized Future<Iterable<Optional<Exception>>> write(List<PersistentRepr> events) {
            return switch (treatment) {
                case STORE -> {
                    store(events);
                    yield Futures.successful(List.<Optional<Exception>>of());
                }
                case HOLD -> {
                    Promise<Iterable<Optional<Exception>>> promise = Futures.promise();
                    held.add(() -> {
                        store(events);
                        promise.success(List.<Optional<Exception>>of());
                    });
                    yield promise.future();
                }
                case FAIL -> Futures.failed(new IllegalStateException("the disk is gone"));
                case REJECT ->
                    Futures.successful(List.of(Optional.<Exception>of(new IllegalArgumentException("not this one"))));
            };
        }
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
        List<PersistentRepr> events = StreamSupport.stream(writes.spliterator(), false)
                .flatMap(write -> CollectionConverters.asJava(write.payload()).stream())
                .toList();
        return script.write(events);
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return script.delete(toSequenceNr);
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
        List<PersistentRepr> events;
        synchronized (script) {
            if (script.replayFailure.isPresent()) {
                return Futures.failed(script.replayFailure.orElseThrow());
            }
            events = script.stored.stream()
                    .filter(event -> event.sequenceNr() >= from && event.sequenceNr() <= to)
                    .limit(max)
                    .toList();
        }
        events.forEach(replay);
        return Futures.successful(null);
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long from) {
        synchronized (script) {
            return script.highestNumberFailure
                    .<Future<Long>>map(Futures::failed)
                    .orElseGet(() -> Futures.successful(script.highestSequenceNr));
        }
    }
}
