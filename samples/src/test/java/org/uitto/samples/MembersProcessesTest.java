package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;

/** Nodes come, go and are started anew while clients go on; nodes and disks are real. */
@Timeout(600)
class MembersProcessesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int IN_FLIGHT = 256;

    private static LocalCluster clusterWith(String... joining) {
        return LocalCluster.create(SampleActor.COUNTER, LocalCluster.Options.NONE.withJoining(List.of(joining)));
    }

    private static CommandRun run(LocalCluster cluster, String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--config", cluster.clientConfig().toString(), "--timeout", "2"));
        return CommandRun.of(command.toArray(String[]::new));
    }

    private static void change(LocalCluster cluster, String... arguments) {
        List<String> command = new ArrayList<>(List.of("members"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--wait", "120"));
        CommandRun run = run(cluster, command.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err() + cluster.lastWords());
    }

    private static String leader(LocalCluster cluster) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            Optional<String> leader = run(cluster, "status", "--json")
                    .out()
                    .lines()
                    .map(MembersProcessesTest::json)
                    .filter(replica -> replica.path("role").asText().equals("leader"))
                    .map(replica -> replica.path("node").asText())
                    .findFirst();
            if (leader.isPresent()) {
                return leader.get();
            }
        }
        return fail("Nobody leads.\n" + cluster.lastWords());
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    /** Nothing that was acknowledged is lost, and nothing else was counted. */
    private static void check(SteadyLoad load) {
        load.end();
        long sum = load.sum();
        assertEquals(0, load.unknown(), load::inWords);
        assertEquals(load.acknowledged(), sum, load::inWords);
    }

    @Test
    void membersComeAndGoWhileAClientGoesOn() {
        try (LocalCluster cluster = clusterWith("d")) {
            cluster.startAll();
            try (SteadyLoad load = new SteadyLoad(cluster, IN_FLIGHT)) {
                String follower = leader(cluster).equals("a") ? "b" : "a";

                change(cluster, "remove", "counter", follower);
                cluster.stopAndWait(follower);
                load.awaitProgress();
                cluster.start("d");
                change(cluster, "add", "counter", "d=" + cluster.contact("d"));
                load.awaitProgress();
                String leader = leader(cluster);
                change(cluster, "remove", "counter", leader);
                cluster.stopAndWait(leader);
                load.awaitProgress();

                CommandRun status = run(cluster, "status");
                assertEquals(0, status.exitCode(), "Those that have left are not missed: " + status.out());
                assertTrue(
                        status.out()
                                .contains("Nobody answers at " + cluster.contact(leader) + ", and no group has a"
                                        + " member there"),
                        status.out());
                CommandRun list = run(cluster, "members", "list", "counter");
                assertEquals(0, list.exitCode(), list.err());
                assertEquals(3, list.out().lines().count(), list.out());
                check(load);
                System.out.println("Members that come and go: " + load.inWords());
            }
        }
    }

    @Test
    void allNodesAreReplacedWhileAClientThatKnewTheOldOnesGoesOn() {
        try (LocalCluster cluster = clusterWith("d", "e", "f")) {
            cluster.startAll();
            try (SteadyLoad load = new SteadyLoad(cluster, IN_FLIGHT)) {
                List<String> leaving = List.of("a", "b", "c");
                List<String> coming = List.of("d", "e", "f");
                for (int i = 0; i < 3; i++) {
                    cluster.start(coming.get(i));
                    change(
                            cluster,
                            "replace",
                            "counter",
                            leaving.get(i) + "=" + coming.get(i) + "=" + cluster.contact(coming.get(i)));
                    cluster.stopAndWait(leaving.get(i));
                    load.awaitProgress();
                }

                check(load);
                System.out.println("A replacement of all nodes: " + load.inWords());
            }
        }
    }

    @Test
    void aRollingRestartCostsClientsAMomentEach() {
        try (LocalCluster cluster = clusterWith()) {
            cluster.startAll();
            try (SteadyLoad load = new SteadyLoad(cluster, IN_FLIGHT);
                    SteadyLoad lone = new SteadyLoad(cluster, 1)) {
                for (String node : LocalCluster.NODES) {
                    awaitAllWell(cluster);
                    cluster.stopAndWait(node);
                    cluster.start(node);
                }
                awaitAllWell(cluster);
                load.awaitProgress();
                lone.awaitProgress();

                load.end();
                lone.end();
                long sum = load.sum();
                long acknowledged = load.acknowledged() + lone.acknowledged();
                System.out.println("A rolling restart, " + IN_FLIGHT + " in flight: " + load.inWords());
                System.out.println("A rolling restart, 1 in flight: " + lone.inWords());
                assertEquals(0, load.unknown() + lone.unknown(), "of unknown outcome");
                assertEquals(acknowledged, sum, "each counts once");
            }
        }
    }

    /** Each node answers, and is up to date: any of them can be spared. */
    private static void awaitAllWell(LocalCluster cluster) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (run(cluster, "status").exitCode() != 0) {
            if (System.nanoTime() - deadlineNanos > 0) {
                fail("The cluster did not get well.\n" + cluster.lastWords());
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }
}
