package org.uitto.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ReplicationException;

/** Asks a register store one thing after the other, by way of a proxy, and records what it saw. */
final class SimulatedClient {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final World world;
    private final ActorSystem<?> system;
    private final String name;
    private final ActorRef<Object> proxy;
    private final History<RegisterModel.Input, String> history;
    private final BooleanSupplier goesOn;
    private final SeededRandom random;
    private final int keyCount;
    private final long maxPauseMillis;
    private int generation;
    private int valueCount;
    private int okCount;

    SimulatedClient(
            World world,
            ActorSystem<?> system,
            String name,
            ActorRef<Object> proxy,
            History<RegisterModel.Input, String> history,
            BooleanSupplier goesOn) {
        this.world = world;
        this.system = system;
        this.name = name;
        this.proxy = proxy;
        this.history = history;
        this.goesOn = goesOn;
        this.random = world.random("client " + name);
        this.keyCount = random.below(12) + 1;
        this.maxPauseMillis = random.between(1, 100);
    }

    /** How many operations came back with a result. */
    int okCount() {
        return okCount;
    }

    /** Asks something; once that has come back, and a moment has passed, the next, for as long as it is to go on. */
    void next() {
        if (!goesOn.getAsBoolean()) {
            return;
        }
        RegisterModel.Input input = drawn();
        History<RegisterModel.Input, String>.Call call = history.call(name + "-" + generation, input);
        AskPattern.<Object, String>ask(
                        proxy, replyTo -> new RegisterStore.Execute(input, replyTo), PATIENCE, system.scheduler())
                .whenCompleteAsync( // Plain whenComplete would run on a thread of the JVM's.
                        (result, failure) -> {
                            ended(call, result, failure);
                            world.after(Duration.ofMillis(random.between(0, maxPauseMillis)), this::next);
                        },
                        system.executionContext());
    }

    private void ended(
            History<RegisterModel.Input, String>.Call call, @Nullable String result, @Nullable Throwable failure) {
        if (result != null) {
            okCount++;
            call.ok(result);
        } else if (failure instanceof ReplicationException known && known.isWithoutEffect()) {
            call.fail();
        } else {
            call.unknown();
            generation++; // One that does not know what became of its last operation can't have another under way.
        }
    }

    private RegisterModel.Input drawn() {
        String key = "k" + random.below(keyCount);
        String value = name + "." + ++valueCount;
        return switch (random.below(4)) {
            case 0 -> new RegisterModel.Put(key, value);
            case 1 -> new RegisterModel.Cas(key, name + "." + random.below(valueCount), value);
            case 2 -> new RegisterModel.Append(key, "+" + value);
            default -> new RegisterModel.Get(key);
        };
    }
}
