package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.samples.counter.Counter;
import org.uitto.testkit.Operation;

/** A client of the counter: adds 1, and sometimes looks. Used by one thread. */
final class CounterClient {
    /** What is asked for. */
    enum Input {
        ADD,
        GET
    }

    private static final int GET_PERCENT = 20;

    private final ActorSystem<?> system;
    private final ActorRef<Counter.Command> counter;
    private final Recorder<Input, Long> recorder;
    private final String id;
    private final Duration timeout;

    /** @param timeout after which an operation has no answer */
    CounterClient(ActorSystem<?> system, Recorder<Input, Long> recorder, String id, Duration timeout) {
        this.system = system;
        this.counter = Raft.get(system).ref(Counter.Command.class, Counter.NAME);
        this.recorder = recorder;
        this.id = id;
        this.timeout = timeout;
    }

    static Input draw(Random random) {
        return random.nextInt(100) < GET_PERCENT ? Input.GET : Input.ADD;
    }

    /** Carries {@code input} out, once, and waits for how it ends. */
    Operation<Input, Long> run(Input input) throws InterruptedException {
        return recorder.record(() -> id, input, () -> call(input));
    }

    private Long call(Input input) throws InterruptedException, ExecutionException, TimeoutException {
        return AskPattern.<Counter.Command, Counter.Value>ask(
                        counter,
                        replyTo -> input == Input.GET ? new Counter.Get(replyTo) : new Counter.Add(1, replyTo),
                        timeout,
                        system.scheduler())
                .toCompletableFuture()
                .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS)
                .value();
    }
}
