package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.uitto.ProtocolEvent.Direction;
import org.uitto.ProtocolEvent.Message;
import org.uitto.ProtocolEvent.VoteGiven;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.Transition;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;
import org.uitto.role.RoleObserver;

/** What a tap makes of what it observes. */
class ProtocolTapTest {
    private static final GroupId GROUP = new GroupId("g");
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private final ProtocolTap tap = new ProtocolTap();
    private final RoleObserver observer = tap.observer(GROUP, A);
    private final List<ProtocolEvent> told = new ArrayList<>();

    private static Follower follower(TermAndVote current) {
        return new Follower(current, 0, Optional.empty());
    }

    private void vote(long term) {
        Follower before = follower(TermAndVote.INITIAL.atLeast(term));
        Follower after = follower(before.current().votingFor(B));
        Transition vote =
                new Transition(after, List.of(), List.of(), List.of(), ElectionTimer.KEEP, List.of(), Optional.empty());
        observer.onTransition(before, vote, new LogWindow());
    }

    @Test
    void tellsWhoGotTheVoteAndOfWhichTerm() {
        tap.add(told::add);

        vote(3);

        assertEquals(List.of(new VoteGiven(GROUP, A, 3, B)), told);
    }

    @Test
    void tellsNothingToListenersThatHaveEnded() {
        Runnable end = tap.add(told::add);
        end.run();

        vote(3);

        assertEquals(List.of(), told);
    }

    @Test
    void aListenerThatThrowsIsToldNothingMoreAndHarmsNobody() {
        List<ProtocolEvent> toldToTheBroken = new ArrayList<>();
        tap.add(event -> {
            toldToTheBroken.add(event);
            throw new IllegalStateException("broken");
        });
        tap.add(told::add);

        vote(3);
        vote(4);

        assertEquals(1, toldToTheBroken.size());
        assertEquals(2, told.size());
    }

    @Test
    void tellsWhatAMessageProvesAndWhetherItSaysNo() {
        tap.add(told::add);
        PeerMessage matched = new AppendEntriesReply(5, A, new Matched(7));
        PeerMessage conflict = new AppendEntriesReply(5, A, new Conflict(9, new LogPosition(4, 6)));

        observer.onSent(B, matched);
        observer.onSent(B, conflict);
        observer.onSent(B, new RequestVoteReply(5, A, false));
        observer.onSent(B, new Heartbeat(5, A, 3, 1, false));

        assertEquals(
                List.of(
                        sent("AppendEntriesReply", 7, false),
                        sent("AppendEntriesReply", 6, true),
                        sent("RequestVoteReply", 0, true),
                        sent("Heartbeat", 3, false)),
                told);
    }

    private static Message sent(String type, long index, boolean refused) {
        return new Message(GROUP, A, Direction.SENT, B, type, 5, 0, index, refused);
    }
}
