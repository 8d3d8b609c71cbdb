package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a command does: events to replicate, and what follows once they, and everything the handler saw, are committed.
 * Immutable; made by {@link EffectFactory}.
 *
 * <p>What follows happens on the leader that handled the command, at most once, in the order given here and in the order of
 * the commands. It does not happen if that leader is lost before the commit is known; the events may be committed even so. The
 * reply to whoever the command says it is for is an exception: it is in the log with the events, so that any later leader can
 * give it.
 */
public final class Effect<Event, State> {
    /** Something to do once the effect is committed. */
    sealed interface Step<State> {}

    record Run<State>(Consumer<State> callback) implements Step<State> {}

    record Reply<State>(ActorRef<Object> replyTo, Function<State, Object> message) implements Step<State> {}

    record Stop<State>() implements Step<State> {}

    private final List<Event> events;
    private final List<Step<State>> steps;

    Effect(List<Event> events, List<Step<State>> steps) {
        this.events = events;
        this.steps = steps;
    }

    List<Event> events() {
        return events;
    }

    List<Step<State>> steps() {
        return steps;
    }

    /** Then runs {@code callback} with the state after this command's events. */
    public Effect<Event, State> thenRun(Consumer<State> callback) {
        return then(new Run<>(callback));
    }

    /** Then runs {@code callback}. */
    public Effect<Event, State> thenRun(Runnable callback) {
        return then(new Run<>(state -> callback.run()));
    }

    /**
     * Then tells {@code replyTo} what {@code message} makes of the state after this command's events.
     *
     * @param message a pure function: it is called once the command is handled, before that is committed, and what it makes goes
     *     with the events into the log; if it can't be serialized, the command is rejected
     */
    public <R> Effect<Event, State> thenReply(ActorRef<? super R> replyTo, Function<State, R> message) {
        return then(new Reply<>(replyTo.unsafeUpcast(), message::apply));
    }

    /** Then nothing: says aloud that no reply is forgotten. */
    public Effect<Event, State> thenNoReply() {
        return this;
    }

    /** Then stops the replica on this node, see {@link EffectFactory#stop()}. */
    public Effect<Event, State> thenStop() {
        return then(new Stop<>());
    }

    private Effect<Event, State> then(Step<State> step) {
        if (steps.isEmpty()) {
            return new Effect<>(events, List.of(step));
        }
        List<Step<State>> more = new ArrayList<>(steps);
        more.add(step);
        return new Effect<>(events, more);
    }
}
