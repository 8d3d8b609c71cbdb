package org.uitto.samples.hoard;

import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/** Keeps the bytes that it is given, on numbered shelves. */
public final class Hoard extends ReplicatedBehavior<Hoard.Command, Hoard.Kept, Shelves> {
    /** The name of the actor on every node. */
    public static final String NAME = "hoard";

    /** What the hoard is told. */
    public sealed interface Command extends KryoSerializable {}

    /** Puts {@code bytes} on a shelf, in the place of what is there. The shelf behind the last one is new. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Keep(int shelf, byte[] bytes, ActorRef<Held> replyTo) implements Command {}

    /** What is replicated. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Kept(int shelf, byte[] bytes) implements KryoSerializable {}

    /** How much there is. */
    public record Held(int shelves, long bytes) implements KryoSerializable {}

    @Override
    protected Shelves emptyState() {
        return Shelves.NONE;
    }

    @Override
    protected CommandHandler<Command, Kept, Shelves> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Keep.class, (state, keep) -> {
                    if (keep.shelf() < 0 || keep.shelf() > state.count()) {
                        throw new IllegalArgumentException(
                                "There is no shelf " + keep.shelf() + ": the next new one is " + state.count());
                    }
                    return Effect()
                            .persist(new Kept(keep.shelf(), keep.bytes()))
                            .thenReply(keep.replyTo(), after -> new Held(after.count(), after.byteCount()));
                })
                .build();
    }

    @Override
    protected EventHandler<Shelves, Kept> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Kept.class, (state, kept) -> state.with(kept.shelf(), kept.bytes()))
                .build();
    }
}
