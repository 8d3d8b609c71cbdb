package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.Configuration;
import org.uitto.log.NodeId;

/** Majorities, against their definition: more than half. */
class QuorumTest {
    private static Set<NodeId> nodes(int count) {
        return IntStream.range(0, count).mapToObj(i -> new NodeId("n" + i)).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    @DisplayName("C12 F7 every subset is a quorum exactly if it is more than half")
    void everySubsetIsAQuorumExactlyIfItIsMoreThanHalf(int size) {
        Configuration configuration = Configuration.of(nodes(size));
        NodeId stranger = new NodeId("stranger");
        for (int subset = 0; subset < 1 << size; subset++) {
            Set<NodeId> chosen = new TreeSet<>(Set.of(stranger));
            for (int i = 0; i < size; i++) {
                if ((subset & 1 << i) != 0) {
                    chosen.add(new NodeId("n" + i));
                }
            }
            assertEquals(Integer.bitCount(subset) * 2 > size, configuration.isQuorum(chosen));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    @DisplayName("C12 what a quorum has reached is the largest value that more than half have")
    void whatAQuorumHasReachedIsTheLargestThatMoreThanHalfHave(int size) {
        SplittableRandom random = new SplittableRandom(size);
        Configuration configuration = Configuration.of(nodes(size));
        for (int round = 0; round < 2_000; round++) {
            Map<NodeId, Long> reached = new HashMap<>();
            for (NodeId node : configuration.voters()) {
                reached.put(node, random.nextLong(8));
            }

            long expected = 0;
            for (long value = 0; value < 8; value++) {
                long least = value;
                if (reached.values().stream().filter(has -> has >= least).count() * 2 > size) {
                    expected = value;
                }
            }
            assertEquals(expected, configuration.reachedByQuorum(node -> reached.getOrDefault(node, 0L)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void twoQuorumsAlwaysShareANode(int size) {
        Configuration configuration = Configuration.of(nodes(size));
        int majority = 0;
        while (!configuration.isQuorum(nodes(majority))) {
            majority++;
        }

        assertEquals(size / 2 + 1, majority);
        assertEquals(true, majority * 2 > size);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void thePeersOfANodeAreAllTheOthers(int size) {
        Configuration configuration = Configuration.of(nodes(size));

        Set<NodeId> peers = configuration.peersOf(new NodeId("n0"));

        assertEquals(size - 1, peers.size());
        assertEquals(false, peers.contains(new NodeId("n0")));
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.voters().add(new NodeId("another")));
    }
}
