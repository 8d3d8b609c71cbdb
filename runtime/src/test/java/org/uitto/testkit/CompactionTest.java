package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;

/** Three nodes whose logs are compacted again and again: when each does it, and what a node starts with afterwards. */
class CompactionTest extends ScriptedGroup {
    private Set<Long> compactedAt(NodeId node) {
        return compactedAt.getOrDefault(node, Set.of());
    }

    @Test
    @DisplayName("D16 a node that starts alone knows that what its snapshot holds was committed, and is in its state")
    void whatASnapshotHoldsWasCommitted() {
        startGroup();
        put(120);
        NodeId alone = follower();
        long snapshotIndex = new TreeSet<>(compactedAt(alone)).last();
        assertTrue(snapshotIndex > 0);

        ALL.forEach(node -> world.node(node).kill());
        start(alone);
        world.runFor(LONG);

        ReplicaStatus status = status(alone);
        assertEquals(snapshotIndex, status.group().commitIndex());
        assertEquals(snapshotIndex, status.appliedIndex());
        ALL.stream().filter(node -> !node.equals(alone)).forEach(this::start);
        await("a leader", this::hasLeader);
        assertHas(120);
    }

    @Test
    @DisplayName("D21 each node takes its snapshots at other moments, and goes on to while leaders come and go")
    void eachNodeTakesSnapshotsAtOtherMoments() {
        startGroup();
        put(300);
        Set<Long> byAll = new HashSet<>(compactedAt(N1));
        assertTrue(byAll.size() > 2, compactedAt::toString);
        byAll.retainAll(compactedAt(N2));
        byAll.retainAll(compactedAt(N3));
        assertEquals(Set.of(), byAll, () -> "not all at once: " + compactedAt);

        for (int change = 0; change < 8; change++) {
            NodeId deposed = leader();
            compactedAt.clear();
            world.node(deposed).kill();
            await("another leader", () -> hasLeader() && !leader().equals(deposed));
            start(deposed);
            isFollowerAgain(deposed);
            for (int i = 1; i <= 100; i++) { // Other values each time: what is there already is not written again.
                done(new RegisterModel.Put("key" + i, "value" + change + "." + i));
            }
            assertEquals(Set.copyOf(ALL), compactedAt.keySet(), "all nodes have compacted their logs");
        }
    }

    @Test
    @DisplayName("H11 state and index come back together: whatever a node starts from, each event counts once")
    void stateAndIndexComeBackTogether() {
        startGroup();
        List<String> added = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            for (int i = 0; i < 15; i++) {
                String suffix = "," + added.size();
                String after = done(new RegisterModel.Append("list", suffix));
                added.add(suffix);
                assertEquals(String.join("", added), after);
            }
            NodeId victim = round % 3 == 0 ? leader() : follower();
            world.node(victim).kill();
            start(victim);
            await(victim + " is back", () -> hasLeader() && role(victim) != null && role(victim) != Role.RECOVERING);
        }

        assertTrue(cluster.invariants().compactionCount() > 5);
        assertEquals(String.join("", added), done(new RegisterModel.Get("list")));
        String digest = status(N1).stateDigest();
        assertNotEquals("", digest);
        await(
                "equal states",
                () -> ALL.stream().allMatch(node -> digest.equals(status(node).stateDigest())));
    }
}
