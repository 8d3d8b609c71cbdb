package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.uitto.lease.SimulatedHolder;
import org.uitto.log.NodeId;
import org.uitto.role.RaftSettings;

/**
 * Three machines that want one lease, and three members that keep it, under faults drawn from a seed: members die, hang and
 * are cut off, holders are cut off and stopped, clocks run too fast and too slow. No two holders ever rely on the lease at
 * one moment; without faults each gets it.
 */
class LeaseSimulationTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration STEP = Duration.ofMillis(5);
    private static final Duration TROUBLE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<NodeId> MEMBERS = List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));

    /** {@code -Duitto.simulation.lease-seeds=1000} for a long search. */
    private static final int SEEDS = Integer.getInteger("uitto.simulation.lease-seeds", 15);

    /** One machine that asks for the lease again and again, keeps it for a while and gives it back. */
    private static final class Holder {
        private final Run run;
        private final NodeId proxyNode;
        private final NodeId keeperNode;
        private final SimulatedHolder parts;
        private @Nullable ActorRef<Object> keeper;
        private @Nullable CompletableFuture<Boolean> asked;
        private int grantCount;
        private int lossCount;

        Holder(Run run, String name, long session) {
            this.run = run;
            this.proxyNode = new NodeId("proxy-" + name);
            this.keeperNode = new NodeId("keeper-" + name);
            SimulatedNode machine = run.world.node(keeperNode);
            machine.clock().drift(run.random.between(-20_000, 20_000));
            this.parts = new SimulatedHolder(machine.clock());
            run.cluster.startClient(
                    proxyNode,
                    proxy -> run.system.start(
                            machine,
                            parts.keeper(name, session, TIMEOUT, proxy),
                            (ActorRef<Object> started) -> keeper = started));
        }

        void step() {
            if (keeper == null || run.world.node(keeperNode).isPaused()) {
                return;
            }
            boolean isIdle = asked == null || asked.isDone();
            if (isIdle && !parts.has() && run.random.chance(0.02)) {
                asked = SimulatedHolder.acquire(keeper, () -> lossCount++).thenApply(got -> {
                    grantCount += got ? 1 : 0;
                    return got;
                });
            } else if (isIdle && parts.has() && run.random.chance(0.002)) {
                asked = SimulatedHolder.release(keeper);
            }
        }
    }

    /** One seed's world. */
    private static final class Run {
        private final long seed;
        private final World world;
        private final SeededRandom random;
        private final SimulatedSystem system;
        private final SimulatedCluster cluster;
        private final List<Holder> holders = new ArrayList<>();

        Run(long seed) {
            this.seed = seed;
            world = World.ofSeed(seed);
            random = world.random("leases");
            system = world.boot(SimulationConfig.defaults());
            cluster = new SimulatedCluster(world, system, MEMBERS, settings(), 2_000, (node, witness) -> witness);
            MEMBERS.forEach(node -> {
                world.node(node).clock().drift(random.between(-20_000, 20_000));
                start(node);
            });
            for (String name : List.of("x", "y", "z")) {
                holders.add(new Holder(this, name, holders.size() + 1));
            }
        }

        private void start(NodeId node) {
            cluster.start(node, SimulatedHolder.registry(world.node(node).clock()));
        }

        private void step() {
            world.runFor(STEP);
            long relying = holders.stream().filter(holder -> holder.parts.has()).count();
            assertTrue(relying <= 1, () -> "two holders rely on the lease, seed " + seed);
            holders.forEach(Holder::step);
        }

        private void strike() {
            NodeId member = MEMBERS.get(random.below(MEMBERS.size()));
            Holder holder = holders.get(random.below(holders.size()));
            Duration lasting = Duration.ofMillis(random.between(50, 2 * TIMEOUT.toMillis()));
            switch (random.below(6)) {
                case 0 -> {
                    world.node(member).kill();
                    world.after(lasting, () -> {
                        if (!world.node(member).isUp()) {
                            start(member);
                        }
                    });
                }
                case 1 -> hold(member, lasting);
                case 2 -> hold(holder.keeperNode, lasting);
                case 3 -> cutOff(member, lasting);
                case 4 -> cutOff(holder.proxyNode, lasting);
                default -> {
                    world.disks().of(member).stall();
                    world.after(lasting, () -> world.disks().of(member).release());
                }
            }
        }

        private void hold(NodeId node, Duration lasting) {
            world.node(node).pause();
            world.after(lasting, world.node(node)::resume);
        }

        private void cutOff(NodeId node, Duration lasting) {
            world.network().isolate(node);
            world.after(lasting, () -> world.network().rejoin(node));
        }

        private int grants() {
            return holders.stream().mapToInt(holder -> holder.grantCount).sum();
        }

        private int losses() {
            return holders.stream().mapToInt(holder -> holder.lossCount).sum();
        }
    }

    private static RaftSettings settings() {
        return new RaftSettings(
                Duration.ofMillis(50),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofMillis(200),
                64,
                2,
                64_000,
                100,
                100,
                64);
    }

    private static boolean stepsUntil(Run run, java.util.function.BooleanSupplier condition) {
        for (Duration waited = Duration.ZERO; waited.compareTo(PATIENCE) < 0; waited = waited.plus(STEP)) {
            if (condition.getAsBoolean()) {
                return true;
            }
            run.step();
        }
        return condition.getAsBoolean();
    }

    @Test
    void noTwoHoldersRelyOnALeaseAtOnce() {
        int losses = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed);
            for (Duration passed = Duration.ZERO; passed.compareTo(TROUBLE) < 0; passed = passed.plus(STEP)) {
                run.step();
                if (run.random.chance(0.003)) {
                    run.strike();
                }
            }
            losses += run.losses();

            run.world.runFor(TIMEOUT.multipliedBy(2)); // The last fault ends.
            int[] before =
                    run.holders.stream().mapToInt(holder -> holder.grantCount).toArray();
            assertTrue(
                    stepsUntil(
                            run,
                            () -> run.holders.stream()
                                    .allMatch(holder -> holder.grantCount > before[run.holders.indexOf(holder)])),
                    "without faults each gets the lease, seed " + run.seed);
        }
        assertTrue(losses > 0, "some were lost on the way");
    }

    @Test
    void withoutFaultsALeaseIsNeverLost() {
        Run run = new Run(7);

        assertTrue(stepsUntil(run, () -> run.grants() >= 20));

        assertEquals(0, run.losses());
    }
}
