package org.uitto;

import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/** The smallest replicated actor: what the tests of this module run. */
public final class Counter extends ReplicatedBehavior<Counter.Command, Counter.Incremented, Counter.State> {
    public sealed interface Command extends KryoSerializable {}

    public record Increment(long by, ActorRef<Long> replyTo) implements Command {}

    public record GetValue(ActorRef<Long> replyTo) implements Command {}

    /** Rejected by its handler. */
    public record Fail(ActorRef<Long> replyTo) implements Command {}

    public record Incremented(long by) implements KryoSerializable {}

    public record State(long value) implements KryoSerializable {}

    @Override
    protected State emptyState() {
        return new State(0);
    }

    @Override
    protected CommandHandler<Command, Incremented, State> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(
                        Increment.class,
                        (state, command) -> Effect()
                                .persist(new Incremented(command.by()))
                                .thenReply(command.replyTo(), State::value))
                .onCommand(GetValue.class, (state, command) -> Effect().reply(command.replyTo(), state.value()))
                .onCommand(Fail.class, (state, command) -> {
                    throw new IllegalArgumentException("as asked");
                })
                .build();
    }

    @Override
    protected EventHandler<State, Incremented> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Incremented.class, (state, event) -> new State(state.value() + event.by()))
                .build();
    }
}
