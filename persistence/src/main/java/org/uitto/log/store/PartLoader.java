package org.uitto.log.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of snapshots from a snapshot store one after the other, since its answers do not say what was asked, and
 * keeps the last, since it is asked for chunk by chunk. Used by one actor.
 */
final class PartLoader {
    /**
     * Which part.
     *
     * @param part 1-based
     */
    record PartRead(int slot, int part) {}

    /** Takes a part: the bytes, or null for none with the reason, which is null if there is none. */
    @FunctionalInterface
    interface Taker {
        void take(byte @Nullable [] bytes, @Nullable Throwable failure);
    }

    private record Waiting(PartRead part, Taker taker) {}

    private final Consumer<PartRead> load;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable PartRead cachedPart;
    private byte @Nullable [] cached;
    private boolean cacheIsStale;
    private boolean loading;

    /** @param load asks the store for a part */
    PartLoader(Consumer<PartRead> load) {
        this.load = load;
    }

    /** Has {@code taker} take the part, at once or later. */
    void read(PartRead part, Taker taker) {
        if (waiting.isEmpty() && part.equals(cachedPart)) {
            taker.take(cached, null);
            return;
        }
        waiting.add(new Waiting(part, taker));
        loadNext();
    }

    private void loadNext() {
        if (!loading && !waiting.isEmpty()) {
            loading = true;
            load.accept(waiting.getFirst().part());
        }
    }

    /** A slot is about to be written: what is remembered of it would be wrong. */
    void forget() {
        cachedPart = null;
        cached = null;
        cacheIsStale = !waiting.isEmpty();
    }

    void loaded(LoadSnapshotResult result) {
        byte[] bytes = result.snapshot().isEmpty()
                ? null
                : result.snapshot().get().snapshot() instanceof byte[] found ? found : null;
        answered(bytes, null);
    }

    void failed(Throwable cause) {
        answered(null, cause);
    }

    private void answered(byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (!loading) {
            return; // The answer to the recovery, which reads nothing.
        }
        loading = false;
        Waiting answered = waiting.remove();
        boolean keeps = bytes != null && !cacheIsStale;
        cachedPart = keeps ? answered.part() : null;
        cached = keeps ? bytes : null;
        cacheIsStale = false;
        answered.taker().take(bytes, failure);
        loadNext();
    }
}
