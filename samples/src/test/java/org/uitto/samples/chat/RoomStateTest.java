package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a room keeps, and what it forgets. */
class RoomStateTest {
    private static Room.Posted posted(String session, long number) {
        return new Room.Posted(session, number, number, "Aino", session + " " + number);
    }

    private static RoomState with(int messages) {
        RoomState state = RoomState.EMPTY;
        for (int i = 1; i <= messages; i++) {
            state = state.and(posted("s", i));
        }
        return state;
    }

    @Test
    void numbersMessagesInTheirOneOrder() {
        RoomState state =
                RoomState.EMPTY.and(posted("a", 1)).and(posted("b", 1)).and(posted("a", 2));

        assertEquals(
                List.of("a 1", "b 1", "a 2"),
                state.from(1, 10).stream().map(RoomState.Message::text).toList());
        assertEquals(
                List.of(1L, 2L, 3L),
                state.from(1, 10).stream().map(RoomState.Message::sequence).toList());
        assertEquals(3, state.expected("a"));
        assertEquals(2, state.expected("b"));
        assertEquals(1, state.expected("c"));
    }

    @Test
    void givesAnyRangeThatIsKept() {
        RoomState state = with(200);

        assertEquals(60, state.from(60, 5).get(0).sequence());
        assertEquals(5, state.from(60, 5).size());
        assertEquals(1, state.from(200, 5).size());
        assertEquals(List.of(), state.from(201, 5));
        assertEquals(64, state.before(65, 10).get(9).sequence());
        assertEquals(10, state.before(65, 10).size());
        assertEquals(3, state.before(4, 10).size());
        assertEquals(List.of(), state.before(1, 10));
    }

    @Test
    void keepsABoundedNumberOfMessages() {
        RoomState state = with(10_000);

        int kept = state.from(1, Integer.MAX_VALUE).size();
        assertTrue(kept >= RoomState.MAX_MESSAGES && kept <= RoomState.MAX_MESSAGES + RoomState.BLOCK, "" + kept);
        assertEquals(10_000, state.lastSequence());
        assertEquals(10_000 - kept + 1, state.firstSequence());
    }

    @Test
    void forgetsTheSessionThatPostedLongestAgoAndRemembersThatItDid() {
        RoomState state = RoomState.EMPTY.and(posted("oldest", 1)).and(posted("older", 1));
        state = state.and(posted("oldest", 2));
        for (int i = 0; i < RoomState.MAX_SESSIONS - 1; i++) {
            state = state.and(posted("s" + i, 1));
        }

        assertEquals(RoomState.MAX_SESSIONS, state.sessions().size());
        assertEquals(1, state.expected("older"));
        assertEquals(3, state.expected("oldest"));
        assertEquals(2, state.forgottenUpTo());
    }
}
