package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.uitto.core.Quiescent;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.node.HeartbeatHub.QuiescentGroup;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.Wake;

/** One node's quiescent groups: who is told, who is expected, and who is woken. */
class QuiescenceTest {
    private static final Contact B = new Contact("b", 1);
    private static final Contact C = new Contact("c", 1);
    private static final long SILENCE = 100;

    private final TestInbox<RaftInput> raft = TestInbox.create();
    private final Quiescence quiescence = new Quiescence(SILENCE, 1000);

    private static QuiescentGroup group(String name, long term) {
        return new QuiescentGroup(new GroupId(name), new Quiescent(new NodeId("a"), term, 7));
    }

    private void assertWoken(int times) {
        assertEquals(Collections.nCopies(times, Wake.INSTANCE), raft.getAllReceived());
    }

    /** What is told, one line for each message. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        quiescence.tell(new Quiescence.Teller() {
            @Override
            public void list(Contact to, long version, List<QuiescentGroup> groups) {
                told.add(to + " " + version + " "
                        + groups.stream().map(QuiescentGroup::group).toList());
            }

            @Override
            public void still(Contact to, long version) {
                told.add(to + " " + version);
            }
        });
        return told;
    }

    private List<QuiescentGroup> others() {
        List<QuiescentGroup> others = new ArrayList<>();
        quiescence.withOthers(B, others::add);
        return others;
    }

    @Test
    void tellsEachFollowerOfTheGroupsThatItFollows() {
        quiescence.leads(group("one", 1), List.of(B, C), raft.getRef(), 0);
        quiescence.leads(group("two", 4), List.of(C), raft.getRef(), 0);
        assertEquals(List.of("b:1 1001 [one]", "c:1 1003 [one, two]"), told());

        quiescence.wakes(new GroupId("one"));
        assertEquals(List.of("c:1 1005 [two]"), told());
        quiescence.wakes(new GroupId("two"));
        assertEquals(List.of(), told());
        assertTrue(quiescence.isEmpty());
    }

    @Test
    void tellsAListUntilItIsKnownAndThenItsVersion() {
        quiescence.leads(group("one", 1), List.of(B), raft.getRef(), 0);
        assertEquals(List.of("b:1 1001 [one]"), told());
        quiescence.answered(B, 1001, true, List.of(), 1);
        assertEquals(List.of("b:1 1001"), told());

        quiescence.answered(B, 1001, false, List.of(), 2);
        assertEquals(List.of("b:1 1001 [one]"), told(), "it has started anew");
        quiescence.leads(group("two", 1), List.of(B), raft.getRef(), 3);
        quiescence.answered(B, 1001, true, List.of(), 4);
        assertEquals(List.of("b:1 1002 [one, two]"), told(), "the list of old is known, this is not");
    }

    @Test
    void wakesALeaderOfWhoseFollowersOneDoesNotAnswer() {
        quiescence.leads(group("one", 1), List.of(B, C), raft.getRef(), 1000);
        quiescence.answered(B, 1001, true, List.of(), 1000 + SILENCE);
        quiescence.answered(C, 1002, true, List.of(), 1001);

        quiescence.wakeTheUnheard(1000 + SILENCE);
        assertWoken(0);
        quiescence.wakeTheUnheard(1001 + SILENCE);
        assertWoken(1);
    }

    @Test
    void anAnswerFromBeforeCountsForNothingAndItsLackEither() {
        quiescence.answered(B, 1, true, List.of(), 10);
        quiescence.leads(group("one", 1), List.of(B), raft.getRef(), 1000);

        quiescence.wakeTheUnheard(1000 + SILENCE - 1);
        assertWoken(0);
        quiescence.wakeTheUnheard(1000 + SILENCE);
        assertWoken(1);
    }

    @Test
    void wakesALeaderWhoseGroupAFollowerDoesNotHave() {
        quiescence.leads(group("one", 1), List.of(B), raft.getRef(), 0);

        quiescence.answered(C, 1001, true, List.of(new GroupId("one")), 1);
        quiescence.answered(B, 1000, true, List.of(new GroupId("one")), 2);
        assertWoken(0);
        quiescence.answered(B, 1001, true, List.of(new GroupId("one")), 3);
        assertWoken(1);
    }

    @Test
    void wakesAFollowerThatIsToldNothing() {
        assertTrue(quiescence.heardPart(B, 5, 1, List.of(group("one", 1)), 0));
        quiescence.follows(group("one", 1), raft.getRef(), 0);

        assertTrue(quiescence.heardStill(B, 5, SILENCE - 1));
        assertEquals(List.of(), others());
        quiescence.wakeTheUnheard(SILENCE + SILENCE - 2);
        assertWoken(0);
        quiescence.wakeTheUnheard(SILENCE + SILENCE - 1);
        assertWoken(1);
        assertTrue(quiescence.isEmpty());
        assertFalse(quiescence.heardStill(B, 5, SILENCE * 2), "who was silent for so long tells all anew");
    }

    @Test
    void wakesAFollowerThatIsNotOnTheListAnyMore() {
        quiescence.heardPart(B, 5, 2, List.of(group("one", 1), group("two", 1)), 0);
        quiescence.follows(group("one", 1), raft.getRef(), 0);

        quiescence.heardPart(B, 6, 1, List.of(group("two", 1)), 50);
        assertTrue(quiescence.heardStill(B, 6, SILENCE - 1));

        quiescence.wakeTheUnheard(SILENCE - 1);
        assertWoken(0);
        quiescence.wakeTheUnheard(SILENCE);
        assertWoken(1);
    }

    @Test
    void knowsAListOnceAllItsPartsAreHere() {
        assertFalse(quiescence.heardPart(B, 5, 3, List.of(group("one", 1), group("two", 1)), 0));
        assertFalse(quiescence.heardStill(B, 5, 1));
        assertFalse(quiescence.heardPart(B, 5, 3, List.of(group("two", 1)), 2), "one comes twice");
        assertTrue(quiescence.heardPart(B, 5, 3, List.of(group("three", 1)), 3));
        assertTrue(quiescence.heardStill(B, 5, 4));
        assertFalse(quiescence.heardStill(C, 5, 5), "it is another node's list");
    }

    @Test
    void handsOnWhatDoesNotRestSoHere() {
        quiescence.follows(group("one", 1), raft.getRef(), 0);

        quiescence.heardPart(B, 5, 2, List.of(group("one", 2), group("two", 1)), 50);

        assertEquals(List.of(group("one", 2), group("two", 1)), others());
        quiescence.wakeTheUnheard(SILENCE);
        assertWoken(1); // The leader of another term is not the one that it waits for.
    }
}
