package org.uitto.samples.chat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicaSignal;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.SignalHandler;

/**
 * One chat room: its messages in one order for all, each once.
 *
 * <p>Who posts numbers what it posts in a session: 1, 2, 3, ... A message whose number was taken before is not taken again,
 * so whoever got no answer posts it once more, on whichever node. One that is out of turn is refused, so the order stays.
 *
 * <p>Who is here is no part of the state: it is what the nodes have told the leader of late.
 */
final class Room extends ReplicatedBehavior<Room.Command, Room.Posted, RoomState> {
    static final int MAX_TEXT_LENGTH = 2000;
    static final int MAX_NAME_LENGTH = 32;

    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final int MAX_NAMES = 200;

    /** After how long without a word what a node has told counts no more. */
    private static final long HERE_FOR_NANOS = Duration.ofSeconds(4).toNanos();

    /** After how long a new leader has heard of all nodes. */
    private static final long SETTLED_AFTER_NANOS = Duration.ofSeconds(3).toNanos();

    /** What a room is told. */
    sealed interface Command extends KryoSerializable {}

    /**
     * Posts a message.
     *
     * @param session drawn by the browser: 16 to 64 letters, digits, dashes or underscores
     * @param number of the message in its session; the first is 1
     * @param since the last sequence number that the browser knew when it drew the session, which bounds how old the session
     *     can be
     */
    record Post(String session, long number, long since, String author, String text, ActorRef<Outcome> replyTo)
            implements Command {}

    /**
     * A node tells who is here by way of it, and asks who is in all.
     *
     * @param node its id
     */
    record Here(String node, List<String> names, ActorRef<Present> replyTo) implements Command {
        Here {
            names = List.copyOf(names);
        }
    }

    /** Asks how far the room is. */
    record HowFar(ActorRef<EndsAt> replyTo) implements Command {}

    /**
     * How far the room is.
     *
     * @param sequence of its last message; 0 if there was none
     */
    record EndsAt(long sequence) implements KryoSerializable {}

    /** What came of a {@link Post}. */
    enum Verdict {
        /** The message is in the room, since now or since before. */
        POSTED,
        /** The message before it is missing: {@link Outcome#expected} is what should come next. */
        OUT_OF_TURN,
        /** The session is so old that it was forgotten, and nobody can tell what it has posted. Draw another. */
        FORGOTTEN
    }

    /** The answer to a {@link Post}. */
    record Outcome(Verdict verdict, long expected) implements KryoSerializable {}

    /**
     * Who is here.
     *
     * @param settled whether the leader has led for so long that it has heard of all nodes
     */
    record Present(List<String> names, boolean settled) implements KryoSerializable {
        Present {
            names = List.copyOf(names);
        }
    }

    /** A message was posted. */
    record Posted(String session, long number, long atMillis, String author, String text) implements KryoSerializable {}

    /** What a node told, and when. */
    private record Report(List<String> names, long atNanos) {}

    private final Consumer<RoomState> follower;
    private final Map<String, Report> reports = new TreeMap<>();
    private long leadsSinceNanos = System.nanoTime();

    /** @param follower is told the state when it has changed, on the replica's thread */
    Room(Consumer<RoomState> follower) {
        this.follower = follower;
    }

    @Override
    protected RoomState emptyState() {
        return RoomState.EMPTY;
    }

    @Override
    protected CommandHandler<Command, Posted, RoomState> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Post.class, this::post)
                .onCommand(Here.class, this::here)
                .onCommand(
                        HowFar.class, (state, asks) -> Effect().reply(asks.replyTo(), new EndsAt(state.lastSequence())))
                .build();
    }

    private Effect<Posted, RoomState> post(RoomState state, Post post) {
        problem(post.session(), post.number(), post.text()).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        ChatText.check("name", post.author(), MAX_NAME_LENGTH);
        long expected = state.expected(post.session());
        if (expected == 1 && post.since() < state.forgottenUpTo()) {
            return Effect().reply(post.replyTo(), new Outcome(Verdict.FORGOTTEN, 0));
        } else if (post.number() > expected) {
            return Effect().reply(post.replyTo(), new Outcome(Verdict.OUT_OF_TURN, expected));
        } else if (post.number() < expected) {
            return Effect().reply(post.replyTo(), new Outcome(Verdict.POSTED, expected));
        }
        long now = Math.max(System.currentTimeMillis(), state.lastAtMillis()); // Days never go back.
        return Effect()
                .persist(new Posted(post.session(), post.number(), now, post.author(), post.text()))
                .thenReply(post.replyTo(), after -> new Outcome(Verdict.POSTED, expected + 1));
    }

    /** What is wrong with a message, in words for whoever wrote it; empty if nothing is. */
    static Optional<String> problem(String session, long number, String text) {
        if (!SESSION.matcher(session).matches() || number < 1) {
            return Optional.of(
                    "A session is 16 to 64 letters, digits, dashes or underscores, and the first number in it is 1.");
        }
        return ChatText.problem("message", text, MAX_TEXT_LENGTH);
    }

    private Effect<Posted, RoomState> here(RoomState state, Here here) {
        long now = System.nanoTime();
        reports.put(here.node(), new Report(here.names(), now));
        reports.values().removeIf(report -> now - report.atNanos() > HERE_FOR_NANOS);
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        reports.values().forEach(report -> names.addAll(report.names()));
        boolean settled = now - leadsSinceNanos > SETTLED_AFTER_NANOS;
        return Effect()
                .reply(
                        here.replyTo(),
                        new Present(names.stream().limit(MAX_NAMES).toList(), settled));
    }

    @Override
    protected EventHandler<RoomState, Posted> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Posted.class, RoomState::and)
                .build();
    }

    @Override
    protected SignalHandler<RoomState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(ReplicaSignal.Applied.class, (state, applied) -> follower.accept(state))
                .onSignal(ReplicaSignal.LeadershipGained.class, (state, gained) -> {
                    reports.clear();
                    leadsSinceNanos = System.nanoTime();
                })
                .build();
    }
}
