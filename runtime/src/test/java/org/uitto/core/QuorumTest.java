package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
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

    /** A configuration of up to seven nodes: joint or not, with learners, whatever comes. */
    private static Configuration drawn(SplittableRandom random) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        SortedSet<NodeId> voters = new TreeSet<>();
        SortedSet<NodeId> outgoing = new TreeSet<>();
        boolean joint = random.nextBoolean();
        for (NodeId node : nodes(7)) {
            int lot = random.nextInt(4);
            if (lot != 0) {
                members.put(node, Member.UNKNOWN);
            }
            if (lot == 1 || lot == 2) {
                voters.add(node);
            }
            if (joint && (lot == 2 || lot == 3)) {
                outgoing.add(node);
            }
        }
        return voters.isEmpty() ? drawn(random) : new Configuration(voters, outgoing, new TreeSet<>(), members);
    }

    private static boolean decideNaively(Configuration configuration, Predicate<NodeId> agrees) {
        for (Set<NodeId> side : List.of(configuration.voters(), configuration.outgoing())) {
            long agreeing = side.stream().filter(agrees).count();
            if (!side.isEmpty() && agreeing * 2 <= side.size()) {
                return false;
            }
        }
        return true;
    }

    @Test
    @DisplayName("E10 F8 both majorities of a joint configuration decide, and learners never")
    void bothMajoritiesOfAJointConfigurationDecideAndLearnersNever() {
        SplittableRandom random = new SplittableRandom(10);
        for (int round = 0; round < 20_000; round++) {
            Configuration configuration = drawn(random);
            Map<NodeId, Long> reached = new HashMap<>();
            Set<NodeId> chosen = new TreeSet<>();
            for (NodeId node : nodes(7)) {
                reached.put(node, random.nextLong(5));
                if (random.nextBoolean()) {
                    chosen.add(node);
                }
            }

            long expected = 0;
            for (long value = 0; value < 5; value++) {
                long least = value;
                if (decideNaively(configuration, node -> reached.getOrDefault(node, 0L) >= least)) {
                    expected = value;
                }
            }
            assertEquals(decideNaively(configuration, chosen::contains), configuration.isQuorum(chosen));
            assertEquals(expected, configuration.reachedByQuorum(node -> reached.getOrDefault(node, 0L)));
        }
    }

    @Test
    @DisplayName("E3 a quorum of each step of a change shares a node with every quorum of the next")
    void aQuorumOfEachStepSharesANodeWithEveryQuorumOfTheNext() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            Configuration before = drawn(random);
            before = before.isJoint() ? before.afterJoint() : before;
            Configuration after = drawn(random);
            Configuration joint = before.withLearners(after.members()).jointWith(after.voters());

            assertSharing(before, joint);
            assertSharing(joint, joint.afterJoint());
        }
    }

    private static void assertSharing(Configuration first, Configuration second) {
        List<NodeId> all = List.copyOf(nodes(7));
        for (int subset = 0; subset < 1 << all.size(); subset++) {
            Set<NodeId> chosen = new TreeSet<>();
            Set<NodeId> rest = new TreeSet<>();
            for (int i = 0; i < all.size(); i++) {
                ((subset & 1 << i) != 0 ? chosen : rest).add(all.get(i));
            }
            assertEquals(false, first.isQuorum(chosen) && second.isQuorum(rest), first + " and " + second);
        }
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
