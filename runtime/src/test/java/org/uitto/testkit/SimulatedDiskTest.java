package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import scala.Option;

/** What a persistent actor gets from its disk, and what is left of it after a death. */
class SimulatedDiskTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final NodeId N1 = new NodeId("n1");
    private static final String PERSISTENCE_ID = "uitto/group/n1";

    private World world = World.ofSeed(1);
    private SimulatedSystem system = world.boot(SimulationConfig.defaults());
    private final List<Integer> acknowledged = new ArrayList<>();
    private final List<Integer> recovered = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private final List<Long> recoveredTo = new ArrayList<>();
    private final List<Long> deletedTo = new ArrayList<>();
    private final List<ActorRef<Object>> writers = new ArrayList<>();

    @Test
    void acknowledgesInOrderWhatIsDurable() {
        startWriter();

        write(1, 100);
        world.runFor(SECOND);

        assertEquals(numbers(1, 100), acknowledged);
        assertEquals(100, disk().durableSequenceNr(PERSISTENCE_ID));
        assertEquals(0, disk().unsyncedCount());
    }

    @Test
    void syncsTogetherWhatGatheredMeanwhile() {
        startWriter();
        long before = disk().syncCount();

        write(1, 1_000);
        world.runFor(SECOND);

        assertEquals(1_000, acknowledged.size());
        assertTrue(disk().syncCount() - before < 100, () -> disk().syncCount() + " syncs");
    }

    @Test
    void recoversWhatWasAcknowledged() {
        startWriter();
        write(1, 100);
        world.runFor(SECOND);

        world.node(N1).kill();
        startWriter();

        assertEquals(numbers(1, 100), recovered);
        assertEquals(List.of(0L, 100L), recoveredTo);
    }

    @Test
    void keepsAPrefixOfWhatWasUnderWayWhenTheNodeDies() {
        Set<Integer> survivors = new HashSet<>();
        for (long seed = 1; seed <= 100; seed++) {
            begin(seed, SimulationConfig.defaults());
            startWriter();
            disk().stall();
            writers.get(0).tell(new Burst(1, 10));
            world.runFor(SECOND);
            assertEquals(List.of(), acknowledged);
            assertEquals(10, disk().unsyncedCount());

            world.node(N1).kill();
            disk().release();
            startWriter();

            assertEquals(numbers(1, recovered.size()), recovered, "seed " + seed);
            assertEquals(List.of(), acknowledged, "seed " + seed);
            survivors.add(recovered.size());
        }
        assertTrue(survivors.containsAll(List.of(0, 10)), survivors::toString);
        assertTrue(survivors.size() > 5, survivors::toString);
    }

    @Test
    void neverLosesWhatWasAcknowledged() {
        for (long seed = 1; seed <= 100; seed++) {
            begin(seed, SimulationConfig.defaults());
            disk().conditions(DiskConditions.drawn(world.random("swarm")));
            startWriter();
            int next = 1;
            for (int life = 0; life < 5; life++) {
                write(next, next + 49);
                world.runFor(Duration.ofNanos(world.random("life" + life).between(1, 3_000_000)));
                Set<Integer> promised = new HashSet<>(acknowledged);
                world.node(N1).kill();
                recovered.clear();
                startWriter();
                assertTrue(recovered.containsAll(promised), "seed " + seed + " life " + life);
                assertEquals(recovered.stream().sorted().toList(), recovered);
                next += 50;
            }
        }
    }

    @Test
    void losesTheWritesThatADyingStepStillAskedFor() {
        startWriter();

        writers.get(0).tell("write and die");
        world.runFor(SECOND);
        startWriter();

        assertEquals(List.of(), recovered);
    }

    @Test
    void acknowledgesNothingDuringAStall() {
        startWriter();
        disk().stall();
        write(1, 10);
        world.runFor(Duration.ofHours(1));
        assertEquals(List.of(), acknowledged);

        disk().release();
        world.runFor(SECOND);

        assertEquals(numbers(1, 10), acknowledged);
    }

    @Test
    void reportsAFailedWriteToTheActor() {
        startWriter();
        write(1, 3);
        world.runFor(SECOND);
        disk().failWrites(true);

        write(4, 6);
        world.runFor(SECOND);

        assertEquals(numbers(1, 3), acknowledged);
        assertEquals(4, failed.get(0));
        disk().failWrites(false);
        world.node(N1).kill();
        startWriter();
        assertEquals(numbers(1, recovered.size()), recovered);
        write(7, 9);
        world.runFor(SECOND);
        assertTrue(acknowledged.containsAll(numbers(7, 9)));
    }

    @Test
    void refusesWritesWithoutATraceWhileItIsFull() {
        startWriter();
        write(1, 3);
        world.runFor(SECOND);
        disk().fill(true);

        write(4, 6);
        world.runFor(SECOND);

        assertEquals(numbers(1, 3), acknowledged);
        assertEquals(4, failed.get(0));
        world.node(N1).kill();
        startWriter(); // Reading needs no room.
        assertEquals(numbers(1, 3), recovered);
        disk().fill(false);
        write(7, 9);
        world.runFor(SECOND);
        assertTrue(acknowledged.containsAll(numbers(7, 9)));
    }

    @Test
    void acknowledgesAMisdirectedWriteThatCannotBeReadAgain() {
        startWriter();
        write(1, 3);
        world.runFor(SECOND);
        disk().misdirectNextWrite();

        write(4, 6);
        world.runFor(SECOND);

        assertEquals(numbers(1, 6), acknowledged);
        assertThrows(SimulatedDamage.class, () -> disk().readable(PERSISTENCE_ID));
        assertTrue(disk().endMisdirection());
        assertFalse(disk().endMisdirection());
    }

    @Test
    void diesBeforeAWriteReachesIt() {
        startWriter();
        disk().beforeEachWrite(() -> world.node(N1).kill());

        write(1, 1);
        world.runFor(SECOND);
        disk().beforeEachWrite(() -> {});
        startWriter();

        assertEquals(List.of(), acknowledged);
        assertEquals(List.of(), recovered);
    }

    @Test
    void deletesAPrefixAndKeepsTheHighestSequenceNumber() {
        startWriter();
        write(1, 10);
        world.runFor(SECOND);
        writers.get(0).tell(new Delete(7));
        world.runFor(SECOND);
        assertEquals(List.of(7L), deletedTo);
        writers.get(0).tell(new Delete(10));
        world.runFor(SECOND);

        world.node(N1).kill();
        startWriter();

        assertEquals(List.of(), recovered);
        assertEquals(List.of(0L, 10L), recoveredTo);
    }

    @Test
    void wipesTheDiskOfANodeThatIsDown() {
        startWriter();
        write(1, 10);
        world.runFor(SECOND);
        assertThrows(IllegalStateException.class, disk()::wipe);

        world.node(N1).kill();
        disk().wipe();
        startWriter();

        assertEquals(List.of(0L, 0L), recoveredTo);
    }

    @Test
    void takesEventsThroughTheirSerializersIfAsked() {
        begin(
                1,
                SimulationConfig.of(ConfigFactory.parseString("uitto.simulation.journal.test-serialization = on,"
                        + " pekko.actor.allow-java-serialization = on")));
        startWriter();
        write(1, 10);
        world.runFor(SECOND);
        world.node(N1).kill();
        startWriter();
        assertEquals(numbers(1, 10), recovered);

        writers.get(1).tell(new Unserializable());

        assertThrows(SimulationFailure.class, () -> world.runFor(SECOND));
    }

    @Test
    void keepsTheDisksOfNodesApart() {
        world.disks().locate(id -> new NodeId("all"));
        startWriter();
        write(1, 5);

        world.runFor(SECOND);

        assertEquals(5, world.disks().of(new NodeId("all")).durableSequenceNr(PERSISTENCE_ID));
        assertEquals(0, disk().durableSequenceNr(PERSISTENCE_ID));
    }

    private void begin(long seed, SimulationConfig config) {
        world = World.ofSeed(seed);
        system = world.boot(config);
        List.of(acknowledged, recovered, failed, recoveredTo, deletedTo, writers)
                .forEach(List::clear);
    }

    private SimulatedDisk disk() {
        return world.disks().of(N1);
    }

    /** Starts the node and waits until its writer has recovered. */
    private void startWriter() {
        int before = recoveredTo.size();
        system.start(
                world.node(N1),
                Behaviors.setup(context -> {
                    var writer = Adapter.actorOf(context, Props.create(Writer.class, Writer::new), "writer");
                    return Behaviors.receiveMessage(message -> {
                        writer.tell(message, org.apache.pekko.actor.ActorRef.noSender());
                        return Behaviors.same();
                    });
                }),
                writers::add);
        assertTrue(world.runUntil(() -> recoveredTo.size() > before, Duration.ofMinutes(1)));
    }

    private void write(int first, int last) {
        ActorRef<Object> writer = writers.get(writers.size() - 1);
        numbers(first, last).forEach(writer::tell);
    }

    private static List<Integer> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    /** Asks for all numbers from first to last in one batch of writes; a persistent actor has one batch under way. */
    private record Burst(int first, int last) {}

    private record Delete(long toSequenceNr) {}

    private record Unserializable() {}

    /** Persists every number it gets, without waiting for the one before. */
    private final class Writer extends AbstractPersistentActor {
        @Override
        public String persistenceId() {
            return PERSISTENCE_ID;
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder()
                    .match(Integer.class, recovered::add)
                    .match(RecoveryCompleted.class, done -> recoveredTo.add(lastSequenceNr()))
                    .build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(Integer.class, number -> persistAsync(number, acknowledged::add))
                    .match(
                            Burst.class,
                            burst -> numbers(burst.first(), burst.last())
                                    .forEach(number -> persistAsync(number, acknowledged::add)))
                    .match(Unserializable.class, event -> persistAsync(event, written -> {}))
                    .match(Delete.class, delete -> deleteMessages(delete.toSequenceNr()))
                    .match(DeleteMessagesSuccess.class, done -> deletedTo.add(done.toSequenceNr()))
                    .matchEquals("write and die", text -> {
                        world.node(N1).kill();
                        persistAsync(1, acknowledged::add);
                    })
                    .build();
        }

        @Override
        public void onPersistFailure(Throwable cause, Object event, long sequenceNr) {
            failed.add((Integer) event);
        }

        @Override
        public void onRecoveryFailure(Throwable cause, Option<Object> event) {
            world.fail(cause);
        }
    }
}
