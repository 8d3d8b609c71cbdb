package org.uitto.samples.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.web.WebSettings;

/**
 * Speaks with one browser. What it holds is bounded, whatever the browser does: it takes the next message when the last one is
 * dealt with, tells news when the browser has room for them ({@link BrowserView}), and gives up one that takes nothing.
 */
final class ChatSocket extends AbstractBehavior<ChatSocket.Input> {
    /** What the actor hears. */
    sealed interface Input {}

    /** The connection stands; {@code browser} takes one message at once, and one for each {@link Pulled}. */
    record Connected(ActorRef<Outgoing> browser) implements Input {}

    /** The browser's messages begin. */
    record Opened(ActorRef<Ack> ready) implements Input {}

    /**
     * The browser has said something; the next comes after {@code ready}.
     *
     * @param text empty if it was no text, or too much of it
     */
    record Received(Optional<String> text, ActorRef<Ack> ready) implements Input {}

    /** The browser has taken the last message. */
    enum Pulled implements Input {
        INSTANCE
    }

    /** The connection is gone, or never came. */
    enum Gone implements Input {
        INSTANCE
    }

    /** These rooms are there. */
    record RoomsAre(List<ChatRoom> rooms) implements Input {}

    /** A room has changed. */
    record RoomIs(ChatRoom room) implements Input {}

    /** Who leads a room, as far as this node knows. */
    record LeaderIs(String room, Optional<String> leader, long term) implements Input {}

    /** Who is in a room. */
    record PresentAre(String room, List<String> names) implements Input {}

    /** A second has passed. */
    enum Tick implements Input {
        INSTANCE
    }

    private record Settled(
            Posting posting,
            Room.@Nullable Outcome outcome,
            @Nullable Throwable failure) implements Input {}

    /** Which message of a browser: what an answer to it names. */
    private record Posting(String room, String session, long number) {
        ObjectNode answer(String type) {
            return BrowserView.message(type)
                    .put("room", room)
                    .put("session", session)
                    .put("n", number);
        }
    }

    private record OpeningEnded(
            Directory.@Nullable Opening opening, @Nullable Throwable failure) implements Input {}

    /** @param end empty if there was no answer */
    private record Ends(String room, Optional<Room.EndsAt> end) implements Input {}

    /** Lets the stream from the browser go on. */
    enum Ack {
        INSTANCE
    }

    /** The most bytes of a message from a browser. */
    static final int MAX_FRAME_BYTES = 16 * 1024;

    private static final int MAX_ANSWERS = 32;
    private static final int MAX_UNSETTLED = 16;
    private static final int REFUSAL_BURST = 200;
    private static final int REFUSALS_PER_SECOND = 20;
    private static final int POST_BURST = 20;
    private static final int POSTS_PER_SECOND = 5;
    private static final int OPENINGS_IN_ALL = 5;
    private static final long RETRY_MILLIS = 500;
    private static final Duration COMMAND_WITHIN = Duration.ofSeconds(12);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final long STALLED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebSettings web;
    private final ActorRef<ChatNode.Input> node;
    private final ActorRef<Directory.Command> directory;
    private final TokenBucket posts = new TokenBucket(POST_BURST, POSTS_PER_SECOND, System.nanoTime());
    private final TokenBucket refusals = new TokenBucket(REFUSAL_BURST, REFUSALS_PER_SECOND, System.nanoTime());
    private final BrowserView view = new BrowserView();
    private final ArrayDeque<ActorRef<Ack>> heldBack = new ArrayDeque<>();
    private Optional<ActorRef<Outgoing>> browser = Optional.empty();
    private boolean hasRoom;
    private boolean isEnding;
    private long sinceNanos = System.nanoTime();
    private String name = "";
    private int unsettled;
    private int openings;
    private boolean asksHowFar;

    private ChatSocket(
            ActorContext<Input> context,
            WebSettings web,
            ActorRef<ChatNode.Input> node,
            ActorRef<Directory.Command> directory) {
        super(context);
        this.web = web;
        this.node = node;
        this.directory = directory;
    }

    /** The actor; one a connection. */
    static Behavior<Input> create(
            WebSettings web, ActorRef<ChatNode.Input> node, ActorRef<Directory.Command> directory) {
        return Behaviors.setup(context -> new ChatSocket(context, web, node, directory));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessage(Connected.class, this::onConnected)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(Received.class, this::onReceived)
                .onMessageEquals(Pulled.INSTANCE, this::onPulled)
                .onMessageEquals(Gone.INSTANCE, Behaviors::stopped)
                .onMessage(RoomsAre.class, this::onRooms)
                .onMessage(RoomIs.class, this::onRoom)
                .onMessage(LeaderIs.class, this::onLeader)
                .onMessage(PresentAre.class, this::onPresent)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(OpeningEnded.class, this::onOpeningEnded)
                .onMessage(Ends.class, this::onEnds)
                .build();
    }

    private Behavior<Input> onConnected(Connected connected) {
        browser = Optional.of(connected.browser());
        hasRoom = true;
        return tell();
    }

    private Behavior<Input> onOpened(Opened opened) {
        opened.ready().tell(Ack.INSTANCE);
        return this;
    }

    private Behavior<Input> onPulled() {
        hasRoom = true;
        return tell();
    }

    /** Tells the browser the next thing, if it has room. */
    private Behavior<Input> tell() {
        if (hasRoom && browser.isPresent()) {
            Optional<ObjectNode> next = view.next();
            if (next.isPresent()) {
                say(browser.get(), new Outgoing.Say(next.get().toString()));
            } else if (isEnding) {
                browser.get().tell(new Outgoing.End());
            }
        }
        if (view.answers() < MAX_ANSWERS && !isEnding) {
            heldBack.forEach(ready -> ready.tell(Ack.INSTANCE));
            heldBack.clear();
        }
        return this;
    }

    private void say(ActorRef<Outgoing> to, Outgoing what) {
        hasRoom = false;
        sinceNanos = System.nanoTime();
        to.tell(what);
    }

    private Behavior<Input> onTick() {
        boolean isLate = System.nanoTime() - sinceNanos > STALLED_AFTER_NANOS;
        if (browser.isEmpty()) {
            return System.nanoTime() - sinceNanos > CONNECT_WITHIN.toNanos() ? Behaviors.stopped() : this;
        } else if (!hasRoom && isLate) {
            browser.get()
                    .tell(new Outgoing.Abandon("the browser has taken nothing for "
                            + TimeUnit.NANOSECONDS.toSeconds(STALLED_AFTER_NANOS) + " s"));
            return Behaviors.stopped();
        }
        view.tick();
        askHowFar();
        return tell();
    }

    private Behavior<Input> onRooms(RoomsAre news) {
        news.rooms().forEach(view::roomIs);
        return tell();
    }

    private Behavior<Input> onRoom(RoomIs news) {
        view.roomIs(news.room());
        return tell();
    }

    private Behavior<Input> onLeader(LeaderIs news) {
        view.leaderIs(news.room(), news.leader(), news.term());
        return tell();
    }

    private Behavior<Input> onPresent(PresentAre news) {
        view.presentAre(news.room(), news.names());
        return tell();
    }

    private Behavior<Input> onReceived(Received received) {
        heldBack.add(received.ready());
        if (isEnding) {
            return this;
        } else if (received.text().isEmpty()) {
            return goodbye("too-large", "A message is text of at most " + MAX_FRAME_BYTES + " bytes.");
        }
        try {
            JsonNode request = JSON.readTree(received.text().get());
            return request != null && request.isObject() ? onRequest(request) : malformed();
        } catch (JsonProcessingException e) {
            return malformed();
        }
    }

    private Behavior<Input> malformed() {
        return goodbye("malformed", "A message is a JSON object with a type \"t\" that is known here.");
    }

    /** The last word to a browser that does not keep to what was agreed. */
    private Behavior<Input> goodbye(String code, String reason) {
        view.answer(BrowserView.message("goodbye").put("code", code).put("reason", reason));
        isEnding = true;
        return tell();
    }

    private Behavior<Input> onRequest(JsonNode request) {
        String type = request.path("t").asText();
        if (type.equals("hello")) {
            return onHello(request);
        } else if (name.isEmpty()) {
            return malformed();
        }
        return switch (type) {
            case "look" -> onLook(request);
            case "history" -> onHistory(request);
            case "post" -> onPost(request);
            case "open" -> onOpenRoom(request);
            default -> malformed();
        };
    }

    private Behavior<Input> onHello(JsonNode request) {
        String called = request.path("name").asText().strip();
        Optional<String> problem = ChatText.problem("name", called, Room.MAX_NAME_LENGTH);
        if (problem.isPresent()) {
            view.answer(BrowserView.message("unwelcome").put("reason", problem.get()));
            return tell();
        }
        name = called;
        ObjectNode welcome = BrowserView.message("welcome").put("node", web.node());
        ArrayNode nodes = welcome.putArray("nodes");
        web.addresses().forEach((id, address) -> nodes.addObject().put("id", id).put("url", address.url()));
        welcome.putObject("limits").put("text", Room.MAX_TEXT_LENGTH).put("title", Directory.MAX_TITLE_LENGTH);
        view.answer(welcome);
        return tell();
    }

    private Behavior<Input> onLook(JsonNode request) {
        Optional<ChatRoom> room = view.room(request.path("room").asText());
        if (room.isEmpty()) {
            view.answer(BrowserView.message("no-room")
                    .put("room", request.path("room").asText()));
            return tell();
        }
        view.looksAt(
                room.get(),
                request.path("after").asLong(-1),
                request.path("session").asText());
        node.tell(new ChatNode.LooksAt(getContext().getSelf(), name, room.get().id()));
        askHowFar();
        return tell();
    }

    /** Asks the room as a whole how far it is, if the browser has seen more of it than this node: one of the two is wrong. */
    private void askHowFar() {
        Optional<ChatRoom> ahead = view.aheadIn();
        if (asksHowFar || ahead.isEmpty()) {
            return;
        }
        asksHowFar = true;
        String room = ahead.get().id();
        getContext()
                .ask(
                        Room.EndsAt.class,
                        ahead.get().actor(),
                        COMMAND_WITHIN,
                        Room.HowFar::new,
                        (end, failure) -> new Ends(room, Optional.ofNullable(end)));
    }

    private Behavior<Input> onEnds(Ends ends) {
        asksHowFar = false;
        ends.end().ifPresent(end -> view.endsAt(ends.room(), end.sequence()));
        return tell();
    }

    private Behavior<Input> onHistory(JsonNode request) {
        view.room(request.path("room").asText())
                .ifPresent(room -> view.answer(view.history(
                                room, room.state().before(request.path("before").asLong(), BrowserView.BLOCK))
                        .put("isHistory", true)));
        return tell();
    }

    private Behavior<Input> onPost(JsonNode request) {
        Posting posting = new Posting(
                request.path("room").asText(),
                request.path("session").asText(),
                request.path("n").asLong());
        String text = request.path("text").asText();
        Optional<ChatRoom> room = view.room(posting.room());
        if (room.isEmpty()) {
            return refused(posting, "no-room", "This node does not know the room yet.", true);
        }
        Optional<String> problem = Room.problem(posting.session(), posting.number(), text);
        if (problem.isPresent()) {
            return refused(posting, "invalid", problem.get(), false);
        } else if (unsettled >= MAX_UNSETTLED || !posts.take(System.nanoTime())) {
            if (!refusals.take(System.nanoTime())) {
                return goodbye("flood", "Too many messages, too fast: at most " + POSTS_PER_SECOND + " a second.");
            }
            return refused(
                    posting, "too-fast", "More than " + POSTS_PER_SECOND + " messages a second are held back.", true);
        }
        unsettled++;
        view.posts(posting.room(), posting.session());
        long since = request.path("since").asLong();
        getContext()
                .ask(
                        Room.Outcome.class,
                        room.get().actor(),
                        COMMAND_WITHIN,
                        replyTo -> new Room.Post(posting.session(), posting.number(), since, name, text, replyTo),
                        (outcome, failure) -> new Settled(posting, outcome, failure));
        return tell();
    }

    private Behavior<Input> refused(Posting posting, String code, String reason, boolean again) {
        ObjectNode answer = posting.answer("refused").put("code", code).put("reason", reason);
        view.answer(again ? answer.put("retryMillis", RETRY_MILLIS) : answer);
        return tell();
    }

    private Behavior<Input> onSettled(Settled settled) {
        unsettled--;
        Room.Outcome outcome = settled.outcome();
        if (outcome == null) {
            return onFailed(settled.posting(), settled.failure());
        } else if (outcome.verdict() == Room.Verdict.FORGOTTEN) {
            String reason =
                    "Nobody can tell any more whether this was posted: so long ago was this page's last message.";
            return refused(settled.posting(), "forgotten", reason, false);
        }
        view.answer(
                outcome.verdict() == Room.Verdict.POSTED
                        ? settled.posting().answer("posted")
                        : settled.posting().answer("out-of-turn").put("expected", outcome.expected()));
        return tell();
    }

    /** To post again does no harm, whatever became of it: the number tells. */
    private Behavior<Input> onFailed(Posting posting, @Nullable Throwable failure) {
        if (failure instanceof ReplicationException.Rejected rejected) {
            return refused(posting, "invalid", String.valueOf(rejected.getMessage()), false);
        }
        String code = failure instanceof ReplicationException.Overloaded ? "overloaded" : "no-answer";
        return refused(posting, code, "The room has no leader at the moment.", true);
    }

    private Behavior<Input> onOpenRoom(JsonNode request) {
        String title = request.path("title").asText().strip();
        Optional<String> problem = ++openings > OPENINGS_IN_ALL
                ? Optional.of("That is enough new rooms for now.")
                : ChatText.problem("title", title, Directory.MAX_TITLE_LENGTH);
        if (problem.isPresent()) {
            view.answer(BrowserView.message("not-opened").put("reason", problem.get()));
            return tell();
        }
        getContext()
                .ask(
                        Directory.Opening.class,
                        directory,
                        COMMAND_WITHIN,
                        replyTo -> new Directory.OpenRoom(title, replyTo),
                        OpeningEnded::new);
        return tell();
    }

    private Behavior<Input> onOpeningEnded(OpeningEnded ended) {
        Directory.Opening opening = ended.opening();
        if (opening == null) {
            view.answer(BrowserView.message("not-opened")
                    .put("reason", "The list of rooms has no leader at the moment. Try again."));
        } else if (opening.room().isEmpty()) {
            view.answer(BrowserView.message("not-opened")
                    .put("reason", "There are " + Directory.MAX_ROOMS + " rooms, and no more can be opened."));
        } else {
            Directory.RoomOpened room = opening.room().get();
            view.answer(BrowserView.message("opened").put("room", room.room()).put("title", room.title()));
        }
        return tell();
    }
}
