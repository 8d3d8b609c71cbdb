package org.uitto.samples.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.Raft;
import org.uitto.ReplicatedActor;
import org.uitto.RoleChanged;
import org.uitto.log.NodeId;
import org.uitto.samples.web.WebSettings;

/**
 * The chat on one node: runs a replica of the directory and of every room in it, and keeps the node's browsers informed. What
 * is in a room comes from this node's replica; what is said goes to the room as a whole.
 */
final class ChatNode extends AbstractBehavior<ChatNode.Input> {
    /** The most browsers at a time. */
    static final int MAX_SOCKETS = 500;

    /** What a node of the chat hears. */
    sealed interface Input {}

    /** The directory has changed. */
    record RoomsChanged(Directory.Rooms rooms) implements Input {}

    /** A room has changed. */
    record RoomChanged(String room, RoomState state) implements Input {}

    /**
     * A browser wants to come in.
     *
     * @param replyTo gets the actor that speaks with it; nothing if there are too many
     */
    record NewSocket(ActorRef<Optional<ActorRef<ChatSocket.Input>>> replyTo) implements Input {}

    /** The person behind {@code socket} is {@code name} and looks at {@code room}. */
    record LooksAt(ActorRef<ChatSocket.Input> socket, String name, String room) implements Input {}

    private record SocketGone(ActorRef<ChatSocket.Input> socket) implements Input {}

    private record LeaderChanged(RoleChanged change) implements Input {}

    private record PresentAre(String room, Optional<Room.Present> present) implements Input {}

    private enum Tick implements Input {
        INSTANCE
    }

    /** Who looks at what by way of one socket. */
    private record Place(String name, String room) {}

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PRESENT_WITHIN = Duration.ofSeconds(3);

    private final WebSettings web;
    private final Raft raft;
    private final ActorRef<Directory.Command> directory;
    private final Map<String, ChatRoom> rooms = new LinkedHashMap<>();
    private final Map<ActorRef<ChatSocket.Input>, Optional<Place>> sockets = new HashMap<>();
    private final Map<String, List<String>> present = new HashMap<>();
    private final Map<String, RoleChanged> leaders = new HashMap<>();

    private ChatNode(ActorContext<Input> context, TimerScheduler<Input> timers, WebSettings web) {
        super(context);
        this.web = web;
        this.raft = Raft.get(context.getSystem());
        ActorRef<RoleChanged> changes = context.messageAdapter(RoleChanged.class, LeaderChanged::new);
        context.getSystem().eventStream().tell(new EventStream.Subscribe<>(RoleChanged.class, changes));
        ActorRef<Input> self = context.getSelf();
        this.directory = raft.start(ReplicatedActor.of(
                Directory.NAME, () -> new Directory(changed -> self.tell(new RoomsChanged(changed)))));
        timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    }

    /** The actor; one a node. */
    static Behavior<Input> create(WebSettings web) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new ChatNode(context, timers, web)));
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessage(RoomsChanged.class, this::onRooms)
                .onMessage(RoomChanged.class, this::onRoom)
                .onMessage(LeaderChanged.class, changed -> onLeader(changed.change()))
                .onMessage(NewSocket.class, this::onNewSocket)
                .onMessage(SocketGone.class, this::onSocketGone)
                .onMessage(LooksAt.class, this::onLooksAt)
                .onMessage(PresentAre.class, this::onPresent)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .build();
    }

    private Behavior<Input> onRooms(RoomsChanged changed) {
        for (Directory.RoomOpened opened : changed.rooms().rooms()) {
            rooms.computeIfAbsent(opened.room(), room -> new ChatRoom(opened, start(opened), RoomState.EMPTY));
        }
        List<ChatRoom> all = List.copyOf(rooms.values());
        sockets.keySet().forEach(socket -> socket.tell(new ChatSocket.RoomsAre(all)));
        return this;
    }

    private ActorRef<Room.Command> start(Directory.RoomOpened opened) {
        ActorRef<Input> self = getContext().getSelf();
        return raft.start(ReplicatedActor.of(
                opened.group(), () -> new Room(state -> self.tell(new RoomChanged(opened.room(), state)))));
    }

    private Behavior<Input> onRoom(RoomChanged changed) {
        ChatRoom room = rooms.get(changed.room());
        if (room != null) {
            ChatRoom now = room.with(changed.state());
            rooms.put(changed.room(), now);
            sockets.keySet().forEach(socket -> socket.tell(new ChatSocket.RoomIs(now)));
        }
        return this;
    }

    private Behavior<Input> onLeader(RoleChanged change) {
        leaders.put(change.group().value(), change);
        rooms.values().stream()
                .filter(room -> room.opened().group().equals(change.group().value()))
                .forEach(room -> sockets.keySet().forEach(socket -> tellLeader(socket, room)));
        return this;
    }

    private void tellLeader(ActorRef<ChatSocket.Input> socket, ChatRoom room) {
        RoleChanged change = leaders.get(room.opened().group());
        if (change != null) {
            Optional<NodeId> leads = change.role() == org.uitto.role.GroupStatus.Role.LEADER
                    ? Optional.of(change.node())
                    : change.leader();
            socket.tell(new ChatSocket.LeaderIs(room.opened().room(), leads.map(NodeId::value), change.term()));
        }
    }

    private Behavior<Input> onNewSocket(NewSocket request) {
        if (sockets.size() >= MAX_SOCKETS) {
            request.replyTo().tell(Optional.empty());
            return this;
        }
        ActorRef<ChatSocket.Input> socket =
                getContext().spawnAnonymous(ChatSocket.create(web, getContext().getSelf(), directory));
        getContext().watchWith(socket, new SocketGone(socket));
        sockets.put(socket, Optional.empty());
        socket.tell(new ChatSocket.RoomsAre(List.copyOf(rooms.values())));
        rooms.values().forEach(room -> tellLeader(socket, room));
        request.replyTo().tell(Optional.of(socket));
        return this;
    }

    private Behavior<Input> onSocketGone(SocketGone gone) {
        sockets.remove(gone.socket());
        return this;
    }

    private Behavior<Input> onLooksAt(LooksAt looks) {
        sockets.computeIfPresent(
                looks.socket(), (socket, before) -> Optional.of(new Place(looks.name(), looks.room())));
        List<String> names = present.get(looks.room());
        if (names != null) {
            looks.socket().tell(new ChatSocket.PresentAre(looks.room(), names));
        }
        ChatRoom room = rooms.get(looks.room());
        if (room != null) {
            report(room);
        }
        return this;
    }

    private Behavior<Input> onTick() {
        sockets.keySet().forEach(socket -> socket.tell(ChatSocket.Tick.INSTANCE));
        rooms.values().stream().filter(room -> isLookedAt(room.id())).forEach(this::report);
        present.keySet().removeIf(room -> !isLookedAt(room));
        return this;
    }

    private boolean isLookedAt(String room) {
        return sockets.values().stream()
                .flatMap(Optional::stream)
                .anyMatch(place -> place.room().equals(room));
    }

    /** Tells the room who is here by way of this node. */
    private void report(ChatRoom room) {
        TreeSet<String> names = new TreeSet<>();
        sockets.values().stream()
                .flatMap(Optional::stream)
                .filter(place -> place.room().equals(room.id()))
                .forEach(place -> names.add(place.name()));
        getContext()
                .ask(
                        Room.Present.class,
                        room.actor(),
                        PRESENT_WITHIN,
                        replyTo -> new Room.Here(web.node(), new ArrayList<>(names), replyTo),
                        (answer, failure) -> new PresentAre(room.id(), Optional.ofNullable(answer)));
    }

    private Behavior<Input> onPresent(PresentAre answer) {
        answer.present()
                .filter(told -> told.settled() || !present.containsKey(answer.room()))
                .ifPresent(told -> {
                    boolean changed = !told.names().equals(present.put(answer.room(), told.names()));
                    if (changed) {
                        sockets.forEach((socket, place) -> place.filter(
                                        at -> at.room().equals(answer.room()))
                                .ifPresent(at -> socket.tell(new ChatSocket.PresentAre(answer.room(), told.names()))));
                    }
                });
        return this;
    }
}
