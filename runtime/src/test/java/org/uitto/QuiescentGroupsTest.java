package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.uitto.role.GroupStatus.Role;

/** Groups that nobody asks anything of, on nodes that talk over loopback. */
class QuiescentGroupsTest extends LoopbackGroups {
    private static final List<String> NAMES = List.of("one", "two", "three", "four", "five", "six");

    /** A node that ends does not hand over what it leads, and the others notice by its silence alone. */
    private static final Config SETTINGS = ConfigFactory.parseString("""
        uitto.log.journal = "pekko.persistence.journal.inmem"
        uitto.raft { quiesce-after = 500 ms, notice-crashes = off }
        pekko.coordinated-shutdown.run-by-actor-system-terminate = off
        """);

    QuiescentGroupsTest() throws Exception {
        super(SETTINGS);
    }

    private void startAll() throws Exception {
        for (String name : NAMES) {
            startCounter(name);
        }
        for (String name : NAMES) {
            assertEquals(1, increment("a", name));
        }
    }

    private void awaitThat(Runnable assertion) {
        TestProbe.create(cluster.system("a")).awaitAssert(PATIENCE, () -> {
            assertion.run();
            return null;
        });
    }

    private void awaitQuiescence(List<String> nodes) {
        awaitThat(() -> {
            for (String node : nodes) {
                for (String name : NAMES) {
                    assertTrue(statusOf(node, name).group().quiescent(), node + " is awake in " + name);
                }
            }
        });
    }

    @Test
    void becomeQuiescentAndWakeForACommand() throws Exception {
        startAll();
        awaitQuiescence(NODES);
        long term = statusOf("a", "one").group().term();

        assertEquals(2, increment("b", "one"));

        assertEquals(term, statusOf("a", "one").group().term());
        awaitQuiescence(NODES);
        assertEquals(3, increment("c", "one"));
    }

    @Test
    void electAnotherLeaderWhenTheNodeOfTheirsIsGone() throws Exception {
        startAll();
        awaitQuiescence(NODES);
        Set<String> led = NAMES.stream()
                .filter(name -> statusOf("c", name).group().role() == Role.LEADER)
                .collect(Collectors.toSet());

        cluster.stop("c");

        awaitThat(() -> {
            for (String name : led) {
                assertTrue(
                        List.of("a", "b").stream()
                                .anyMatch(node -> statusOf(node, name).group().role() == Role.LEADER),
                        name + " has no leader");
            }
        });
        for (String name : NAMES) {
            assertEquals(2, increment("a", name));
        }
    }
}
