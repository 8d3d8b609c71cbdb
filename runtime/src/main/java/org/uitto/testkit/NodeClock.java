package org.uitto.testkit;

import java.util.function.LongSupplier;

/**
 * The monotonic clock of one node: the world's virtual time, run a little too fast or too slow. Timers that the node's
 * actors set run by it. A pause of the node doesn't stop it, nor does a restart.
 */
public final class NodeClock implements LongSupplier {
    private static final long MILLION = 1_000_000;

    private final World world;
    private long baseVirtualNanos;
    private long baseLocalNanos;
    private long driftPpm;

    NodeClock(World world) {
        this.world = world;
        this.baseVirtualNanos = world.nowNanos();
        this.baseLocalNanos = world.nowNanos();
    }

    /** The node's time in nanoseconds; it never goes back. */
    public long nanoTime() {
        long elapsed = world.nowNanos() - baseVirtualNanos;
        return baseLocalNanos + elapsed + elapsed / MILLION * driftPpm + elapsed % MILLION * driftPpm / MILLION;
    }

    @Override
    public long getAsLong() {
        return nanoTime();
    }

    /**
     * Makes the clock run fast (positive) or slow (negative) from now on.
     *
     * @param partsPerMillion more than -1,000,000; a usual crystal is within 100 of 0
     */
    public void drift(long partsPerMillion) {
        if (partsPerMillion <= -MILLION || partsPerMillion > 1_000 * MILLION) {
            throw new IllegalArgumentException("A clock cannot drift by " + partsPerMillion + " parts per million");
        }
        baseLocalNanos = nanoTime();
        baseVirtualNanos = world.nowNanos();
        driftPpm = partsPerMillion;
    }

    /** Moves the clock forward at once, as after a suspended virtual machine. */
    public void jump(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("A monotonic clock cannot go back by " + nanos + " ns");
        }
        baseLocalNanos = nanoTime() + nanos;
        baseVirtualNanos = world.nowNanos();
    }

    /** How long the world waits until this clock has gone forward by {@code localNanos}. */
    long toVirtual(long localNanos) {
        if (driftPpm == 0) {
            return localNanos;
        }
        long divisor = MILLION + driftPpm;
        return localNanos / divisor * MILLION + (localNanos % divisor * MILLION + divisor - 1) / divisor;
    }
}
