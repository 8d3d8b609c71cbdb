package org.uitto.replicated;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Makes effects; a command handler gets it from {@link ReplicatedBehavior#Effect()}. */
public final class EffectFactory<Event, State> {
    private final Effect<Event, State> none = new Effect<>(List.of(), List.of());

    EffectFactory() {}

    /** Replicates {@code event}. */
    public Effect<Event, State> persist(Event event) {
        return new Effect<>(List.of(event), List.of());
    }

    /** Replicates all of {@code events} or, if this leader is lost too early, none; an empty list is {@link #none()}. */
    public Effect<Event, State> persist(List<? extends Event> events) {
        return new Effect<>(List.copyOf(events), List.of());
    }

    /** Changes nothing. What follows still waits until everything that the handler saw is committed. */
    public Effect<Event, State> none() {
        return none;
    }

    /** Changes nothing and says nothing: the command has no meaning in this state. */
    public Effect<Event, State> unhandled() {
        return none;
    }

    /**
     * Changes nothing and replies. The reply is linearizable: it leaves once this node is known to have led the group after
     * the command came in, and everything that the handler saw is committed.
     */
    public <R> Effect<Event, State> reply(ActorRef<? super R> replyTo, R message) {
        return none.thenReply(replyTo, state -> message);
    }

    /** Changes nothing and, on purpose, does not reply. */
    public Effect<Event, State> noReply() {
        return none;
    }

    /**
     * Stops the replica on the node that handles the command, which is the leader's, once everything that the handler saw
     * is committed. Its data stays, and the other nodes of the group go on and elect another leader; {@code Raft.start}
     * brings the replica back.
     */
    public Effect<Event, State> stop() {
        return none.thenStop();
    }
}
