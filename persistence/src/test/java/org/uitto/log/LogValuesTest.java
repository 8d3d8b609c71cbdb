package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.Started;

/** Terms, votes, positions, names and mutations: what they refuse, and how they compare. */
class LogValuesTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private static EntryBatch batch(long term, long index) {
        return new EntryBatch(new LogPosition(term, index), Payloads.single(EntryKind.NO_OP, new byte[0]));
    }

    @Test
    @DisplayName("A4 only a later term frees the vote")
    void onlyALaterTermFreesTheVote() {
        TermAndVote voted = TermAndVote.INITIAL.atLeast(3).votingFor(A);

        assertSame(voted, voted.atLeast(3));
        assertSame(voted, voted.atLeast(2));
        assertEquals(new TermAndVote(4, Optional.empty()), voted.atLeast(4));
        assertTrue(voted.mayVoteFor(A));
        assertFalse(voted.mayVoteFor(B));
        assertThrows(IllegalStateException.class, () -> voted.votingFor(B));
        assertEquals(voted, voted.votingFor(A));
    }

    @Test
    @DisplayName("A8 positions are ordered by term, then by index")
    void positionsAreOrderedByTermThenIndex() {
        assertTrue(new LogPosition(2, 1).compareTo(new LogPosition(1, 9)) > 0);
        assertTrue(new LogPosition(2, 1).compareTo(new LogPosition(2, 2)) < 0);
        assertEquals(0, new LogPosition(2, 2).compareTo(new LogPosition(2, 2)));
        assertEquals("2/1", new LogPosition(2, 1).toString());
    }

    @Test
    @DisplayName("C16 entries are appended without a gap and without a term that goes back")
    void entriesAreAppendedWithoutAGap() {
        LogPosition prev = new LogPosition(2, 4);

        assertThrows(IllegalArgumentException.class, () -> new EntriesAppended(prev, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new EntriesAppended(prev, List.of(batch(2, 6))));
        assertThrows(IllegalArgumentException.class, () -> new EntriesAppended(prev, List.of(batch(1, 5))));
        assertThrows(
                IllegalArgumentException.class, () -> new EntriesAppended(prev, List.of(batch(3, 5), batch(2, 6))));
        assertEquals(new LogPosition(3, 6), new EntriesAppended(prev, List.of(batch(3, 5), batch(3, 6))).last());
    }

    @Test
    void theFirstStartIsNumberOne() {
        assertThrows(IllegalArgumentException.class, () -> new Started(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new TermAndVote(-1, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", ".a", "a/b", "ä", "a b", "a\n"})
    void namesAreFitForPaths(String name) {
        assertThrows(IllegalArgumentException.class, () -> new NodeId(name));
        assertThrows(IllegalArgumentException.class, () -> new GroupId(name));
    }

    @Test
    void namesHaveALength() {
        assertEquals("x".repeat(64), new NodeId("x".repeat(64)).value());
        assertEquals("x".repeat(100), new GroupId("x".repeat(100)).value());
        assertThrows(IllegalArgumentException.class, () -> new NodeId("x".repeat(65)));
        assertThrows(IllegalArgumentException.class, () -> new GroupId("x".repeat(101)));
    }

    @Test
    void aKindKeepsItsCode() {
        assertEquals(0, EntryKind.NO_OP.code());
        assertEquals(1, EntryKind.EVENTS.code());
        assertSame(EntryKind.NO_OP, EntryKind.of((byte) 0));
        assertEquals(2, EntryKind.CONFIGURATION.code());
        assertSame(EntryKind.EVENTS, EntryKind.of((byte) 1));
        assertSame(EntryKind.CONFIGURATION, EntryKind.of((byte) 2));
        assertEquals(3, EntryKind.SESSION_OPENED.code());
        assertSame(EntryKind.SESSION_OPENED, EntryKind.of((byte) 3));
        assertThrows(IllegalArgumentException.class, () -> EntryKind.of((byte) 4));
    }
}
