package org.uitto.testkit;

import java.time.Duration;

/**
 * How a network treats each message that no partition stops. Delays of messages on one link overlap, so that a wide range
 * of them reorders.
 *
 * @param minDelayNanos the shortest time a message is under way
 * @param maxDelayNanos the longest, but for slow ones
 * @param loss the probability that a message is lost
 * @param duplication the probability that a message arrives twice
 * @param slowness the probability that a message takes up to {@code slowDelayNanos} longer
 * @param slowDelayNanos by how much a slow message can be late
 */
public record NetworkConditions(
        long minDelayNanos, long maxDelayNanos, double loss, double duplication, double slowness, long slowDelayNanos) {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    public NetworkConditions {
        if (minDelayNanos < 0 || maxDelayNanos < minDelayNanos || slowDelayNanos < 0) {
            throw new IllegalArgumentException("A message cannot take " + minDelayNanos + " to " + maxDelayNanos
                    + " ns, or up to " + slowDelayNanos + " ns longer");
        }
        requireProbability("loss", loss);
        requireProbability("duplication", duplication);
        requireProbability("slowness", slowness);
    }

    /** Every message arrives once, 0.1 to 0.5 ms after it was sent. */
    public static NetworkConditions calm() {
        return new NetworkConditions(100 * MICROSECOND, 500 * MICROSECOND, 0, 0, 0, 0);
    }

    /**
     * Conditions of one run among many: each kind of trouble is absent in about half of the runs and mild or severe in the
     * others, since trouble of every kind at once hides what trouble of one kind would show.
     */
    public static NetworkConditions drawn(SeededRandom random) {
        long minDelayNanos = random.between(10 * MICROSECOND, MILLISECOND);
        long spreadNanos =
                random.chance(0.5) ? random.between(0, MILLISECOND) : random.between(MILLISECOND, 30 * MILLISECOND);
        return new NetworkConditions(
                minDelayNanos,
                minDelayNanos + spreadNanos,
                drawnProbability(random, 0.2),
                drawnProbability(random, 0.1),
                drawnProbability(random, 0.05),
                random.between(10 * MILLISECOND, Duration.ofSeconds(1).toNanos()));
    }

    /** The same but for the range of delays. */
    public NetworkConditions withDelay(Duration min, Duration max) {
        return new NetworkConditions(min.toNanos(), max.toNanos(), loss, duplication, slowness, slowDelayNanos);
    }

    /** The same but that a tenth is lost, doubled and slow. */
    public NetworkConditions milder() {
        return new NetworkConditions(
                minDelayNanos, maxDelayNanos, loss / 10, duplication / 10, slowness / 10, slowDelayNanos);
    }

    private static double drawnProbability(SeededRandom random, double worst) {
        boolean present = random.chance(0.5);
        double share = random.below(1_000) / 1_000.0;
        return present ? worst * share * share : 0;
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("The probability of " + name + " is 0 to 1, not " + value);
        }
    }
}
