package org.uitto.kryo;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Contexts that are not in use. Lock-free; a thread tends to get the one that it used last.
 *
 * <p>Not thread-locals: those would make one Kryo for every thread that ever serializes, be it virtual, outlive the actor
 * system, and break when a serializer serializes something else meanwhile. Here a thread that finds none makes a new one,
 * and one that finds no room for its context drops it.
 */
final class KryoContextPool {
    private static final int PROBES = 4;

    private final AtomicReferenceArray<@Nullable KryoContext> idle;
    private final int mask;
    private final Supplier<KryoContext> maker;

    /** @param size how many contexts are kept at most, a power of two */
    KryoContextPool(int size, Supplier<KryoContext> maker) {
        this.idle = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
        this.maker = maker;
    }

    KryoContext borrow() {
        int slot = homeSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int index = (slot + probe) & mask;
            if (idle.get(index) != null) {
                KryoContext context = idle.getAndSet(index, null);
                if (context != null) {
                    return context;
                }
            }
        }
        return maker.get();
    }

    void giveBack(KryoContext context) {
        int slot = homeSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int index = (slot + probe) & mask;
            if (idle.get(index) == null && idle.compareAndSet(index, null, context)) {
                return;
            }
        }
    }

    @SuppressWarnings("deprecation") // Thread.threadId() is not in Java 17.
    private int homeSlot() {
        return ((int) Thread.currentThread().getId() * 0x9e3779b9) >>> 16;
    }
}
