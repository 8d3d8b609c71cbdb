package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.entries;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.following;
import static org.uitto.core.SoloNode.leader;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.log.Configuration;
import org.uitto.log.LogPosition;

/** What Raft makes impossible is never passed over in silence. */
class InvariantsTest {
    private static String violation(SoloNode node, PeerMessage message) {
        return String.valueOf(
                assertThrows(InvariantViolation.class, () -> node.on(message)).getMessage());
    }

    @Test
    @DisplayName("A16 a follower that sees two leaders of one term says so and stops")
    void aFollowerThatSeesTwoLeadersOfOneTermStops() {
        SoloNode node = following(B, 3, log(1));

        String seen = violation(node, new Heartbeat(3, C, 0, 0, false));

        assertEquals("a: both b and c lead term 3 (Election Safety)", seen);
        violation(node, new AppendEntries(3, C, at(1, 1), List.of(), 0));
    }

    @Test
    @DisplayName("A16 a leader that sees another leader of its term says so and stops")
    void aLeaderThatSeesAnotherOfItsTermStops() {
        SoloNode node = leader(3, THREE, log(1));

        assertTrue(violation(node, new Heartbeat(3, B, 0, 0, false)).contains("Election Safety"));
        violation(node, new AppendEntries(3, B, at(1, 1), List.of(), 0));
    }

    @Test
    @DisplayName("C8 committed entries are never cut: a follower stops instead")
    void committedEntriesAreNeverCut() {
        SoloNode node = following(B, 3, log(1, 1, 2));
        node.on(new AppendEntries(3, B, at(2, 3), List.of(), 2));

        String seen = violation(node, new AppendEntries(3, B, at(1, 1), entries(2, 3, 3), 2));

        assertTrue(seen.contains("another entry at 2"), seen);
        assertEquals(List.of(1L, 1L, 2L), Logs.termsOf(node.log));
    }

    @Test
    void aLeaderWithoutACommittedEntryStopsItsFollower() {
        SoloNode node = following(B, 3, log(1, 1, 2));
        node.on(new AppendEntries(3, B, at(2, 3), List.of(), 2));

        String seen = violation(node, new AppendEntries(3, B, at(2, 2), List.of(), 2));

        assertTrue(seen.contains("Leader Completeness"), seen);
    }

    @Test
    void anAcknowledgementBeyondTheLeadersLogStopsTheLeader() {
        SoloNode node = leader(3, THREE, log(1));

        String seen = violation(node, new AppendEntriesReply(3, B, new Matched(3)));

        assertTrue(seen.contains("Log Matching"), seen);
    }

    @Test
    void nextIndexIsAlwaysBeyondMatchIndex() {
        Progress progress = Progress.probing(5, 0).matched(7);

        assertEquals(8, progress.probeFrom(1).nextIndex());
        assertThrows(
                IllegalStateException.class,
                () -> new Progress(4, 4, Progress.Mode.PROBE, List.of(), 0, 0, Progress.Standing.COUNTS));
    }

    @Test
    void aGroupHasVoters() {
        assertThrows(IllegalArgumentException.class, () -> Configuration.of(List.of()));
    }

    @Test
    void aLogPositionIsNotNegative() {
        assertThrows(IllegalArgumentException.class, () -> new LogPosition(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new LogPosition(0, -1));
    }
}
