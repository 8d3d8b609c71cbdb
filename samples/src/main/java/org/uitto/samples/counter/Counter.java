package org.uitto.samples.counter;

import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * A number that can be added to, kept by all nodes of a cluster: a first replicated actor to learn from.
 *
 * <p>A node runs its replica, and gets a ref to the actor as a whole, with
 *
 * <pre>{@code
 * ActorRef<Counter.Command> counter = Raft.get(system).start(ReplicatedActor.of("counter", Counter::new));
 * }</pre>
 *
 * <p>and a system that runs no replica gets the same ref with
 *
 * <pre>{@code
 * ActorRef<Counter.Command> counter = Raft.get(system).ref(Counter.Command.class, "counter");
 * }</pre>
 *
 * <p>Commands, events, state and replies travel between processes, so each of their classes is registered under {@code
 * uitto.kryo.registrations} (here in {@code application.conf}), and those that travel by themselves are {@link
 * KryoSerializable}.
 */
public final class Counter extends ReplicatedBehavior<Counter.Command, Counter.Added, Counter.Value> {
    /** The name of the actor on every node. */
    public static final String NAME = "counter";

    /** What the counter is told. Commands are handled by one node, the leader, and are not replicated. */
    public sealed interface Command extends KryoSerializable {}

    /**
     * Adds {@code amount}, which may be negative.
     *
     * @param replyTo hears the value afterwards, once the addition is on the disks of a majority
     */
    public record Add(long amount, ActorRef<Value> replyTo) implements Command {}

    /** Asks for the value. The answer holds every addition that was acknowledged before the question. */
    public record Get(ActorRef<Value> replyTo) implements Command {}

    /** What is replicated: a fact, in the past tense, free of whoever asked for it. */
    public record Added(long amount) implements KryoSerializable {}

    /** The state, an immutable value, and also what the counter answers. */
    public record Value(long value) implements KryoSerializable {
        private boolean canTake(long amount) {
            return amount >= 0 ? value <= Long.MAX_VALUE - amount : value >= Long.MIN_VALUE - amount;
        }
    }

    @Override
    protected Value emptyState() {
        return new Value(0);
    }

    /** What a command does: handlers look at the state and return an effect; they change nothing themselves. */
    @Override
    protected CommandHandler<Command, Added, Value> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Add.class, this::add)
                .onCommand(Get.class, (state, get) -> Effect().reply(get.replyTo(), state))
                .build();
    }

    /**
     * The event is replicated first; the reply leaves when it is committed, and not at all if it is not. A handler that
     * throws rejects the command: whoever asked is told why, and nothing is written.
     */
    private Effect<Added, Value> add(Value state, Add add) {
        if (!state.canTake(add.amount())) {
            throw new IllegalArgumentException(
                    state.value() + " and " + add.amount() + " is more than a long can hold");
        }
        return Effect().persist(new Added(add.amount())).thenReply(add.replyTo(), after -> after);
    }

    /** What an event does. It runs on every node, and must depend on its arguments alone. */
    @Override
    protected EventHandler<Value, Added> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Added.class, (state, added) -> new Value(state.value() + added.amount()))
                .build();
    }
}
