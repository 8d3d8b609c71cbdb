package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.uitto.Counter;
import org.uitto.Counter.Incremented;
import org.uitto.Counter.State;

class RehearsalTest {
    private final Rehearsal<Counter.Command, Incremented, State> rehearsal = Rehearsal.of(new Counter());
    private final TestInbox<Long> inbox = TestInbox.create();

    @Test
    void saysWhatACommandComesTo() {
        var outcome = rehearsal.handle(new State(3), new Counter.Increment(2, inbox.getRef()));

        assertEquals(List.of(new Incremented(2)), outcome.events());
        assertEquals(new State(5), outcome.state());
        assertEquals(
                List.of(5L),
                outcome.replies().stream().map(Rehearsal.Reply::message).toList());
    }

    @Test
    void sendsNothing() {
        rehearsal.handle(rehearsal.emptyState(), new Counter.GetValue(inbox.getRef()));

        assertTrue(inbox.getAllReceived().isEmpty());
    }

    @Test
    void appliesEvents() {
        assertEquals(new State(4), rehearsal.apply(new State(1), new Incremented(3)));
    }

    @Test
    void throwsWhatAHandlerThrows() {
        assertThrows(
                IllegalArgumentException.class,
                () -> rehearsal.handle(rehearsal.emptyState(), new Counter.Fail(inbox.getRef())));
    }
}
