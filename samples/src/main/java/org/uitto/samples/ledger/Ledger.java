package org.uitto.samples.ledger;

import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/** Takes bytes that mean nothing to it, and counts: what a command of a given size costs, and nothing else. */
public final class Ledger extends ReplicatedBehavior<Ledger.Command, Ledger.Appended, Ledger.Total> {
    /** The name of the actor on every node. */
    public static final String NAME = "ledger";

    /** What the ledger is told. */
    public sealed interface Command extends KryoSerializable {}

    /** Appends {@code payload}; the answer comes when it is committed. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Append(byte[] payload, ActorRef<Total> replyTo) implements Command {}

    /** Asks how much there is: a linearizable read. */
    public record Count(ActorRef<Total> replyTo) implements Command {}

    /** What is replicated. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Appended(byte[] payload) implements KryoSerializable {}

    /** How much was appended. */
    public record Total(long appends, long bytes) implements KryoSerializable {}

    @Override
    protected Total emptyState() {
        return new Total(0, 0);
    }

    @Override
    protected CommandHandler<Command, Appended, Total> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(
                        Append.class,
                        (state, append) -> Effect()
                                .persist(new Appended(append.payload()))
                                .thenReply(append.replyTo(), after -> after))
                .onCommand(Count.class, (state, count) -> Effect().reply(count.replyTo(), state))
                .build();
    }

    @Override
    protected EventHandler<Total, Appended> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(
                        Appended.class,
                        (state, appended) -> new Total(state.appends() + 1, state.bytes() + appended.payload().length))
                .build();
    }
}
