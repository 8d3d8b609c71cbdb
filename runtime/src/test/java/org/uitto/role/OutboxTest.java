package org.uitto.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;

/** What is held back until the disk knows it. */
class OutboxTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final List<Object> left = new ArrayList<>();
    private final Outbox outbox = new Outbox(left::add);

    private static Outbound to(NodeId to, PeerMessage message) {
        return new Outbound(to, message);
    }

    private static Outbound vote(long term) {
        return to(B, new RequestVoteReply(term, A, true));
    }

    private static Outbound matched(NodeId to, long term, long index) {
        return to(to, new AppendEntriesReply(term, A, new Matched(index)));
    }

    private void post(long afterWrite, Outbound... messages) {
        outbox.post(afterWrite, List.of(messages), () -> {});
    }

    @Test
    @DisplayName("A1 A3 nothing leaves before its write is durable")
    void nothingLeavesBeforeItsWriteIsDurable() {
        post(2, vote(4));

        outbox.durable(1);
        assertEquals(List.of(), left);
        outbox.durable(2);
        assertEquals(List.of(vote(4)), left);
        outbox.durable(3);
        assertEquals(List.of(vote(4)), left);
    }

    @Test
    void whatIsDurableAlreadyLeavesAtOnce() {
        outbox.durable(5);

        post(5, vote(4));
        post(0, vote(4));

        assertEquals(List.of(vote(4), vote(4)), left);
    }

    @Test
    void whatWaitsForLessLeavesEarlierThoughPostedLater() {
        post(2, matched(B, 4, 7));
        post(1, vote(4));

        outbox.durable(1);
        assertEquals(List.of(vote(4)), left);
        outbox.durable(2);
        assertEquals(List.of(vote(4), matched(B, 4, 7)), left);
    }

    @Test
    void runsBehindItsMessages() {
        outbox.post(1, List.of(vote(4)), () -> left.add("then"));
        outbox.post(1, List.of(), () -> left.add("and then"));

        outbox.durable(1);

        assertEquals(List.of(vote(4), "then", "and then"), left);
    }

    @Test
    void ofSeveralAcknowledgementsOnlyTheLastLeaves() {
        post(1, matched(B, 4, 1));
        post(2, matched(B, 4, 3));
        post(3, matched(B, 4, 3), matched(B, 4, 9));

        outbox.durable(3);

        assertEquals(List.of(matched(B, 4, 9)), left);
    }

    @Test
    void anAcknowledgementIsReplacedByNothingThatSaysLess() {
        Outbound conflict = to(B, new AppendEntriesReply(4, A, new Conflict(3, LogPosition.ZERO)));
        List<Outbound> all = List.of(
                matched(B, 4, 5),
                matched(B, 4, 4),
                matched(C, 4, 9),
                matched(C, 5, 10),
                conflict,
                matched(B, 5, 11),
                vote(6),
                matched(B, 5, 12));
        all.forEach(message -> post(1, message));

        outbox.durable(1);

        assertEquals(all, left);
    }
}
