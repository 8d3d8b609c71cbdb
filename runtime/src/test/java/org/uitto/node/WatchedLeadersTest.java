package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;

class WatchedLeadersTest {
    private static final NodeId B = new NodeId("b");

    private final List<String> watched = new ArrayList<>();
    private long nowMillis;
    private final WatchedLeaders leaders = new WatchedLeaders(
            () -> TimeUnit.MILLISECONDS.toNanos(nowMillis), (node, contact) -> watched.add(node + " at " + contact));

    private void heardFrom(String contact) {
        leaders.heard(B, contact);
    }

    @Test
    void watchesEachLeaderOnce() {
        heardFrom("host:1~7");
        nowMillis += 10_000;
        heardFrom("host:1~7");

        assertEquals(List.of("b at host:1"), watched);
    }

    @Test
    void watchesOneAnewThatWasSilentAfterItsCrash() {
        heardFrom("host:1~7");
        leaders.crashed(B);
        nowMillis += 300;
        heardFrom("host:2~9");

        assertEquals(List.of("b at host:1", "b at host:2"), watched);
    }

    @Test
    void doesNotWatchOneAgainThatGoesOnThoughItWasTakenForCrashed() {
        heardFrom("host:1~7");
        for (int i = 0; i < 10; i++) {
            leaders.crashed(B);
            nowMillis += 100;
            heardFrom("host:1~7");
        }

        assertEquals(List.of("b at host:1"), watched);
    }

    @Test
    void watchesNobodyWhoseAddressIsNone() {
        heardFrom("nowhere");
        heardFrom("host:1~7");

        assertEquals(List.of("b at host:1"), watched);
    }
}
