package org.uitto.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.remote.RARP;
import org.apache.pekko.remote.artery.ArteryTransport;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.FutureConverters;

/**
 * A real Cluster Singleton on three nodes, and a network that cuts off the node where it runs: the others take that node for
 * lost and start it anew, while the node itself knows of nothing and would go on with it.
 */
class SingletonLeaseTest {
    private static final Config CLUSTER = ConfigFactory.parseString("""
            pekko {
              actor.provider = cluster
              remote.artery.advanced.test-mode = on
              cluster.jmx.enabled = off
              cluster.singleton.lease-retry-interval = 1s
              actor.typed.extensions = ["org.uitto.lease.Leases$Id"]
              # A node that is cut off can't leave the cluster in good order.
              coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off }
            }
            uitto.log.journal = "pekko.persistence.journal.inmem"
            uitto.lease { heartbeat-interval = 1s, heartbeat-timeout = 12s, stop-margin = 6s }
            """);
    private static final Config WITH_LEASE = ConfigFactory.parseString(
                    "pekko.cluster.singleton.use-lease = \"uitto.lease\"")
            .withFallback(CLUSTER);

    private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    private Behavior<String> singleton(String node) {
        return Behaviors.setup(context -> {
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            happened.add("started on " + node);
            return Behaviors.receive(String.class)
                    .onSignal(PostStop.class, stopped -> {
                        running.decrementAndGet();
                        happened.add("stopped on " + node);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private String next() throws InterruptedException {
        return String.valueOf(happened.poll(90, TimeUnit.SECONDS));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNanos < 0, "Waited in vain for " + what);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void form(LoopbackMembers members) throws InterruptedException {
        Address first = Cluster.get(members.system("a")).selfMember().address();
        int up = 0;
        for (String node : List.of("a", "b", "c")) { // One after the other: a is the oldest.
            Cluster cluster = Cluster.get(members.system(node));
            cluster.manager().tell(Join.create(first));
            up++;
            int expected = up;
            await(
                    node + " is up",
                    () -> cluster.selfMember().status() == MemberStatus.up()
                            && Cluster.get(members.system("a"))
                                            .state()
                                            .members()
                                            .size()
                                    == expected);
        }
        for (String node : List.of("a", "b", "c")) {
            ClusterSingleton.get(members.system(node)).init(SingletonActor.of(singleton(node), "only-one"));
        }
        assertEquals("started on a", next());
    }

    /** Cuts a off from b and c, in both directions and for all that is said between them, Raft's part included. */
    private static void cutOff(LoopbackMembers members) throws Exception {
        for (String other : List.of("b", "c")) {
            blackhole(members.system("a"), members.system(other));
            blackhole(members.system(other), members.system("a"));
        }
    }

    @SuppressWarnings("deprecation") // As a part of classic remoting; Artery's test mode knows the same commands.
    private static void blackhole(ActorSystem<?> system, ActorSystem<?> other) throws Exception {
        ArteryTransport transport = (ArteryTransport)
                ((RARP) RARP.apply(Adapter.toClassic(system))).provider().transport();
        Object command = new ThrottlerTransportAdapter.SetThrottle(
                Cluster.get(other).selfMember().address(),
                bothDirections(),
                ThrottlerTransportAdapter.Blackhole$.MODULE$);
        FutureConverters.asJava(transport.managementCommand(command))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    /** The Java compiler can't name this object of Scala's. */
    @SuppressWarnings("deprecation")
    private static ThrottlerTransportAdapter.Direction bothDirections() throws ReflectiveOperationException {
        Class<?> both = Class.forName(ThrottlerTransportAdapter.Direction.class.getName() + "$Both$");
        return (ThrottlerTransportAdapter.Direction) both.getField("MODULE$").get(both);
    }

    private static void takeForLost(LoopbackMembers members) {
        Address lost = Cluster.get(members.system("a")).selfMember().address();
        Cluster.get(members.system("b")).manager().tell(new Down(lost));
    }

    @Test
    void withALeaseThereIsNeverMoreThanOneSingleton() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(WITH_LEASE, "a", "b", "c")) {
            form(members);

            cutOff(members);
            takeForLost(members);

            String before = "";
            for (String each = next(); !each.equals("started on b"); each = next()) {
                assertTrue(each.endsWith(" on a"), each);
                before = each;
            }
            assertEquals("stopped on a", before, "before it starts elsewhere");
            assertEquals(1, mostRunning.get());
        }
    }

    @Test
    void withoutALeaseThereAreTwo() throws Exception {
        try (LoopbackMembers members = new LoopbackMembers(CLUSTER, "a", "b", "c")) {
            form(members);

            cutOff(members);
            takeForLost(members);

            assertEquals("started on b", next());
            assertEquals(2, mostRunning.get(), "or the other test would show nothing");
        }
    }
}
