package org.uitto.testkit;

import java.time.Duration;

/**
 * How long a disk takes and how often it fails.
 *
 * @param minSyncNanos the shortest time from a write to its being durable
 * @param maxSyncNanos the longest, but for hiccups
 * @param hiccup the probability that a sync takes up to {@code hiccupNanos} longer
 * @param hiccupNanos by how much a hiccup can delay a sync
 * @param failure the probability that a sync fails
 */
public record DiskConditions(long minSyncNanos, long maxSyncNanos, double hiccup, long hiccupNanos, double failure) {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    public DiskConditions {
        if (minSyncNanos < 0 || maxSyncNanos < minSyncNanos || hiccupNanos < 0) {
            throw new IllegalArgumentException("A sync cannot take " + minSyncNanos + " to " + maxSyncNanos
                    + " ns, or up to " + hiccupNanos + " ns longer");
        }
        if (!(hiccup >= 0 && hiccup <= 1) || !(failure >= 0 && failure <= 1)) {
            throw new IllegalArgumentException("Probabilities are 0 to 1, not " + hiccup + " and " + failure);
        }
    }

    /** Every write is durable 0.1 to 0.3 ms after the one before. */
    public static DiskConditions calm() {
        return new DiskConditions(100 * MICROSECOND, 300 * MICROSECOND, 0, 0, 0);
    }

    /** Conditions of one run among many: fast or slow, in half of the runs with hiccups; no failures. */
    public static DiskConditions drawn(SeededRandom random) {
        long minNanos = random.between(20 * MICROSECOND, MILLISECOND);
        long spreadNanos =
                random.chance(0.5) ? random.between(0, MILLISECOND) : random.between(MILLISECOND, 20 * MILLISECOND);
        double hiccup = random.chance(0.5) ? random.below(50) / 1_000.0 : 0;
        return new DiskConditions(
                minNanos,
                minNanos + spreadNanos,
                hiccup,
                random.between(10 * MILLISECOND, Duration.ofMillis(500).toNanos()),
                0);
    }

    /** The same but for the probability that a sync fails. */
    public DiskConditions withFailure(double probability) {
        return new DiskConditions(minSyncNanos, maxSyncNanos, hiccup, hiccupNanos, probability);
    }

    /** The same but {@code factor} times as slow. */
    public DiskConditions slowedBy(int factor) {
        return new DiskConditions(minSyncNanos * factor, maxSyncNanos * factor, hiccup, hiccupNanos * factor, failure);
    }
}
