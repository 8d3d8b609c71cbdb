package org.uitto.log.store;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** A snapshot store in memory that does what a test tells it to. Found by the setting {@code script}. */
public final class ScriptedSnapshotStore extends SnapshotStore {
    private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

    private final Script script;

    /** Called by Pekko. */
    public ScriptedSnapshotStore(Config config) {
        this.script = of(config.getString("script"));
    }

    /** The script of this name, made with the first call. */
    static Script of(String name) {
        return SCRIPTS.computeIfAbsent(name, added -> new Script());
    }

    /** What is asked of a store. */
    enum Kind {
        SAVE,
        LOAD,
        CLEAR
    }

    /** What the store holds, and what it will do next. Thread-safe. */
    static final class Script {
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        private final Map<String, NavigableMap<Long, byte[]>> stored = new ConcurrentHashMap<>();
        private final List<Runnable> held = new ArrayList<>();
        private Optional<Kind> failing = Optional.empty();
        private Optional<Kind> holding = Optional.empty();

        synchronized void fail(Kind kind) {
            failing = Optional.of(kind);
        }

        synchronized void hold(Kind kind) {
            holding = Optional.of(kind);
        }

        /** Waits until something is held. */
        synchronized void awaitHeld() {
            long endNanos = System.nanoTime() + PATIENCE.toNanos();
            try {
                while (held.isEmpty()) {
                    long leftMillis =
                            Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
                    if (leftMillis <= 0) {
                        throw new AssertionError("nothing was asked of the store that it holds");
                    }
                    wait(leftMillis);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Does what is held; what is asked then is held again. */
        synchronized void doHeld() {
            List<Runnable> due = List.copyOf(held);
            held.clear();
            due.forEach(Runnable::run);
        }

        /** Does all that is asked from now on, and what was held, in its order. */
        synchronized void recover() {
            failing = Optional.empty();
            holding = Optional.empty();
            doHeld();
        }

        /** The parts of this persistence id, by number; what is changed in it is changed in the store. */
        NavigableMap<Long, byte[]> parts(String persistenceId) {
            return stored.computeIfAbsent(persistenceId, added -> new TreeMap<>());
        }

        private synchronized <T> Future<T> done(Kind kind, Supplier<T> action) {
            if (failing.equals(Optional.of(kind))) {
                return Futures.failed(new IllegalStateException("the store is on strike"));
            }
            Promise<T> promise = Futures.promise();
            Runnable run = () -> promise.success(action.get());
            if (holding.equals(Optional.of(kind))) {
                held.add(run);
                notifyAll();
            } else {
                run.run();
            }
            return promise.future();
        }
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return script.done(
                Kind.LOAD,
                () -> Optional.ofNullable(script.parts(persistenceId).floorEntry(criteria.maxSequenceNr()))
                        .filter(part -> part.getKey() >= criteria.minSequenceNr())
                        .map(part -> SelectedSnapshot.create(
                                new SnapshotMetadata(persistenceId, part.getKey(), 1),
                                part.getValue().clone())));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        return script.done(Kind.SAVE, () -> {
            script.parts(metadata.persistenceId()).put(metadata.sequenceNr(), (byte[]) snapshot);
            return null;
        });
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return Futures.successful(null); // Pekko asks for this after a failed save, which has left nothing.
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return script.done(Kind.CLEAR, () -> {
            script.parts(persistenceId).clear();
            return null;
        });
    }
}
