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
     * Names a part of a snapshot.
     *
     * @param number 1-based
     */
    record Part(int slot, int number) {}

    /** Takes a part: the bytes, or null for none with the reason, which is null if there is none. */
    @FunctionalInterface
    interface Taker {
        void take(byte @Nullable [] bytes, @Nullable Throwable failure);
    }

    private record Waiting(Part part, Taker taker) {}

    private final Consumer<Part> load;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Part cachedPart;
    private byte @Nullable [] cached;
    /** How many of those that wait may still read what was there before. */
    private int staleReads;

    private boolean loading;

    /** @param load asks the store for a part */
    PartLoader(Consumer<Part> load) {
        this.load = load;
    }

    /** Has {@code taker} take the part, at once or later. */
    void read(Part part, Taker taker) {
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
        staleReads = waiting.size();
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
        boolean keeps = bytes != null && staleReads == 0;
        cachedPart = keeps ? answered.part() : null;
        cached = keeps ? bytes : null;
        staleReads = Math.max(0, staleReads - 1);
        answered.taker().take(bytes, failure);
        loadNext();
    }
}
