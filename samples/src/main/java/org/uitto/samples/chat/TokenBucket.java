package org.uitto.samples.chat;

/** Lets so many through at once, and so many more each second. Not thread-safe. */
final class TokenBucket {
    private final int capacity;
    private final double perNano;
    private double tokens;
    private long filledAtNanos;

    TokenBucket(int capacity, int perSecond, long nowNanos) {
        this.capacity = capacity;
        this.perNano = perSecond / 1e9;
        this.tokens = capacity;
        this.filledAtNanos = nowNanos;
    }

    /** Takes a token, if there is one. */
    boolean take(long nowNanos) {
        tokens = Math.min(capacity, tokens + (nowNanos - filledAtNanos) * perNano);
        filledAtNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
