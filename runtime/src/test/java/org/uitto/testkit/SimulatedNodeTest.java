package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;

/** Deaths, pauses and clocks of nodes. */
class SimulatedNodeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");

    private final World world = World.ofSeed(11);
    private final SimulatedSystem system = world.boot(SimulationConfig.defaults());
    private final SimulatedNode node = world.node(N1);
    private final List<String> events = new ArrayList<>();
    private final List<ActorRef<String>> refs = new ArrayList<>();

    @Test
    void countsItsLives() {
        assertFalse(node.isUp());
        assertEquals("n1-1", node.begin());
        assertThrows(IllegalStateException.class, node::begin);
        node.kill();
        node.kill();
        assertEquals("n1-2", node.begin());
        assertEquals(2, node.incarnationNumber());
    }

    @Test
    void runsNothingOfANodeThatDied() {
        start(N1, ticking());
        world.runFor(Duration.ofMillis(450));
        assertEquals(4, events.size());
        refs.get(0).tell("too late");

        node.kill();
        world.runFor(SECOND);

        assertEquals(4, events.size());
    }

    @Test
    void runsNoPostStopOfANodeThatDied() {
        start(N1, ticking());
        world.runFor(SECOND);
        events.clear();

        node.kill();
        world.runFor(SECOND);

        assertEquals(List.of(), events);
    }

    @Test
    void losesWhatANodeSendsAfterItsDeathWithinOneStep() {
        Behavior<String> suicidal = Behaviors.receive((context, message) -> {
            send("before");
            node.kill();
            send("after");
            context.getSelf().tell("again");
            context.spawn(ticking(), "born-dead").tell("child");
            context.scheduleOnce(TICK, context.getSelf(), "later");
            context.getExecutionContext().execute(() -> send("task"));
            return Behaviors.same();
        });
        start(N1, suicidal);
        world.runFor(SECOND);

        refs.get(0).tell("die");
        world.runFor(SECOND);

        assertEquals(List.of("before"), events);
        assertEquals(List.of(), topActors());
    }

    @Test
    void startsAgainWhereTheOldActorsAreGone() {
        start(N1, ticking());
        world.runFor(SECOND);
        node.kill();
        events.clear();

        start(N1, ticking());
        world.runFor(Duration.ofMillis(250));

        assertEquals(List.of("tick n1-2", "tick n1-2"), events);
        assertEquals(List.of("n1-2"), topActors());
    }

    @Test
    void takesTheActorsOfTheDeadAway() {
        for (int life = 0; life < 200; life++) {
            start(N1, Behaviors.setup(context -> {
                context.spawn(ticking(), "child").tell("unread");
                return ticking();
            }));
            world.runFor(Duration.ofMillis(life));
            node.kill();
        }
        world.runFor(SECOND);

        assertEquals(List.of(), topActors());
    }

    @Test
    void diesBetweenAnyTwoSteps() {
        for (int steps = 0; steps < 60; steps++) {
            start(N1, Behaviors.setup(context -> {
                ActorRef<String> child = context.spawn(ticking(), "child");
                child.tell("hello");
                context.watch(child);
                return ticking();
            }));
            long deathAt = world.steps() + steps;
            world.runUntil(() -> world.steps() >= deathAt, SECOND);
            node.kill();
            events.clear();
            world.runFor(SECOND);
            assertEquals(List.of(), events, "death after " + steps + " steps");
            assertEquals(List.of(), topActors(), "death after " + steps + " steps");
        }
    }

    @Test
    void holdsAPausedNodeAndNoOther() {
        start(N1, ticking());
        start(N2, ticking());
        world.runFor(Duration.ofMillis(50));
        node.pause();
        refs.get(0).tell("held");
        refs.get(1).tell("not held");

        world.runFor(SECOND);

        assertEquals(0, events.stream().filter(event -> event.endsWith("n1-1")).count());
        assertEquals(11, events.stream().filter(event -> event.endsWith("n2-1")).count());
        events.clear();
        node.resume();
        world.runFor(Duration.ofMillis(50));
        assertTrue(events.contains("held n1-1"));
        assertEquals(1, events.stream().filter("tick n1-1"::equals).count());
    }

    @Test
    void diesWhilePaused() {
        start(N1, ticking());
        world.runFor(Duration.ofMillis(50));
        node.pause();
        refs.get(0).tell("held");
        world.runFor(SECOND);

        node.kill();
        world.runFor(SECOND);
        node.resume();
        world.runFor(SECOND);

        assertEquals(List.of(), events);
        assertEquals(List.of(), topActors());
        assertFalse(node.isPaused());
    }

    @Test
    void startsNoActorOfANodeThatDiedFirst() {
        start(N1, ticking());
        node.kill();

        world.runFor(SECOND);

        assertEquals(List.of(), refs);
        assertEquals(List.of(), topActors());
    }

    @Test
    void runsTimersByTheClockOfTheNode() {
        node.clock().drift(500_000);
        start(N1, ticking());
        start(N2, ticking());

        world.runFor(Duration.ofMillis(3_010));

        assertEquals(45, events.stream().filter("tick n1-1"::equals).count());
        assertEquals(30, events.stream().filter("tick n2-1"::equals).count());
        assertEquals(4_515_000_000L, node.clock().nanoTime());
    }

    @Test
    void neverSetsAClockBack() {
        NodeClock clock = node.clock();
        clock.drift(100_000);
        world.runFor(SECOND);
        long before = clock.nanoTime();
        clock.drift(-999_999);
        assertEquals(before, clock.nanoTime());
        clock.jump(5);
        assertEquals(before + 5, clock.nanoTime());
        world.runFor(SECOND);

        assertEquals(before + 5 + 1_000, clock.nanoTime());
        assertThrows(IllegalArgumentException.class, () -> clock.jump(-1));
        assertThrows(IllegalArgumentException.class, () -> clock.drift(-1_000_000));
    }

    private void start(NodeId id, Behavior<String> behavior) {
        system.start(world.node(id), behavior, refs::add);
    }

    private void send(String message) {
        world.network().send(N1, N2, message, events::add);
    }

    /** Notes each message, each tick of a timer, and its own end. */
    private Behavior<String> ticking() {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay("tick", TICK);
            String name = context.getSelf().path().name();
            return Behaviors.receive(String.class)
                    .onMessage(String.class, message -> {
                        events.add(message + " " + name);
                        return Behaviors.same();
                    })
                    .onSignal(PostStop.class, signal -> {
                        events.add("stopped " + name);
                        return Behaviors.same();
                    })
                    .build();
        }));
    }

    private List<String> topActors() {
        List<String> names = new ArrayList<>();
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system.system());
        ActorCell guardian = (ActorCell) ((ActorRefWithCell) classic.guardian()).underlying();
        guardian.getChildren().forEach(child -> names.add(child.path().name()));
        return names;
    }
}
