package org.uitto.testkit;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sets the seed of the calling thread's {@link ThreadLocalRandom}. Pekko draws the uid of every actor from it, and an
 * {@code ActorRef}'s hash code is its uid, so that the order of hash maps of actors would else differ from run to run.
 *
 * <p>{@code ThreadLocalRandom} refuses to be seeded, so the field is written through {@code sun.misc.Unsafe}, as Pekko
 * itself does with its own. Where a JVM doesn't allow it, runs are still determined by their seed except for such orders.
 */
final class ThreadChance {
    private static final @Nullable MethodHandle PUT_SEED = findPutSeed();

    private ThreadChance() {}

    /** True if this JVM lets the seed be set. */
    static boolean isSettable() {
        return PUT_SEED != null;
    }

    static void seed(long seed) {
        MethodHandle putSeed = PUT_SEED;
        if (putSeed == null) {
            return;
        }
        ThreadLocalRandom.current(); // Has the thread's own seeding done first, if it wasn't yet.
        try {
            putSeed.invokeExact(Thread.currentThread(), seed);
        } catch (Throwable e) {
            throw new IllegalStateException("Cannot seed the thread's random numbers", e);
        }
    }

    private static @Nullable MethodHandle findPutSeed() {
        try {
            Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
            Field instance = unsafeClass.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            Object unsafe = instance.get(null);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Field seed = Thread.class.getDeclaredField("threadLocalRandomSeed");
            long offset = (long)
                    lookup.findVirtual(unsafeClass, "objectFieldOffset", MethodType.methodType(long.class, Field.class))
                            .invoke(unsafe, seed);
            MethodHandle putLong = lookup.findVirtual(
                            unsafeClass,
                            "putLong",
                            MethodType.methodType(void.class, Object.class, long.class, long.class))
                    .bindTo(unsafe);
            return MethodHandles.insertArguments(putLong, 1, offset)
                    .asType(MethodType.methodType(void.class, Thread.class, long.class));
        } catch (Throwable e) {
            return null;
        }
    }
}
