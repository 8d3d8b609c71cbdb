package org.uitto.samples.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one browser is to be told. News are made when there is room for them, from what is so by then: however slow the browser
 * is, nothing piles up but answers, which are bounded by who asks. Not thread-safe.
 */
final class BrowserView {
    /** How many messages of a room travel together. */
    static final int BLOCK = 50;

    /** A browser that has missed more than this begins anew with the last block. */
    private static final int CATCH_UP = 500;

    private final ArrayDeque<ObjectNode> answers = new ArrayDeque<>();
    private final Map<String, ChatRoom> rooms = new LinkedHashMap<>();
    private final Map<String, ObjectNode> leaders = new LinkedHashMap<>();
    private final Map<String, Long> toldUpTo = new LinkedHashMap<>();
    private Optional<ObjectNode> present = Optional.empty();
    private boolean ticked;

    // What it looks at.
    private String session = "";
    private String room = "";
    private long sentUpTo;
    private boolean begins;

    /** A message of this type, to be filled. */
    static ObjectNode message(String type) {
        return JsonNodeFactory.instance.objectNode().put("t", type);
    }

    void answer(ObjectNode answer) {
        answers.add(answer);
    }

    int answers() {
        return answers.size();
    }

    /** From here on what {@code by} has posted is its own, if it looks at {@code in}. */
    void posts(String in, String by) {
        if (in.equals(room)) {
            session = by;
        }
    }

    Optional<ChatRoom> room(String id) {
        return Optional.ofNullable(rooms.get(id));
    }

    void roomIs(ChatRoom changed) {
        rooms.put(changed.id(), changed);
    }

    void leaderIs(String of, Optional<String> leader, long term) {
        leaders.put(
                of,
                message("leader")
                        .put("room", of)
                        .put("leader", leader.orElse(null))
                        .put("term", term));
    }

    void presentAre(String in, List<String> names) {
        if (in.equals(room)) {
            ObjectNode told = message("present").put("room", in);
            names.forEach(told.putArray("names")::add);
            present = Optional.of(told);
        }
    }

    void tick() {
        ticked = true;
    }

    /**
     * The browser looks at {@code next} from now on. If it has seen more of the room than this node, it keeps what it shows until
     * the node has caught up, or {@link #endsAt} tells that it was another room.
     *
     * @param after the last message that it has; less than 0 if it has none
     * @param by the session that it posts there in
     */
    void looksAt(ChatRoom next, long after, String by) {
        room = next.id();
        session = by;
        present = Optional.empty();
        sentUpTo = after;
        begins = false;
        if (after < next.state().firstSequence() - 1 || after < next.state().lastSequence() - CATCH_UP) {
            beginAnew(next);
        }
    }

    private void beginAnew(ChatRoom looked) {
        begins = true;
        sentUpTo = Math.max(0, looked.state().lastSequence() - BLOCK);
    }

    /** The room that is looked at, if the browser has seen more of it than this node has. */
    Optional<ChatRoom> aheadIn() {
        return room(room).filter(looked -> looked.state().lastSequence() < sentUpTo);
    }

    /**
     * The room was at {@code last} after the browser came to look at it. Who has seen more has seen another room, of another
     * cluster at this address.
     */
    void endsAt(String in, long last) {
        if (in.equals(room) && last < sentUpTo) {
            aheadIn().ifPresent(this::beginAnew);
        }
    }

    /** The next message, if there is any. */
    Optional<ObjectNode> next() {
        if (!answers.isEmpty()) {
            return Optional.of(answers.remove());
        }
        return roomsNews()
                .or(this::leaderNews)
                .or(this::messages)
                .or(this::presence)
                .or(this::tickNews);
    }

    /** Titles, and how far each room is: the browser knows by that where something is unread. */
    private Optional<ObjectNode> roomsNews() {
        boolean same = rooms.values().stream()
                .allMatch(known -> Long.valueOf(known.state().lastSequence()).equals(toldUpTo.get(known.id())));
        if (same) {
            return Optional.empty();
        }
        ObjectNode news = message("rooms");
        ArrayNode list = news.putArray("rooms");
        rooms.values().forEach(known -> {
            toldUpTo.put(known.id(), known.state().lastSequence());
            list.addObject()
                    .put("id", known.id())
                    .put("title", known.opened().title())
                    .put("last", known.state().lastSequence());
        });
        return Optional.of(news);
    }

    private Optional<ObjectNode> leaderNews() {
        Iterator<ObjectNode> news = leaders.values().iterator();
        if (!news.hasNext()) {
            return Optional.empty();
        }
        ObjectNode first = news.next();
        news.remove();
        return Optional.of(first);
    }

    private Optional<ObjectNode> messages() {
        ChatRoom looked = rooms.get(room);
        if (looked == null || (looked.state().lastSequence() <= sentUpTo && !begins)) {
            return Optional.empty();
        }
        List<RoomState.Message> block = looked.state().from(sentUpTo + 1, BLOCK);
        ObjectNode news = history(looked, block).put("begins", begins);
        begins = false;
        sentUpTo = block.isEmpty()
                ? looked.state().lastSequence()
                : block.get(block.size() - 1).sequence();
        return Optional.of(news);
    }

    /** Messages of a room, and whether there are older ones. */
    ObjectNode history(ChatRoom of, List<RoomState.Message> block) {
        ObjectNode news = message("messages").put("room", of.id());
        news.put(
                "older",
                !block.isEmpty() && block.get(0).sequence() > of.state().firstSequence());
        ArrayNode list = news.putArray("list");
        block.forEach(message -> list.addObject()
                .put("seq", message.sequence())
                .put("at", message.atMillis())
                .put("who", message.author())
                .put("text", message.text())
                .put("mine", message.session().equals(session) ? message.number() : 0));
        return news;
    }

    private Optional<ObjectNode> presence() {
        Optional<ObjectNode> news = present;
        present = Optional.empty();
        return news;
    }

    private Optional<ObjectNode> tickNews() {
        if (!ticked) {
            return Optional.empty();
        }
        ticked = false;
        return Optional.of(message("tick"));
    }
}
