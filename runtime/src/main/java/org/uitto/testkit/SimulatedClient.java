package org.uitto.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.Consistency;
import org.uitto.replicated.ProxyInput;
import org.uitto.replicated.Read;
import org.uitto.replicated.ReadToken;
import org.uitto.replicated.ReplicationException;

/** Asks a register store one thing after the other, by way of a proxy, and records what it saw. */
final class SimulatedClient {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Of the levels that reads are drawn from, the first of those that stand for a read by lease. */
    private static final int BY_LEASE = 10;

    private final World world;
    private final ActorSystem<?> system;
    private final String name;
    private final ActorRef<Object> proxy;
    private final History<RegisterModel.Input, String> history;
    private final BooleanSupplier goesOn;
    private final SeededRandom random;
    private final SeededRandom levels;
    private final IntFunction<Workload> workloads;
    private Workload workload;
    private final Map<String, String> lastSeen = new HashMap<>();
    /** Key and value, and when this client got to know that it is so no more. */
    private final Map<String, Long> overwritten = new HashMap<>();

    private int generation;
    private int valueCount;
    private int okCount;
    private boolean onlyByLease;

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
        this.levels = world.random("levels of reads of " + name);
        this.workloads = workloads;
        this.workload = workloads.apply(0);
    }

    /** From now on it reads by lease only, and so gets to know of a new leader as late as can be. */
    SimulatedClient readingByLease() {
        onlyByLease = true;
        return this;
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
        int level = input instanceof RegisterModel.Get ? (onlyByLease ? BY_LEASE : levels.below(13)) : 0;
        if (level < 5) {
            ask(input, replyTo -> new RegisterStore.Execute(input, replyTo));
        } else if (level < 8) {
            ask(input, replyTo -> read(Consistency.linearizable(), input, replyTo));
        } else if (level >= BY_LEASE) {
            ask(input, replyTo -> read(Consistency.lease(), input, replyTo));
        } else if (level == 8) {
            readAfterToken((RegisterModel.Get) input);
        } else {
            readStale((RegisterModel.Get) input, Duration.ofMillis(levels.between(0, 1_000)));
        }
    }

    /** Asks for something that is linearizable. */
    private void ask(RegisterModel.Input input, Function<ActorRef<String>, Object> message) {
        History<RegisterModel.Input, String>.Call call = history.call(name + "-" + generation, input);
        this.<String>asked(message, (result, failure) -> {
            ended(call, input, result, failure);
            goOn();
        });
    }

    private static Read read(Consistency consistency, RegisterModel.Input input, ActorRef<String> replyTo) {
        return new Read(consistency, new RegisterStore.Execute(input, replyTo));
    }

    private <T> void asked(Function<ActorRef<T>, Object> message, BiConsumer<@Nullable T, @Nullable Throwable> ended) {
        AskPattern.<Object, T>ask(proxy, message::apply, PATIENCE, system.scheduler())
                .whenCompleteAsync( // Plain whenComplete would run on a thread of the JVM's.
                        ended, system.executionContext());
    }

    private void goOn() {
        world.after(Duration.ofMillis(random.between(0, workload.maxPauseMillis())), this::next);
    }

    /** What this client knows to be overwritten before it got the token must not be read behind it. */
    private void readAfterToken(RegisterModel.Get get) {
        this.<ReadToken>asked(ProxyInput.GetToken::new, (token, failure) -> {
            if (token == null) {
                goOn();
            } else {
                long knownAtNanos = world.nowNanos();
                readNoOlder(get, Consistency.after(token), knownAtNanos);
            }
        });
    }

    /** What this client knew to be overwritten by then must not be read; its clock may be slow, so not to the letter. */
    private void readStale(RegisterModel.Get get, Duration atMost) {
        readNoOlder(get, Consistency.boundedStale(atMost), world.nowNanos() - 3 * atMost.toNanos());
    }

    private void readNoOlder(RegisterModel.Get get, Consistency consistency, long knownAtNanos) {
        this.<String>asked(replyTo -> read(consistency, get, replyTo), (result, failure) -> {
            Long overwrittenAtNanos = result == null ? null : overwritten.get(get.key() + " " + result);
            if (overwrittenAtNanos != null && overwrittenAtNanos < knownAtNanos) {
                world.fail(new AssertionError(name + " read " + result + " of " + get.key() + " by " + consistency
                        + ", which it knew at " + overwrittenAtNanos + " ns to be overwritten"));
            }
            goOn();
        });
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
            remember(input.key(), result);
        } else if (result.equals(RegisterModel.SET)) {
            remember(cas.key(), cas.value());
        }
    }

    /** No value comes back once it is overwritten, but that there is none may. */
    private void remember(String key, String value) {
        String before = lastSeen.put(key, value);
        if (before != null && !before.equals(value) && !before.equals(RegisterModel.ABSENT)) {
            overwritten.put(key + " " + before, world.nowNanos());
        }
    }
}
