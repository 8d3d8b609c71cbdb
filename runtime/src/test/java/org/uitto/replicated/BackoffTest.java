package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long START = -1_000;
    private final Backoff backoff = new Backoff(Duration.ofNanos(10));

    /** When it is tried, if that is as soon as it is due, up to this many nanoseconds after the start. */
    private List<Long> triesUntil(long end) {
        List<Long> tries = new ArrayList<>();
        for (long now = 0; now <= end; now++) {
            if (backoff.isDue(START + now)) {
                backoff.tried(START + now);
                tries.add(now);
            }
        }
        return tries;
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToABound() {
        assertEquals(List.of(0L, 10L, 30L, 70L, 150L, 310L, 470L), triesUntil(500));
    }

    @Test
    void isDueAtOnceWhenThingsHaveChanged() {
        triesUntil(100);

        backoff.reset();

        assertTrue(backoff.isDue(START + 101));
        backoff.tried(START + 101);
        assertFalse(backoff.isDue(START + 110));
        assertTrue(backoff.isDue(START + 111));
    }

    @Test
    void beginsAnewAfterAWhileWithoutATry() {
        triesUntil(100);

        backoff.tried(START + 1_000);

        assertTrue(backoff.isDue(START + 1_010));
    }
}
