package org.uitto.testkit;

import org.apache.pekko.actor.typed.ActorRef;

/** A command that a client has sent, and the ref that hears its reply. */
record Told<Command>(Command command, ActorRef<Object> replyTo) {
    @Override
    public String toString() {
        return Briefly.text(command);
    }
}
