package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.samples.chaos.StoreInput.Verb;
import org.uitto.samples.kv.KeyedStore;
import org.uitto.testkit.Operation;

/** A client of the keyed store: one operation at a time, drawn from a seed, on the keys of its group. Used by one thread. */
final class StoreClient {
    private final ActorSystem<?> system;
    private final ActorRef<KeyedStore.Command> store;
    private final Recorder<StoreInput, StoreAnswer> recorder;
    private final IntSupplier ids;
    private final Duration timeout;
    private final Map<String, String> seen = new HashMap<>();
    private int id;
    private int written;

    /**
     * Sends nothing yet.
     *
     * @param ids gives it a new id, whenever the outcome of its last operation is unknown
     * @param timeout after which an operation has no answer
     */
    StoreClient(ActorSystem<?> system, Recorder<StoreInput, StoreAnswer> recorder, IntSupplier ids, Duration timeout) {
        this.system = system;
        this.store = Raft.get(system).ref(KeyedStore.Command.class, KeyedStore.NAME);
        this.recorder = recorder;
        this.ids = ids;
        this.timeout = timeout;
        this.id = ids.getAsInt();
    }

    /** The id that its next operation bears. */
    int id() {
        return id;
    }

    /** Draws an operation on {@code key}, with values that nobody else writes. */
    StoreInput draw(String key, Random random) {
        int percent = random.nextInt(100);
        String fresh = "c" + id + "-" + ++written;
        if (StoreKeys.isAppendOnly(key)) {
            return percent < 60
                    ? new StoreInput(Verb.APPEND, key, fresh + ";", "")
                    : new StoreInput(Verb.GET, key, "", "");
        } else if (percent < 35) {
            return new StoreInput(Verb.GET, key, "", "");
        } else if (percent < 60) {
            return new StoreInput(Verb.PUT, key, fresh, "");
        } else if (percent < 75) {
            return new StoreInput(Verb.APPEND, key, "+" + fresh, "");
        }
        return percent < 95
                ? new StoreInput(Verb.CAS, key, fresh, seen.getOrDefault(key, "nothing"))
                : new StoreInput(Verb.DELETE, key, "", "");
    }

    /** Carries {@code input} out, once, and waits for how it ends. */
    Operation.Outcome run(StoreInput input) throws InterruptedException {
        Operation<StoreInput, StoreAnswer> operation =
                recorder.record(() -> String.valueOf(id), input, () -> call(input));
        StoreAnswer answer = operation.result();
        if (answer == null) {
            seen.remove(input.key());
        } else if (input.verb() == Verb.GET) {
            answer.value().ifPresent(value -> seen.put(input.key(), value));
        } else if (input.verb() == Verb.PUT || (input.verb() == Verb.CAS && answer.ok())) {
            seen.put(input.key(), input.value());
        }
        if (operation.outcome() == Operation.Outcome.UNKNOWN) {
            id = ids.getAsInt();
        }
        return operation.outcome();
    }

    private StoreAnswer call(StoreInput input) throws InterruptedException, ExecutionException, TimeoutException {
        String key = input.key();
        String value = input.value();
        return switch (input.verb()) {
            case GET ->
                StoreAnswer.found(this.<KeyedStore.Found>ask(replyTo -> new KeyedStore.Get(key, replyTo))
                        .value());
            case PUT -> done(replyTo -> new KeyedStore.Put(key, value, replyTo));
            case APPEND -> done(replyTo -> new KeyedStore.Append(key, value, replyTo));
            case DELETE -> done(replyTo -> new KeyedStore.Delete(key, replyTo));
            case CAS ->
                this.<KeyedStore.Swapped>ask(
                                        replyTo -> new KeyedStore.CompareAndSet(key, input.expected(), value, replyTo))
                                .swapped()
                        ? StoreAnswer.DONE
                        : StoreAnswer.NOT_SWAPPED;
        };
    }

    private StoreAnswer done(Function<ActorRef<KeyedStore.Changed>, KeyedStore.Command> command)
            throws InterruptedException, ExecutionException, TimeoutException {
        ask(command);
        return StoreAnswer.DONE;
    }

    private <R> R ask(Function<ActorRef<R>, KeyedStore.Command> command)
            throws InterruptedException, ExecutionException, TimeoutException {
        return AskPattern.<KeyedStore.Command, R>ask(store, command::apply, timeout, system.scheduler())
                .toCompletableFuture()
                .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
