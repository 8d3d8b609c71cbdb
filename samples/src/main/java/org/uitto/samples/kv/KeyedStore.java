package org.uitto.samples.kv;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * Texts under keys, kept by all nodes of a cluster: a replicated actor whose state is a large immutable map.
 *
 * <p>Every answer, also to a command that changes nothing, holds all that was acknowledged before the question. What is too
 * large is rejected when it is asked for, so that no event, answer or snapshot ever is.
 */
public final class KeyedStore extends ReplicatedBehavior<KeyedStore.Command, KeyedStore.Event, Entries> {
    /** The name of the actor on every node. */
    public static final String NAME = "kv";

    /** The most characters of a key. */
    public static final int MAX_KEY_CHARACTERS = 256;

    /** The most characters of a value: in three bytes each they fit into an event and an answer. */
    public static final int MAX_VALUE_CHARACTERS = 32 * 1024;

    /** The most characters of all keys and values together: in three bytes each they fit into a snapshot. */
    public static final long MAX_STORE_CHARACTERS = 64L * 1024 * 1024;

    /** How many keys an answer to {@link ListKeys} has at most. */
    static final int KEYS_AT_A_TIME = 100;

    /** What the store is told. */
    public sealed interface Command extends KryoSerializable {}

    /** Asks for the value of {@code key}. */
    public record Get(String key, ActorRef<Found> replyTo) implements Command {}

    /** Makes {@code value} the value of {@code key}. */
    public record Put(String key, String value, ActorRef<Changed> replyTo) implements Command {}

    /** Adds {@code suffix} at the end of the value of {@code key}; of a key without a value it becomes the value. */
    public record Append(String key, String suffix, ActorRef<Changed> replyTo) implements Command {}

    /** Makes {@code value} the value of {@code key} if that is {@code expected} now. */
    public record CompareAndSet(String key, String expected, String value, ActorRef<Swapped> replyTo)
            implements Command {}

    /** Takes {@code key} out, with its value. */
    public record Delete(String key, ActorRef<Changed> replyTo) implements Command {}

    /** Asks for the first keys in order behind {@code after}; behind "" are all. */
    public record ListKeys(String after, ActorRef<Keys> replyTo) implements Command {}

    /** What is replicated. */
    public sealed interface Event extends KryoSerializable {}

    /** The value of {@code key} became {@code value}. */
    public record Stored(String key, String value) implements Event {}

    /** The value of {@code key} grew by {@code suffix}. */
    public record Appended(String key, String suffix) implements Event {}

    /** {@code key} has no value any more. */
    public record Deleted(String key) implements Event {}

    /** The value of a key; empty if it has none. */
    public record Found(Optional<String> value) implements KryoSerializable {}

    /** It is done. {@code existed}: the key had a value before. */
    public record Changed(boolean existed) implements KryoSerializable {}

    /** The answer to {@link CompareAndSet}: whether the value was the expected one, and is now the new one. */
    public record Swapped(boolean swapped) implements KryoSerializable {}

    /** Some keys, in order. {@code more}: there are others behind them. */
    public record Keys(List<String> keys, boolean more) implements KryoSerializable {}

    @Override
    protected Entries emptyState() {
        return Entries.NONE;
    }

    @Override
    protected CommandHandler<Command, Event, Entries> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Get.class, (state, get) -> Effect().reply(get.replyTo(), new Found(state.get(get.key()))))
                .onCommand(Put.class, (state, put) -> {
                    checkFits(state, put.key(), put.value());
                    return change(state, new Stored(put.key(), put.value()), put.key(), put.replyTo());
                })
                .onCommand(Append.class, (state, append) -> {
                    checkFits(state, append.key(), state.get(append.key()).orElse("") + append.suffix());
                    return change(state, new Appended(append.key(), append.suffix()), append.key(), append.replyTo());
                })
                .onCommand(CompareAndSet.class, this::compareAndSet)
                .onCommand(
                        Delete.class,
                        (state, delete) -> state.get(delete.key()).isEmpty()
                                ? Effect().reply(delete.replyTo(), new Changed(false))
                                : change(state, new Deleted(delete.key()), delete.key(), delete.replyTo()))
                .onCommand(ListKeys.class, (state, list) -> Effect().reply(list.replyTo(), keys(state, list.after())))
                .build();
    }

    private Effect<Event, Entries> change(Entries state, Event event, String key, ActorRef<Changed> replyTo) {
        boolean existed = state.get(key).isPresent();
        return Effect().persist(event).thenReply(replyTo, after -> new Changed(existed));
    }

    private Effect<Event, Entries> compareAndSet(Entries state, CompareAndSet cas) {
        checkFits(state, cas.key(), cas.value());
        if (!state.get(cas.key()).equals(Optional.of(cas.expected()))) {
            return Effect().reply(cas.replyTo(), new Swapped(false));
        }
        return Effect()
                .persist(new Stored(cas.key(), cas.value()))
                .thenReply(cas.replyTo(), after -> new Swapped(true));
    }

    private static Keys keys(Entries state, String after) {
        List<String> keys = state.keysAfter(after, KEYS_AT_A_TIME + 1);
        boolean more = keys.size() > KEYS_AT_A_TIME;
        return new Keys(List.copyOf(more ? keys.subList(0, KEYS_AT_A_TIME) : keys), more);
    }

    /** Rejects the command, in words for whoever sent it, if the store can't hold {@code value} under {@code key}. */
    private static void checkFits(Entries state, String key, String value) {
        if (key.isEmpty() || key.length() > MAX_KEY_CHARACTERS) {
            throw new IllegalArgumentException("A key of " + key.length()
                    + " characters can't be stored: it must have 1 to " + MAX_KEY_CHARACTERS);
        } else if (value.length() > MAX_VALUE_CHARACTERS) {
            throw new IllegalArgumentException("The value of key \"" + key + "\" would have " + value.length()
                    + " characters: it may have " + MAX_VALUE_CHARACTERS + " at most");
        } else if (state.characterCount() + state.growth(key, value) > MAX_STORE_CHARACTERS) {
            throw new IllegalArgumentException("The store is full: it holds " + state.characterCount() + " of at most "
                    + MAX_STORE_CHARACTERS + " characters. Delete something first");
        }
    }

    @Override
    protected EventHandler<Entries, Event> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Stored.class, (state, stored) -> state.with(stored.key(), stored.value()))
                .onEvent(
                        Appended.class,
                        (state, appended) -> state.with(
                                appended.key(), state.get(appended.key()).orElse("") + appended.suffix()))
                .onEvent(Deleted.class, (state, deleted) -> state.without(deleted.key()))
                .build();
    }
}
