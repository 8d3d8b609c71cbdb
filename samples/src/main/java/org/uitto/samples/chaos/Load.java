package org.uitto.samples.chaos;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.testkit.Operation;
import org.uitto.testkit.Operation.Outcome;

/** All clients of a run, each in a thread of its own, on a few actor systems that each find the leader for themselves. */
final class Load implements AutoCloseable {
    private static final int SYSTEMS = 3;
    private static final int COUNTER_CLIENTS = 4;
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(8);
    private static final int LAST_READ_TRIES = 10;
    private static final int MEAN_THINK_MILLIS = 50;
    private static final int AFTER_FAILURE_MILLIS = 100;

    private final List<ActorSystem<Void>> systems = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final StoreKeys keys = new StoreKeys();
    private final Recorder<StoreInput, StoreAnswer> store;
    private final Recorder<CounterClient.Input, Long> counter;
    private volatile boolean stopping;

    /**
     * Clients that send nothing yet.
     *
     * @param clientConfig where the cluster is
     * @param startNanos times are counted from here
     */
    Load(Path clientConfig, long startNanos) {
        Config settings = ConfigFactory.parseMap(Map.of("uitto.proxy.give-up-after", GIVE_UP_AFTER), "chaos")
                .withFallback(SampleSystem.load(clientConfig));
        for (int i = 0; i < SYSTEMS; i++) {
            systems.add(SampleSystem.startClient(settings));
        }
        this.store = new Recorder<>(startNanos);
        this.counter = new Recorder<>(startNanos);
    }

    /** The actor system to ask the nodes with how they are. */
    ActorSystem<Void> system() {
        return systems.get(0);
    }

    /** Begins; what is asked for is drawn from {@code seed}. */
    void start(long seed) {
        for (int group = 0; group < StoreKeys.GROUPS; group++) {
            for (int i = 0; i < StoreKeys.CLIENTS_PER_GROUP; i++) {
                int ofGroup = group;
                Random random = new Random(seed + threads.size());
                StoreClient client = new StoreClient(next(), store, ids::incrementAndGet, ANSWER_WITHIN);
                start(random, () -> {
                    String key = keys.next(ofGroup, random.nextInt(StoreKeys.PLACES_PER_GROUP), client.id());
                    return client.run(client.draw(key, random));
                });
            }
        }
        for (int i = 0; i < COUNTER_CLIENTS; i++) {
            Random random = new Random(seed + threads.size());
            CounterClient client = new CounterClient(next(), counter, "counter-" + i, ANSWER_WITHIN);
            start(random, () -> client.run(CounterClient.draw(random)).outcome());
        }
    }

    private ActorSystem<Void> next() {
        return systems.get(threads.size() % systems.size());
    }

    private interface Turn {
        Outcome take() throws InterruptedException;
    }

    private void start(Random random, Turn turn) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!stopping) {
                            boolean ok = turn.take() == Outcome.OK;
                            TimeUnit.MILLISECONDS.sleep(
                                    random.nextInt(2 * MEAN_THINK_MILLIS) + (ok ? 0 : AFTER_FAILURE_MILLIS));
                        }
                    } catch (InterruptedException e) {
                        // Then it is over.
                    }
                },
                "client-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Lets every client end what it is doing. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Reads all keys, as a client like any other; what can't be read after several tries is left out. */
    void readAllKeys() throws InterruptedException {
        StoreClient reader = new StoreClient(system(), store, ids::incrementAndGet, ANSWER_WITHIN);
        for (String key : keys.all()) {
            StoreInput get = new StoreInput(StoreInput.Verb.GET, key, "", "");
            for (int i = 0; i < LAST_READ_TRIES && reader.run(get) != Outcome.OK; i++) {
                TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MILLIS);
            }
        }
    }

    /** Reads the counter; empty if it can't be read after several tries. */
    OptionalLong readCounter() throws InterruptedException {
        CounterClient reader = new CounterClient(system(), counter, "last", ANSWER_WITHIN);
        for (int i = 0; i < LAST_READ_TRIES; i++) {
            Long value = reader.run(CounterClient.Input.GET).result();
            if (value != null) {
                return OptionalLong.of(value);
            }
            TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MILLIS);
        }
        return OptionalLong.empty();
    }

    /** What was done to the keyed store so far. */
    List<Operation<StoreInput, StoreAnswer>> storeOperations() {
        return store.operations();
    }

    /** What was done to the counter so far. */
    List<Operation<CounterClient.Input, Long>> counterOperations() {
        return counter.operations();
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
        systems.forEach(SampleSystem::stop);
    }
}
