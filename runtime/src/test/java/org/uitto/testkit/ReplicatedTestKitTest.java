package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.log.NodeId;
import org.uitto.testkit.Tallies.Note;
import org.uitto.testkit.Tallies.Read;
import org.uitto.testkit.Tallies.Sum;

/** The testkit on an actor that is right, and on actors with mistakes that users make. */
class ReplicatedTestKitTest {
    private static ReplicatedTestKit<Tallies.Command, Tallies.Noted, Tallies.Notes> kit(Supplier<Tallies> factory) {
        return ReplicatedTestKit.of("tally", factory)
                .config(Tallies.REGISTRATIONS)
                .clients(3)
                .commands(
                        12,
                        (random, replyTo) -> random.chance(0.7)
                                ? new Note(random.between(1, 1_000), replyTo.narrow())
                                : new Read(replyTo.narrow()))
                .faults(Faults.random());
    }

    private static TestKitFailure failureOf(Supplier<Tallies> factory) {
        return assertThrows(
                TestKitFailure.class, () -> kit(factory).seeds(1, 60).check(Models.sequential()));
    }

    private static void assertSays(TestKitFailure failure, String part) {
        assertTrue(failure.what().contains(part), failure::getMessage);
    }

    @Test
    void findsNothingWrongWithAnActorThatIsRight() {
        TestKitReport report = kit(Tallies::new).seeds(1, 40).check(Models.sequential());

        assertEquals(40, report.seedCount());
        assertTrue(report.answeredCount() > 40 * 12, report::toString);
        assertTrue(report.undecidedCount() <= 10, report::toString);
        assertTrue(report.faults().keySet().size() >= 10, report::toString);
    }

    @Test
    void holdsAnActorAgainstAModelThatIsGiven() {
        kit(Tallies::new).seeds(1, 5).check(Models.of(new Tallies.Model()));
    }

    @Test
    void findsAnEventHandlerThatLooksAtTheClock() {
        TestKitFailure failure = failureOf(Tallies.LooksAtTheClock::new);

        assertSays(failure, "The event handler of LooksAtTheClock is not deterministic: Noted[number=");
    }

    @Test
    void findsAnEventHandlerThatLooksAtAClockThatSeldomTicks() {
        assertSays(failureOf(Tallies.LooksAtACalendar::new), "is not deterministic");
    }

    @Test
    void findsAnEventHandlerThatDrawsLots() {
        assertSays(failureOf(Tallies.DrawsLots::new), "is not deterministic");
    }

    @Test
    void seesReplicasDifferWhenHandlersAreNotExamined() {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> kit(Tallies.LooksAtTheClock::new)
                        .withoutExamination()
                        .seeds(1, 10)
                        .check(Models.sequential()));

        assertSays(failure, "The replicas of tally differ after index");
    }

    @Test
    void findsAnEventHandlerThatChangesTheState() {
        TestKitFailure failure = failureOf(Tallies.AddsInPlace::new);

        assertSays(failure, "The event handler of AddsInPlace changes the state, on Noted[number=");
        assertSays(failure, "it was Notes[numbers=[]] when");
    }

    @Test
    void findsACommandHandlerThatChangesTheState() {
        assertSays(
                failureOf(Tallies.AddsWhileItHandles::new),
                "The command handler of AddsWhileItHandles changes the state, on Note[number=");
    }

    @Test
    void findsAStateThatIsChangedAfterItWasHandedOut() {
        assertSays(
                failureOf(Tallies.KeepsTheStateToChangeIt::new),
                "A state of KeepsTheStateToChangeIt was changed after it had been handed out");
    }

    @Test
    void findsAReplyThatLeavesBeforeTheCommit() {
        TestKitFailure failure = failureOf(Tallies.RepliesAtOnce::new);

        assertSays(failure, "The command handler of RepliesAtOnce replies too early: the reply to Note[number=");
    }

    @Test
    void seesAnAcknowledgedValueGetLostWhenHandlersAreNotExamined() {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> kit(Tallies.RepliesAtOnce::new)
                        .withoutExamination()
                        .seeds(1, 100)
                        .check(Models.of(new Tallies.Model())));

        assertSays(failure, "can't be explained by any order");
    }

    @Test
    void seesThatAFieldIsNotReplicated() {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> kit(Tallies.CountsInAField::new).seeds(1, 100).check(Models.sequential()));

        assertSays(failure, "can't be explained by any order");
    }

    @Test
    void findsACommandThatGetsNoReply() {
        assertSays(failureOf(Tallies.ForgetsToReply::new), "forget to reply?");
    }

    @Test
    void tellsAShortStoryThatIsTheSameWhenItIsRunAgain(@TempDir Path folder) throws Exception {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> kit(Tallies.RepliesAtOnce::new)
                        .diagramsIn(folder)
                        .seeds(1, 1)
                        .check(Models.sequential()));

        assertTrue(
                String.valueOf(failure.getMessage()).contains("came down to 1 client, 1 command, 0 faults"),
                failure::getMessage);
        assertTrue(failure.story().steps().size() < 20, failure::getMessage);
        TestKitFailure again = assertThrows(
                TestKitFailure.class,
                () -> kit(Tallies.RepliesAtOnce::new).replay(failure.token(), Models.sequential()));
        assertEquals(failure.story().text(), again.story().text());
        assertEquals(failure.story().text(), Files.readString(folder.resolve("tally-1.txt")));
        assertTrue(Files.readString(folder.resolve("tally-1.svg")).startsWith("<svg "));
    }

    @Test
    void runsASeedAgainStepByStepTheSame() {
        var kit = kit(Tallies::new);

        assertEquals(
                kit.replay("7", Models.sequential()).text(),
                kit.replay("7", Models.sequential()).text());
    }

    @Test
    void takesAGroupThroughAScript() {
        TestKitReport report = ReplicatedTestKit.of("tally", Tallies::new)
                .config(Tallies.REGISTRATIONS)
                .script(run -> {
                    assertEquals(new Sum(5), run.<Sum>done("alice", replyTo -> new Note(5, replyTo)));
                    NodeId first = run.leader();
                    run.crash(first);
                    assertFalse(run.isUp(first));
                    NodeId second = run.leader();
                    assertEquals(new Sum(8), run.<Sum>done("bob", replyTo -> new Note(3, replyTo)));
                    run.restart(first);
                    run.partition(second);
                    run.runFor(Duration.ofSeconds(3));
                    Sum seen = run.done("carol", replyTo -> new Read(replyTo)); // Alice still believes in the first.
                    assertEquals(new Sum(8), seen);
                })
                .seeds(1, 10)
                .check(Models.sequential());

        assertEquals(30, report.answeredCount());
    }

    @Test
    void saysWhatInAScriptFailed() {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> ReplicatedTestKit.of("tally", Tallies::new)
                        .config(Tallies.REGISTRATIONS)
                        .script(run ->
                                assertEquals(new Sum(6), run.<Sum>done("alice", replyTo -> new Note(5, replyTo))))
                        .seeds(1, 1)
                        .check(Models.sequential()));

        assertSays(failure, "The script failed: expected: <Sum[value=6]> but was: <Sum[value=5]>");
        assertTrue(String.valueOf(failure.getMessage()).contains("alice -> n"), failure::getMessage);
    }

    @Test
    void saysWhichClassOfTheStateIsNotRegistered() {
        TestKitFailure failure = assertThrows(
                TestKitFailure.class,
                () -> ReplicatedTestKit.of("tally", Tallies::new).seeds(1, 1).check(Models.sequential()));

        assertSays(failure, "org.uitto.testkit.Tallies$Notes");
    }

    @Test
    void refusesATokenThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> kit(Tallies::new).replay("seven", Models.sequential()));
        assertThrows(IllegalArgumentException.class, () -> kit(Tallies::new).replay("7:x", Models.sequential()));
    }
}
