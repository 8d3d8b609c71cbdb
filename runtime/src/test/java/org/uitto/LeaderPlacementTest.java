package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.role.DiskStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.LogStatus;
import org.uitto.role.PeerStatus;
import org.uitto.role.PeerStatus.Mode;
import org.uitto.role.PeerStatus.Standing;

/** Where leadership is moved to, and when it is left where it is. */
class LeaderPlacementTest {
    private static final GroupId GROUP = new GroupId("g");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final long SETTLE_SECONDS = 30;
    private static final long COMMIT_INDEX = 100;

    private final Map<GroupId, NodeId> preferred = new HashMap<>(Map.of(GROUP, B));
    private final LeaderPlacement placement = placement(false);

    private LeaderPlacement placement(boolean spread) {
        return new LeaderPlacement(
                new LeaderPlacement.Policy(spread, Duration.ofSeconds(SETTLE_SECONDS), 500), preferred);
    }

    private static PeerStatus peer(NodeId node) {
        return peer(node, Mode.REPLICATE, Standing.COUNTS, COMMIT_INDEX, 10);
    }

    private static PeerStatus peer(NodeId node, Mode mode, Standing standing, long matchIndex, long heardMillisAgo) {
        return new PeerStatus(
                node, matchIndex, matchIndex + 1, mode, standing, COMMIT_INDEX - matchIndex, heardMillisAgo, 0, 0);
    }

    private static GroupStatus leading(GroupId group, NodeId self, long term, PeerStatus... peers) {
        return status(group, self, Role.LEADER, term, 0, Optional.empty(), peers);
    }

    private static GroupStatus status(
            GroupId group,
            NodeId self,
            Role role,
            long term,
            long configurationIndex,
            Optional<NodeId> transferTarget,
            PeerStatus... peers) {
        LogPosition last = new LogPosition(term, COMMIT_INDEX);
        return new GroupStatus(
                group,
                self,
                1,
                role,
                term,
                Optional.empty(),
                Optional.empty(),
                new LogStatus(LogPosition.ZERO, last, COMMIT_INDEX, COMMIT_INDEX, Optional.empty(), 0, 0),
                new DiskStatus(0, 0, 0),
                Configuration.of(List.of(A, B, C)),
                configurationIndex,
                List.of(peers),
                transferTarget,
                false,
                Optional.empty());
    }

    private Optional<NodeId> at(long seconds, GroupStatus status) {
        return placement.successor(status, Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    @DisplayName("G7 leadership goes to the preferred node once that has been able to take over for long enough")
    void leadershipGoesToThePreferredNodeOnceThatIsSettled() {
        GroupStatus status = leading(GROUP, A, 1, peer(B), peer(C));

        assertEquals(Optional.empty(), at(0, status));
        assertEquals(Optional.empty(), at(SETTLE_SECONDS - 1, status));
        assertEquals(Optional.of(B), at(SETTLE_SECONDS, status));
    }

    @Test
    @DisplayName("G7 a preferred node that comes and goes is not handed leadership")
    void aNodeThatComesAndGoesIsNotHandedLeadership() {
        GroupStatus up = leading(GROUP, A, 1, peer(B), peer(C));
        GroupStatus away = leading(GROUP, A, 1, peer(B, Mode.REPLICATE, Standing.COUNTS, COMMIT_INDEX, 700), peer(C));

        for (long second = 0; second < 20 * SETTLE_SECONDS; second += SETTLE_SECONDS) {
            assertEquals(Optional.empty(), at(second, up));
            assertEquals(Optional.empty(), at(second + SETTLE_SECONDS - 1, away));
        }
    }

    @Test
    @DisplayName("G7 leadership is handed to no node that lags, is probed or has no say")
    void leadershipIsHandedToCaughtUpVotersOnly() {
        List<PeerStatus> unfit = List.of(
                peer(B, Mode.REPLICATE, Standing.COUNTS, COMMIT_INDEX - 1, 10),
                peer(B, Mode.PROBE, Standing.COUNTS, COMMIT_INDEX, 10),
                peer(B, Mode.SNAPSHOT, Standing.COUNTS, COMMIT_INDEX, 10),
                peer(B, Mode.REPLICATE, Standing.RESTARTED, COMMIT_INDEX, 10),
                peer(B, Mode.REPLICATE, Standing.NEWCOMER, COMMIT_INDEX, 10),
                peer(B, Mode.REPLICATE, Standing.FORGETFUL, COMMIT_INDEX, 10));

        for (PeerStatus b : unfit) {
            GroupStatus status = leading(GROUP, A, 1, b, peer(C));
            assertEquals(Optional.empty(), at(0, status));
            assertEquals(Optional.empty(), at(10 * SETTLE_SECONDS, status), b.toString());
        }
    }

    @Test
    @DisplayName("G3 G7 nothing is moved while a configuration or another transfer is pending")
    void nothingIsMovedWhileSomethingIsPending() {
        PeerStatus[] peers = {peer(B), peer(C)};
        GroupStatus changing = status(GROUP, A, Role.LEADER, 1, COMMIT_INDEX + 1, Optional.empty(), peers);
        GroupStatus handingOver = status(GROUP, A, Role.LEADER, 1, 0, Optional.of(C), peers);

        for (GroupStatus pending : List.of(changing, handingOver)) {
            assertEquals(Optional.empty(), at(0, pending));
            assertEquals(Optional.empty(), at(10 * SETTLE_SECONDS, pending));
        }
    }

    @Test
    void whoDoesNotLeadMovesNothing() {
        GroupStatus following = status(GROUP, A, Role.FOLLOWER, 1, 0, Optional.empty());

        assertEquals(Optional.empty(), at(0, following));
        assertEquals(Optional.empty(), at(10 * SETTLE_SECONDS, following));
    }

    @Test
    void thePreferredNodeKeepsTheLead() {
        GroupStatus status = leading(GROUP, B, 1, peer(A), peer(C));

        assertEquals(Optional.empty(), at(0, status));
        assertEquals(Optional.empty(), at(10 * SETTLE_SECONDS, status));
    }

    @Test
    @DisplayName("G7 each time that leadership comes back at once, the next attempt waits twice as long")
    void eachTimeThatLeadershipComesBackTheNextAttemptWaitsTwiceAsLong() {
        long second = 0;
        long expectedWait = SETTLE_SECONDS;
        for (int term = 1; term <= 10; term++) {
            GroupStatus status = leading(GROUP, A, term, peer(B), peer(C));
            assertEquals(Optional.empty(), at(second, status));
            assertEquals(Optional.empty(), at(second + expectedWait - 1, status), "term " + term);
            assertEquals(Optional.of(B), at(second + expectedWait, status), "term " + term);

            second += expectedWait + 1; // B leads for a second, and then A again.
            expectedWait = Math.min(2 * expectedWait, 64 * SETTLE_SECONDS);
        }
    }

    @Test
    @DisplayName("G2 G7 an attempt of which nothing came is repeated after twice the time")
    void anAttemptOfWhichNothingCameIsRepeatedLater() {
        GroupStatus status = leading(GROUP, A, 1, peer(B), peer(C));
        at(0, status);
        assertEquals(Optional.of(B), at(SETTLE_SECONDS, status));

        at(SETTLE_SECONDS + 1, status);

        assertEquals(Optional.of(B), at(2 * SETTLE_SECONDS + 1, status));
        at(2 * SETTLE_SECONDS + 2, status);
        assertEquals(Optional.empty(), at(4 * SETTLE_SECONDS + 1, status));
        assertEquals(Optional.of(B), at(4 * SETTLE_SECONDS + 2, status));
    }

    @Test
    void withoutAPreferredNodeNothingIsMoved() {
        preferred.clear();
        GroupStatus status = leading(GROUP, A, 1, peer(B), peer(C));

        assertEquals(Optional.empty(), at(0, status));
        assertEquals(Optional.empty(), at(10 * SETTLE_SECONDS, status));
    }

    @Test
    @DisplayName("G7 spread over the nodes, every node comes to the same leader and each node to its share")
    void spreadGroupsEndUpEvenlyAndWithoutDispute() {
        preferred.clear();
        Map<NodeId, Integer> led = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            GroupId group = new GroupId("group-" + i);
            NodeId fromA = endsWith(group, A, B, C);
            assertEquals(fromA, endsWith(group, B, A, C));
            assertEquals(fromA, endsWith(group, C, A, B));
            led.merge(fromA, 1, Integer::sum);
        }

        assertTrue(led.values().stream().allMatch(count -> count > 70 && count < 130), led.toString());
    }

    private NodeId endsWith(GroupId group, NodeId leader, NodeId peer, NodeId other) {
        LeaderPlacement spreading = placement(true);
        GroupStatus status = leading(group, leader, 1, peer(peer), peer(other));
        spreading.successor(status, 0);
        return spreading
                .successor(status, Duration.ofSeconds(SETTLE_SECONDS).toNanos())
                .orElse(leader);
    }
}
