package org.uitto.replicated;

import java.time.Duration;

/**
 * When to try something again: each time after twice as long, up to a bound. If it was not tried for a long while, it begins anew.
 * Not thread-safe.
 */
final class Backoff {
    private static final int MAX_DOUBLINGS = 4;

    private final long firstNanos;
    private int doublings;
    private boolean tried;
    private long triedAtNanos;

    /** @param first how long to wait after the first try */
    Backoff(Duration first) {
        this.firstNanos = first.toNanos();
    }

    /** How long to wait after that many tries, at least one. */
    static long nanosAfter(Duration first, int tries) {
        return first.toNanos() << Math.min(tries - 1, MAX_DOUBLINGS);
    }

    /** Whether it is time for the next try. */
    boolean isDue(long nowNanos) {
        return !tried || nowNanos - triedAtNanos >= waitNanos();
    }

    private long waitNanos() {
        return firstNanos << doublings;
    }

    /** It was tried now. */
    void tried(long nowNanos) {
        boolean goesOn = tried && nowNanos - triedAtNanos < 4 * waitNanos();
        doublings = goesOn ? Math.min(doublings + 1, MAX_DOUBLINGS) : 0;
        tried = true;
        triedAtNanos = nowNanos;
    }

    /** Things have changed: the next try need not wait. */
    void reset() {
        tried = false;
    }
}
