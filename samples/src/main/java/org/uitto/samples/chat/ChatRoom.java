package org.uitto.samples.chat;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * A room as one node sees it.
 *
 * @param actor the room as a whole
 * @param state what this node's replica has of it
 */
record ChatRoom(Directory.RoomOpened opened, ActorRef<Room.Command> actor, RoomState state) {
    String id() {
        return opened.room();
    }

    ChatRoom with(RoomState next) {
        return new ChatRoom(opened, actor, next);
    }
}
