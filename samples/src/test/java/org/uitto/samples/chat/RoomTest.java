package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.samples.chat.Room.Command;
import org.uitto.samples.chat.Room.Outcome;
import org.uitto.samples.chat.Room.Post;
import org.uitto.samples.chat.Room.Posted;
import org.uitto.samples.chat.Room.Verdict;
import org.uitto.testkit.Faults;
import org.uitto.testkit.Models;
import org.uitto.testkit.ReplicatedTestKit;
import org.uitto.testkit.SequentialModel;
import org.uitto.testkit.TestKitReport;

/** A room of the chat on simulated clusters. */
class RoomTest {
    private static final List<String> SESSIONS = List.of("session-of-alice", "session-of-bobby");
    private static final int HIGHEST_NUMBER = 6;

    /** Browsers post again what they got no answer to, and a browser that has moved on may post ahead of its turn. */
    private static ReplicatedTestKit<Command, Posted, RoomState> room() {
        return ReplicatedTestKit.of("room", () -> new Room(state -> {}))
                .clients(3)
                .commands((random, replyTo) -> post(
                        SESSIONS.get((int) random.between(0, 1)), random.between(1, HIGHEST_NUMBER), replyTo.narrow()))
                .diagramsIn(Path.of("target", "testkit"));
    }

    private static Post post(String session, long number, ActorRef<Outcome> replyTo) {
        return new Post(session, number, 0, "somebody", "message " + number, replyTo);
    }

    /** Each session's messages are taken in their turn, and none twice. */
    private static final class InTurn implements SequentialModel<Map<String, Long>, Command, Object> {
        @Override
        public Map<String, Long> initial() {
            return Map.of();
        }

        @Override
        public Step<Map<String, Long>, Object> apply(Map<String, Long> expected, Command command) {
            Post post = (Post) command;
            long next = expected.getOrDefault(post.session(), 1L);
            if (post.number() > next) {
                return new Step<>(expected, new Outcome(Verdict.OUT_OF_TURN, next));
            } else if (post.number() < next) {
                return new Step<>(expected, new Outcome(Verdict.POSTED, next));
            }
            Map<String, Long> after = new HashMap<>(expected);
            after.put(post.session(), next + 1);
            return new Step<>(Map.copyOf(after), new Outcome(Verdict.POSTED, next + 1));
        }

        @Override
        public boolean isRead(Command command) {
            return false;
        }
    }

    @Test
    void takesEachMessageOnceAndInTurnWhateverGoesWrong() {
        TestKitReport report = room().faults(Faults.random()).seeds(1, 30).check(Models.of(new InTurn()));

        assertTrue(report.answeredCount() > 300, report::toString);
    }

    @Test
    void aMessageThatIsPostedAgainToTheNextLeaderIsThereOnce() {
        String session = SESSIONS.get(0);
        ReplicatedTestKit.of("room", () -> new Room(state -> {}))
                .script(run -> {
                    run.<Outcome>done("alice", replyTo -> post(session, 1, replyTo));
                    NodeId leader = run.leader();
                    run.crash(leader);
                    Outcome again = run.done("alice", replyTo -> post(session, 1, replyTo));
                    Outcome next = run.done("alice", replyTo -> post(session, 2, replyTo));
                    run.restart(leader);

                    assertEquals(new Outcome(Verdict.POSTED, 2), again);
                    assertEquals(new Outcome(Verdict.POSTED, 3), next);
                })
                .seeds(1, 10)
                .check(Models.of(new InTurn()));
    }
}
