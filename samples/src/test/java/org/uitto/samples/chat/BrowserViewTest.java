package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.uitto.samples.cluster.SampleSystem;

/** What a browser is told of the messages in a room, by a node that has less of it, more, or another room. */
class BrowserViewTest {
    private static final String SESSION = "session-of-this-test";

    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(
            Behaviors.empty(),
            "view",
            ConfigFactory.parseString("pekko.loglevel=ERROR").withFallback(ConfigFactory.load()));

    private final BrowserView view = new BrowserView();

    @AfterAll
    static void stop() {
        SampleSystem.stop(SYSTEM);
    }

    private static ChatRoom lobby(int messages) {
        RoomState state = RoomState.EMPTY;
        for (int i = 1; i <= messages; i++) {
            state = state.and(new Room.Posted(SESSION, i, i, "Aino", "message " + i));
        }
        Directory.RoomOpened opened = new Directory.RoomOpened("lobby", "Lobby");
        return new ChatRoom(opened, SYSTEM.deadLetters(), state);
    }

    private void looks(ChatRoom room, long after) {
        view.roomIs(room);
        view.looksAt(room, after, SESSION);
    }

    /** What it is told of messages by now: "anew" where the page begins anew, and the numbers. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        for (Optional<ObjectNode> next = view.next(); next.isPresent(); next = view.next()) {
            ObjectNode news = next.get();
            if (news.path("t").asText().equals("messages")) {
                if (news.path("begins").asBoolean()) {
                    told.add("anew");
                }
                told.addAll(news.path("list").findValuesAsText("seq"));
            }
        }
        return told;
    }

    private static List<String> numbers(int from, int to) {
        return Stream.iterate(from, i -> i <= to, i -> i + 1)
                .map(String::valueOf)
                .toList();
    }

    @Test
    void whoHasNothingBeginsWithTheLastBlock() {
        looks(lobby(120), -1);

        List<String> told = told();
        assertEquals("anew", told.get(0));
        assertEquals(numbers(71, 120), told.subList(1, told.size()));
    }

    @Test
    void whoHasSeenLessIsToldTheRest() {
        looks(lobby(120), 100);

        assertEquals(numbers(101, 120), told());
    }

    @Test
    void whoHasSeenMoreKeepsItUntilTheNodeHasCaughtUp() {
        looks(lobby(100), 120);
        assertEquals(List.of(), told());
        assertTrue(view.aheadIn().isPresent());

        view.endsAt("lobby", 122);
        view.roomIs(lobby(119));
        assertEquals(List.of(), told());
        view.roomIs(lobby(122));
        assertEquals(numbers(121, 122), told());
        assertTrue(view.aheadIn().isEmpty());
    }

    @Test
    void whoHasSeenAnotherRoomBeginsAnew() {
        looks(lobby(3), 120);

        view.endsAt("lobby", 3);
        assertEquals(List.of("anew", "1", "2", "3"), told());
        assertTrue(view.aheadIn().isEmpty());
    }

    @Test
    void whoHasSeenAnotherRoomBeginsAnewThoughThisOneIsEmpty() {
        looks(lobby(0), 120);

        view.endsAt("lobby", 0);
        assertEquals(List.of("anew"), told());
    }

    @Test
    void anAnswerThatWasOvertakenChangesNothing() {
        looks(lobby(100), 120);
        view.roomIs(lobby(121));
        assertEquals(numbers(121, 121), told());

        view.endsAt("lobby", 120);
        view.endsAt("other", 0);
        assertEquals(List.of(), told());
    }
}
