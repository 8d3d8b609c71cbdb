package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A replicated behavior run by hand, one command after the other on one state, with no group around it: for tests of
 * handlers, and as the sequential meaning of the behavior that a group has to keep up. It runs the handlers as they are;
 * nothing is sent, stored or run that an effect asks for.
 */
public final class Rehearsal<Command, Event, State> {
    private final State emptyState;
    private final CommandHandler<Command, Event, State> commandHandler;
    private final EventHandler<State, Event> eventHandler;

    private Rehearsal(ReplicatedBehavior<Command, Event, State> behavior) {
        this.emptyState = behavior.emptyState();
        this.commandHandler = behavior.commandHandler();
        this.eventHandler = behavior.eventHandler();
    }

    /**
     * What a command came to.
     *
     * @param events what it would have replicated
     * @param state the state after them
     * @param replies what it would have replied once they were committed, in order
     */
    public record Outcome<Event, State>(List<Event> events, State state, List<Reply> replies) {
        /** Copies the lists. */
        public Outcome {
            events = List.copyOf(events);
            replies = List.copyOf(replies);
        }
    }

    /** A reply and whom it is for. */
    public record Reply(ActorRef<Object> replyTo, Object message) {}

    /** A rehearsal of {@code behavior}, which serves nothing else. */
    public static <Command, Event, State> Rehearsal<Command, Event, State> of(
            ReplicatedBehavior<Command, Event, State> behavior) {
        return new Rehearsal<>(behavior);
    }

    /** The state before the first event. */
    public State emptyState() {
        return emptyState;
    }

    /** Handles {@code command} in {@code state}. What the handler throws comes out: the command would be rejected. */
    public Outcome<Event, State> handle(State state, Command command) {
        Effect<Event, State> effect = commandHandler.apply(state, command);
        State after = state;
        for (Event event : effect.events()) {
            after = eventHandler.apply(after, event);
        }
        List<Reply> replies = new ArrayList<>();
        for (Effect.Step<State> step : effect.steps()) {
            if (step instanceof Effect.Reply<State> reply) {
                replies.add(new Reply(reply.replyTo(), reply.message().apply(after)));
            }
        }
        return new Outcome<>(effect.events(), after, replies);
    }

    /** The state after {@code event}. */
    public State apply(State state, Event event) {
        return eventHandler.apply(state, event);
    }
}
