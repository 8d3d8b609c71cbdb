package org.uitto.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
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
    private final IntFunction<Workload> workloads;
    private Workload workload;
    private final Map<String, String> lastSeen = new HashMap<>();
    private int generation;
    private int valueCount;
    private int okCount;

    /** @param workloads what it asks for from each time on that it went on under a new name, counted from 0 */
    SimulatedClient(
            World world,
            ActorSystem<?> system,
            String name,
            ActorRef<Object> proxy,
            History<RegisterModel.Input, String> history,
            IntFunction<Workload> workloads,
            BooleanSupplier goesOn) {
        this.world = world;
        this.system = system;
        this.name = name;
        this.proxy = proxy;
        this.history = history;
        this.goesOn = goesOn;
        this.random = world.random("client " + name);
        this.workloads = workloads;
        this.workload = workloads.apply(0);
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
        RegisterModel.Input input =
                workload.drawn(random, name, ++valueCount, key -> lastSeen.getOrDefault(key, RegisterModel.ABSENT));
        History<RegisterModel.Input, String>.Call call = history.call(name + "-" + generation, input);
        AskPattern.<Object, String>ask(
                        proxy, replyTo -> new RegisterStore.Execute(input, replyTo), PATIENCE, system.scheduler())
                .whenCompleteAsync( // Plain whenComplete would run on a thread of the JVM's.
                        (result, failure) -> {
                            ended(call, input, result, failure);
                            world.after(Duration.ofMillis(random.between(0, workload.maxPauseMillis())), this::next);
                        },
                        system.executionContext());
    }

    private void ended(
            History<RegisterModel.Input, String>.Call call,
            RegisterModel.Input input,
            @Nullable String result,
            @Nullable Throwable failure) {
        if (result != null) {
            okCount++;
            remember(input, result);
            call.ok(result);
        } else if (failure instanceof ReplicationException known && known.isWithoutEffect()) {
            call.fail();
        } else {
            call.unknown();
            generation++; // One that does not know what became of its last operation can't have another under way.
            workload = workloads.apply(generation);
        }
    }

    private void remember(RegisterModel.Input input, String result) {
        if (!(input instanceof RegisterModel.Cas cas)) {
            lastSeen.put(input.key(), result);
        } else if (result.equals(RegisterModel.SET)) {
            lastSeen.put(cas.key(), cas.value());
        }
    }
}
