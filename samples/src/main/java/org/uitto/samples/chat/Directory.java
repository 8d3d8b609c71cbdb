package org.uitto.samples.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicaSignal;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.replicated.SignalHandler;

/** Which rooms there are: a replicated actor of its own, which every node follows to run a replica of each room. */
final class Directory extends ReplicatedBehavior<Directory.Command, Directory.RoomOpened, Directory.Rooms> {
    /** The name of the actor on every node. */
    static final String NAME = "chat-rooms";

    /** The most rooms; each is a group with a log of its own. */
    static final int MAX_ROOMS = 50;

    static final int MAX_TITLE_LENGTH = 40;

    /** What the directory is told. */
    sealed interface Command extends KryoSerializable {}

    /**
     * Opens a room, unless there is one of this title.
     *
     * @param title 1 to {@link #MAX_TITLE_LENGTH} characters, without control characters
     */
    record OpenRoom(String title, ActorRef<Opening> replyTo) implements Command {}

    /**
     * What came of {@link OpenRoom}.
     *
     * @param room the room; empty if there are too many
     */
    record Opening(Optional<RoomOpened> room) implements KryoSerializable {}

    /**
     * There is a room.
     *
     * @param room its id, also the end of its group's name
     */
    record RoomOpened(String room, String title) implements KryoSerializable {
        /** The name of the replicated actor that is this room. */
        String group() {
            return "chat-room-" + room;
        }

        private boolean isCalled(String other) {
            return title.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
        }
    }

    /** The state: all rooms, oldest first. */
    record Rooms(List<RoomOpened> rooms) implements KryoSerializable {
        Rooms {
            rooms = List.copyOf(rooms);
        }

        Rooms and(RoomOpened added) {
            List<RoomOpened> all = new ArrayList<>(rooms);
            all.add(added);
            return new Rooms(all);
        }
    }

    private final Consumer<Rooms> follower;

    /** @param follower is told the rooms when they have changed, on the replica's thread */
    Directory(Consumer<Rooms> follower) {
        this.follower = follower;
    }

    @Override
    protected Rooms emptyState() {
        return new Rooms(List.of(new RoomOpened("lobby", "Lobby")));
    }

    @Override
    protected CommandHandler<Command, RoomOpened, Rooms> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(OpenRoom.class, this::open)
                .build();
    }

    private Effect<RoomOpened, Rooms> open(Rooms state, OpenRoom command) {
        ChatText.check("title", command.title(), MAX_TITLE_LENGTH);
        Optional<RoomOpened> same = state.rooms().stream()
                .filter(room -> room.isCalled(command.title()))
                .findFirst();
        if (same.isPresent() || state.rooms().size() >= MAX_ROOMS) {
            return Effect().reply(command.replyTo(), new Opening(same));
        }
        RoomOpened opened = new RoomOpened(String.valueOf(state.rooms().size()), command.title());
        return Effect().persist(opened).thenReply(command.replyTo(), after -> new Opening(Optional.of(opened)));
    }

    @Override
    protected EventHandler<Rooms, RoomOpened> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(RoomOpened.class, Rooms::and)
                .build();
    }

    @Override
    protected SignalHandler<Rooms> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(ReplicaSignal.Applied.class, (state, applied) -> follower.accept(state))
                .build();
    }
}
