package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.GroupId;
import org.uitto.role.GroupStatus.Role;

/** Many groups on the same nodes: each with a life of its own. */
class GroupsTest extends LoopbackGroups {
    private static final Config IN_MEMORY = ConfigFactory.parseString("""
        uitto.log.journal = "pekko.persistence.journal.inmem"
        uitto.leaders { check-interval = 50 ms, settle-after = 100 ms }
        uitto.proxy.give-up-after = 120 s
        """);

    GroupsTest() throws Exception {
        super(IN_MEMORY);
    }

    @Test
    void groupsAreStartedListedAndStoppedWhileOthersGoOn() throws Exception {
        startCounter("one");
        startCounter("two");
        assertEquals(1, increment("a", "one"));
        assertEquals(1, increment("a", "two"));
        assertEquals(List.of(new GroupId("one"), new GroupId("two")), raft("a").groups());

        joined(raft("a").stop("one"));

        assertEquals(List.of(new GroupId("two")), raft("a").groups());
        assertEquals(List.of(new GroupId("two")), groupsAt("a"));
        assertEquals(List.of(new GroupId("one"), new GroupId("two")), groupsAt("b"));
        assertEquals(2, increment("a", "one"));
        assertEquals(2, increment("a", "two"));
    }

    private List<GroupId> groupsAt(String node) throws Exception {
        return joined(raft("c").groups(cluster.contact(node), PATIENCE));
    }

    @Test
    void whatIsStartedWhileItIsBeingStoppedRunsInTheEnd() throws Exception {
        startCounter("one");
        increment("a", "one");

        CompletionStage<org.apache.pekko.Done> stopped = raft("a").stop("one");
        raft("a").start(ReplicatedActor.of("one", Counter::new));
        joined(stopped);
        raft("b").start(ReplicatedActor.of("one", Counter::new)); // Runs already.

        TestProbe.create(cluster.system("a")).awaitAssert(PATIENCE, () -> {
            assertEquals(List.of(new GroupId("one")), raft("a").groups());
            return null;
        });
        assertEquals(2, increment("a", "one"));
    }

    @Test
    void stoppingWhatDoesNotRunIsDoneAtOnce() throws Exception {
        joined(raft("a").stop("nothing"));

        assertEquals(List.of(), raft("a").groups());
    }

    @Test
    @DisplayName("G7 leaders move to the nodes that they are preferred on")
    void leadersMoveToTheirPreferredNodes() throws Exception {
        for (String preferred : NODES) {
            NODES.forEach(node -> raft(node)
                    .start(ReplicatedActor.of("on-" + preferred, Counter::new).withPreferredNode(preferred)));
        }
        TestProbe<Object> waiter = TestProbe.create(cluster.system("a"));

        for (String preferred : NODES) {
            String name = "on-" + preferred;
            increment("a", name);
            waiter.awaitAssert(PATIENCE, () -> {
                assertEquals(Role.LEADER, statusOf(preferred, name).group().role());
                return null;
            });
            assertEquals(2, increment("a", name));
        }
    }

    @Test
    @DisplayName("I8 a group that is stopped on all nodes goes on where it was when it is started again")
    void aGroupThatIsStoppedEverywhereGoesOnWhereItWas() throws Exception {
        startCounter("one");
        assertEquals(1, increment("b", "one"));

        for (int round = 2; round <= 4; round++) {
            for (String node : NODES) {
                joined(raft(node).stop("one"));
                assertEquals(List.of(), raft(node).groups());
            }
            startCounter("one");
            assertEquals(round, increment("b", "one"));
        }
    }

    @Test
    void manyGroupsAreStartedAndStoppedAtOnce() throws Exception {
        int count = 20;
        for (int i = 0; i < count; i++) {
            startCounter("group-" + i);
        }
        for (int i = 0; i < count; i++) {
            assertEquals(1, increment("b", "group-" + i));
        }
        assertEquals(count, groupsAt("c").size());

        CompletableFuture<?>[] stopped = raft("c").groups().stream()
                .map(group -> raft("c").stop(group.value()).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        joined(CompletableFuture.allOf(stopped));

        assertEquals(List.of(), groupsAt("c"));
        for (int i = 0; i < count; i++) {
            assertEquals(2, increment("a", "group-" + i));
        }
    }

    @Test
    @DisplayName("L6 a group ends on all nodes at once, also during its election, a hand-over and a snapshot")
    void aGroupEndsOnAllNodesAtOnce() throws Exception {
        long counted = 0;
        for (int round = 0; round < 3; round++) {
            startCounter("one");
            if (round > 0) { // Else it ends before anybody has been elected.
                assertEquals(++counted, increment("a", "one"));
            }
            if (round == 2) {
                for (String node : NODES) {
                    raft(node).takeSnapshot("one", cluster.contact(node), PATIENCE);
                }
                raft("a").transferLeadership("one", Optional.empty(), PATIENCE);
            }

            CompletableFuture<?>[] stopped = NODES.stream()
                    .map(node -> raft(node).stop("one").toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            joined(CompletableFuture.allOf(stopped));

            for (String node : NODES) {
                assertEquals(List.of(), raft(node).groups());
            }
        }
        startCounter("one");
        assertEquals(counted + 1, increment("a", "one"));
    }

    @Test
    @DisplayName("I7 groups that start again together all get their leaders, and have no threads of their own")
    void manyGroupsStartAgainTogether() throws Exception {
        int count = 100;
        startCounter("first");
        increment("a", "first");
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();

        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < count; i++) {
                startCounter("group-" + i);
            }
            for (int i = 0; i < count; i++) {
                assertEquals(round, increment(NODES.get(i % 3), "group-" + i));
            }
            assertTrue(ManagementFactory.getThreadMXBean().getThreadCount() < threads + count);
            List<CompletableFuture<?>> stopped = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                for (String node : NODES) {
                    stopped.add(raft(node).stop("group-" + i).toCompletableFuture());
                }
            }
            joined(CompletableFuture.allOf(stopped.toArray(CompletableFuture<?>[]::new)));
        }
    }
}
