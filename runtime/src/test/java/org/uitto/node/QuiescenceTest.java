package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private final Quiescence quiescence = new Quiescence(SILENCE);
    private final List<QuiescentGroup> others = new ArrayList<>();

    private static QuiescentGroup group(String name, long term) {
        return new QuiescentGroup(new GroupId(name), new Quiescent(new NodeId("a"), term, 7));
    }

    private void assertWoken(int times) {
        assertEquals(java.util.Collections.nCopies(times, Wake.INSTANCE), raft.getAllReceived());
    }

    @Test
    void tellsEachFollowerOfTheGroupsThatItFollows() {
        quiescence.leads(group("one", 1), List.of(B, C), raft.getRef(), 0);
        quiescence.leads(group("two", 4), List.of(C), raft.getRef(), 0);

        assertEquals(
                Map.of(B, List.of(group("one", 1)), C, List.of(group("one", 1), group("two", 4))), quiescence.toTell());

        quiescence.wakes(new GroupId("one"));
        assertEquals(Map.of(C, List.of(group("two", 4))), quiescence.toTell());
        quiescence.wakes(new GroupId("two"));
        assertTrue(quiescence.isEmpty());
    }

    @Test
    void wakesALeaderOfWhoseFollowersOneDoesNotAnswer() {
        quiescence.leads(group("one", 1), List.of(B, C), raft.getRef(), 1000);
        quiescence.answered(B, List.of(), 1000 + SILENCE);
        quiescence.answered(C, List.of(), 1001);

        quiescence.wakeTheUnheard(1000 + SILENCE);
        assertWoken(0);
        quiescence.wakeTheUnheard(1001 + SILENCE);
        assertWoken(1);
    }

    @Test
    void anAnswerFromBeforeCountsForNothingAndItsLackEither() {
        quiescence.answered(B, List.of(), 10);
        quiescence.leads(group("one", 1), List.of(B), raft.getRef(), 1000);

        quiescence.wakeTheUnheard(1000 + SILENCE - 1);
        assertWoken(0);
        quiescence.wakeTheUnheard(1000 + SILENCE);
        assertWoken(1);
    }

    @Test
    void wakesALeaderWhoseGroupAFollowerDoesNotHave() {
        quiescence.leads(group("one", 1), List.of(B), raft.getRef(), 0);

        quiescence.answered(C, List.of(new GroupId("one")), 1);
        quiescence.answered(B, List.of(new GroupId("other")), 2);
        assertWoken(0);
        quiescence.answered(B, List.of(new GroupId("one")), 3);
        assertWoken(1);
    }

    @Test
    void wakesAFollowerThatIsToldNothing() {
        quiescence.follows(group("one", 1), raft.getRef(), 0);

        quiescence.heard(List.of(group("one", 1)), SILENCE - 1, others::add);
        quiescence.wakeTheUnheard(SILENCE + SILENCE - 2);
        assertWoken(0);
        quiescence.wakeTheUnheard(SILENCE + SILENCE - 1);
        assertWoken(1);
        assertTrue(quiescence.isEmpty());
        assertEquals(List.of(), others);
    }

    @Test
    void handsOnWhatDoesNotRestSoHere() {
        quiescence.follows(group("one", 1), raft.getRef(), 0);

        quiescence.heard(List.of(group("one", 2), group("two", 1)), 50, others::add);

        assertEquals(List.of(group("one", 2), group("two", 1)), others);
        quiescence.wakeTheUnheard(SILENCE);
        assertWoken(1); // The leader of another term is not the one that it waits for.
    }
}
