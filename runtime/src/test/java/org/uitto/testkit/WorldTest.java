package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** Time, order and failure in a world. */
class WorldTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = World.ofSeed(7);

    @Test
    void letsTimePassWithoutWaiting() {
        List<Long> at = new ArrayList<>();
        world.after(Duration.ofDays(30), () -> at.add(world.nowNanos()));
        world.after(SECOND, () -> at.add(world.nowNanos()));

        world.runFor(Duration.ofDays(31));

        assertEquals(List.of(SECOND.toNanos(), Duration.ofDays(30).toNanos()), at);
        assertEquals(Duration.ofDays(31).toNanos(), world.nowNanos());
    }

    @Test
    void stopsAsSoonAsTheConditionHolds() {
        List<Integer> done = new ArrayList<>();
        world.after(SECOND, () -> done.add(1));
        world.after(SECOND.multipliedBy(2), () -> done.add(2));

        assertTrue(world.runUntil(() -> !done.isEmpty(), Duration.ofMinutes(1)));
        assertEquals(SECOND.toNanos(), world.nowNanos());
        assertFalse(world.runUntil(() -> done.size() > 2, Duration.ofMinutes(1)));
        assertEquals(List.of(1, 2), done);
    }

    @Test
    void forgetsWhatWasCancelled() {
        List<Integer> done = new ArrayList<>();
        List<Timed> timed = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            timed.add(world.after(SECOND, () -> done.add(number)));
        }
        timed.subList(1, timed.size()).forEach(Timed::cancel);

        world.runFor(SECOND);

        assertEquals(List.of(0), done);
        assertFalse(timed.get(0).cancel());
        assertTrue(timed.get(1).isCancelled());
    }

    @Test
    void failsTheRunOnAnExceptionInATypedActor() {
        SimulationFailure failure = failureOf(Behaviors.receiveMessage(message -> {
            throw new IllegalStateException(message);
        }));

        assertTrue(failure.toString().contains("seed 7"), failure::toString);
        assertTrue(failure.toString().contains("/user/subject"), failure::toString);
        assertEquals(7, failure.seed());
        assertEquals("boom", rootOf(failure).getMessage());
    }

    @Test
    void failsTheRunOnAnAssertionInAChild() {
        SimulationFailure failure = failureOf(Behaviors.setup(context -> {
            ActorRef<String> child = context.spawn(
                    Behaviors.receiveMessage(message -> {
                        throw new AssertionError(message);
                    }),
                    "child");
            return Behaviors.receiveMessage(message -> {
                child.tell(message);
                return Behaviors.same();
            });
        }));

        assertTrue(failure.toString().contains("/user/subject/child"), failure::toString);
    }

    @Test
    void failsTheRunOnAnExceptionInAClassicActor() {
        SimulationFailure failure = failureOf(Behaviors.setup(context -> {
            org.apache.pekko.actor.ActorRef child =
                    Adapter.actorOf(context, Props.create(Classic.class, Classic::new), "child");
            return Behaviors.receiveMessage(message -> {
                child.tell(message, org.apache.pekko.actor.ActorRef.noSender());
                return Behaviors.same();
            });
        }));

        assertEquals("boom", rootOf(failure).getMessage());
    }

    @Test
    void failsTheRunOnAnExceptionAtTheStartOfAnActor() {
        SimulationFailure failure = failureOf(Behaviors.setup(context -> {
            throw new IllegalStateException("no start");
        }));

        assertEquals("no start", rootOf(failure).getMessage());
    }

    @Test
    void failsTheRunOnAnExceptionAtTheStopOfAnActor() {
        SimulationFailure failure = failureOf(Behaviors.receive(String.class)
                .onMessage(String.class, message -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> {
                    throw new IllegalStateException("no stop");
                })
                .build());

        assertEquals("no stop", rootOf(failure).getMessage());
    }

    @Test
    void failsTheRunOnAnExceptionInATaskOfADispatcher() {
        SimulationFailure failure = failureOf(Behaviors.receive((context, message) -> {
            context.getExecutionContext().execute(() -> {
                throw new IllegalStateException(message);
            });
            return Behaviors.same();
        }));

        assertEquals("boom", rootOf(failure).getMessage());
    }

    @Test
    void failsTheRunOnAnErrorThatPekkoCallsFatal() {
        SimulationFailure failure = failureOf(Behaviors.receiveMessage(message -> {
            throw new StackOverflowError(message);
        }));

        assertEquals("boom", rootOf(failure).getMessage());
    }

    @Test
    void letsExpectedExceptionsPass() {
        world.expect(IllegalStateException.class::isInstance);
        tellBoom(Behaviors.receiveMessage(message -> {
            throw new IllegalStateException(message);
        }));

        world.runFor(SECOND);

        assertEquals(SECOND.toNanos(), world.nowNanos());
    }

    @Test
    void staysFailed() {
        world.after(1, () -> world.fail(new AssertionError("first")));
        world.after(2, () -> world.fail(new AssertionError("second")));

        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.runFor(SECOND));

        assertSame(failure, assertThrows(SimulationFailure.class, () -> world.runFor(SECOND)));
        assertEquals("first", rootOf(failure).getMessage());
        assertEquals(1, world.nowNanos());
    }

    @Test
    void showsTheLastOfTheTraceWithAFailure() {
        world.trace().keepLast(2);
        List.of("one", "two", "three").forEach(world.trace()::add);
        world.after(1, () -> world.fail(new AssertionError("wrong")));

        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.runFor(SECOND));

        assertTrue(failure.toString().endsWith("  two" + System.lineSeparator() + "  three"), failure::toString);
    }

    @Test
    void failsTheRunWhenAnotherThreadTouchesTheWorld() throws InterruptedException {
        List<ActorRef<String>> subject = new ArrayList<>();
        SimulatedSystem system = world.boot(SimulationConfig.defaults());
        system.spawn("subject", Behaviors.<String>ignore(), subject::add);
        world.runFor(SECOND);
        Thread stranger = new Thread(() -> tellIgnoringRefusal(subject.get(0)), "stranger");

        stranger.start();
        stranger.join();

        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.runFor(SECOND));
        assertTrue(failure.toString().contains("stranger"), failure::toString);
    }

    @Test
    void seedsTheRandomNumbersOfItsThread() {
        assertTrue(ThreadChance.isSettable());
    }

    @Test
    void runsSeveralSystemsInOneWorld() {
        List<String> received = new ArrayList<>();
        List<ActorRef<String>> receiver = new ArrayList<>();
        Behavior<String> noting = Behaviors.receiveMessage(message -> {
            received.add(message);
            return Behaviors.same();
        });
        world.boot(SimulationConfig.defaults()).spawn("receiver", noting, receiver::add);
        world.runFor(SECOND);
        Behavior<String> sending = Behaviors.setup(context -> {
            receiver.get(0).tell("hello");
            return Behaviors.stopped();
        });
        world.boot(SimulationConfig.defaults()).spawn("sender", sending, ref -> {});
        world.runFor(SECOND);

        assertEquals(List.of("hello"), received);
    }

    private SimulationFailure failureOf(Behavior<String> behavior) {
        tellBoom(behavior);
        return assertThrows(SimulationFailure.class, () -> world.runFor(SECOND));
    }

    private void tellBoom(Behavior<String> behavior) {
        world.boot(SimulationConfig.defaults()).spawn("subject", behavior, ref -> ref.tell("boom"));
    }

    private static void tellIgnoringRefusal(ActorRef<String> ref) {
        try {
            ref.tell("from outside");
        } catch (IllegalStateException e) {
            assertTrue(e.toString().contains("stranger"));
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** A classic actor that fails on every message. */
    private static final class Classic extends AbstractActor {
        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(String.class, message -> {
                        throw new IllegalStateException(message);
                    })
                    .build();
        }
    }
}
