package org.uitto.testkit;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers (SplitMix64) that is a function of a seed and a name: drawing once more from one stream
 * shifts no other. The numbers are the same on every JVM, now and in later releases of Java.
 */
public final class SeededRandom implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    SeededRandom(long seed) {
        this.state = seed;
    }

    /** The stream that {@code name} gets in a world of {@code seed}. */
    static SeededRandom named(long seed, String name) {
        long hash = mix(seed + GOLDEN_GAMMA);
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash + name.charAt(i) + GOLDEN_GAMMA);
        }
        return new SeededRandom(hash);
    }

    /** Scatters the bits of {@code value}; the finalizer of SplitMix64 (Stafford's variant 13). */
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** A number from 0 inclusive to {@code bound} exclusive; {@code bound} is positive. */
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("Nothing lies between 0 and " + bound);
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** A number from {@code first} to {@code last}, both inclusive. */
    public long between(long first, long last) {
        if (last < first) {
            throw new IllegalArgumentException("Nothing lies between " + first + " and " + last);
        }
        long span = last - first + 1;
        return span <= 0 ? nextLong() : first + Long.remainderUnsigned(nextLong(), span);
    }

    /** True with {@code probability}: never at 0, always at 1. Draws once, whatever the probability. */
    public boolean chance(double probability) {
        return (nextLong() >>> 11) * 0x1.0p-53 < probability;
    }

    @Override
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    @Override
    public int nextInt(int bound) {
        return below(bound);
    }
}
