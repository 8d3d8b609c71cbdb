package org.uitto.samples.kv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.Raft;
import org.uitto.ReplicatedActor;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.SampleSystem;

/** What the keyed store answers, on a group of one node. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyedStoreTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Config settings = ConfigFactory.empty();
    private ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "unused");
    private ActorRef<KeyedStore.Command> store = system.deadLetters().unsafeUpcast();

    @BeforeAll
    void start(@TempDir Path folder) {
        SampleSystem.stop(system);
        settings = ConfigFactory.parseString("""
                        uitto {
                          node = a
                          members { a = "127.0.0.1:1" }
                          proxy.give-up-after = 60 s
                          journal { directory = "%s/journal", segment-size = 1 MiB, reserve = 1 MiB }
                          snapshot-store { directory = "%s/snapshots", reserve = 1 MiB }
                          snapshot { after-log-bytes = 1 MiB, retained-log-bytes = 64 KiB }
                        }
                        pekko {
                          actor.provider = remote
                          remote.warn-about-direct-use = off
                          remote.artery { canonical { hostname = "127.0.0.1", port = 1 }, bind.port = 0 }
                          loglevel = WARNING
                        }
                        """.formatted(folder, folder)).withFallback(ConfigFactory.load());
        startStore();
    }

    private void startStore() {
        system = SampleSystem.start(settings, Behaviors.empty());
        store = Raft.get(system).start(ReplicatedActor.of(KeyedStore.NAME, KeyedStore::new));
    }

    @AfterAll
    void stop() {
        SampleSystem.stop(system);
    }

    @BeforeEach
    void empty() {
        keys().forEach(this::delete);
    }

    @Test
    void holdsWhatWasPut() {
        assertEquals(Optional.empty(), get("k"));

        assertEquals(false, put("k", "one"));
        assertEquals(true, put("k", "two"));

        assertEquals(Optional.of("two"), get("k"));
        assertEquals(Optional.empty(), get("K"));
    }

    @Test
    void appendsToWhatIsThere() {
        assertEquals(false, append("k", "a"));
        assertEquals(true, append("k", "b"));

        assertEquals(Optional.of("ab"), get("k"));
    }

    @Test
    void swapsOnlyTheExpectedValue() {
        assertEquals(false, cas("k", "", "one"), "a key without a value has no value to expect");
        put("k", "one");

        assertEquals(false, cas("k", "two", "three"));
        assertEquals(Optional.of("one"), get("k"));
        assertEquals(true, cas("k", "one", "two"));
        assertEquals(Optional.of("two"), get("k"));
    }

    @Test
    void deletesOnce() {
        put("k", "");

        assertEquals(Optional.of(""), get("k"), "an empty value is a value");
        assertEquals(true, delete("k"));
        assertEquals(false, delete("k"));
        assertEquals(Optional.empty(), get("k"));
    }

    @Test
    void listsKeysInOrderPageByPage() {
        List<String> names = IntStream.range(0, 2 * KeyedStore.KEYS_AT_A_TIME + 1)
                .mapToObj("%03d"::formatted)
                .toList();
        names.forEach(name -> put(name, "x"));

        assertEquals(names, keys());
        assertEquals(
                new KeyedStore.Keys(List.of("200"), false),
                this.<KeyedStore.Keys>ask(replyTo -> new KeyedStore.ListKeys("199", replyTo)));
    }

    @Test
    void rejectsWhatIsTooLarge() {
        String longest = "x".repeat(KeyedStore.MAX_VALUE_CHARACTERS);
        put("k".repeat(KeyedStore.MAX_KEY_CHARACTERS), longest);

        assertRejected("A key of 0 characters can't be stored: it must have 1 to 256", () -> put("", "x"));
        assertRejected("A key of 257 characters can't be stored", () -> put("k".repeat(257), "x"));
        assertRejected("The value of key \"k\" would have 32769 characters", () -> put("k", longest + "x"));
        put("k", longest);
        assertRejected("The value of key \"k\" would have 32769 characters", () -> append("k", "x"));
        assertRejected("The value of key \"k\" would have 32769 characters", () -> cas("k", longest, longest + "x"));
        assertEquals(Optional.of(longest), get("k"));
    }

    @Test
    void isThereAgainAfterARestartFromASnapshot() {
        String value = "x".repeat(KeyedStore.MAX_VALUE_CHARACTERS);
        for (int i = 0; i < 64; i++) { // Twice what makes a snapshot due.
            put("k" + i % 4, value);
        }
        append("last", "word");
        List<String> before = keys();

        SampleSystem.stop(system);
        startStore();

        assertEquals(before, keys());
        assertEquals(Optional.of(value), get("k3"));
        assertEquals(Optional.of("word"), get("last"));
    }

    @Test
    void equalEntriesAreEqualBytesWhateverWasBefore() throws NotSerializableException {
        Serialization serialization = SerializationExtension.get(system);
        Entries forwards = Entries.NONE;
        Entries backwards = Entries.NONE.with("gone", "soon");
        for (int i = 0; i < 1000; i++) {
            forwards = forwards.with("k" + i, "v" + i);
            backwards = backwards.with("k" + (999 - i), "v" + (999 - i));
        }
        backwards = backwards.without("gone");

        byte[] bytes = serialization.serialize(forwards).get();

        assertArrayEquals(bytes, serialization.serialize(backwards).get());
        int serializer = serialization.serializerFor(Entries.class).identifier();
        Object read = serialization.deserialize(bytes, serializer, "1020").get();
        assertEquals(forwards, read);
        assertEquals(
                forwards.characterCount(), assertInstanceOf(Entries.class, read).characterCount());
    }

    @Test
    void countsWhatItHolds() {
        Entries entries = Entries.NONE
                .with("ab", "cde")
                .with("ab", "c")
                .with("x", "yz")
                .without("x")
                .without("x");

        assertEquals(3, entries.characterCount());
        assertEquals(1, entries.size());
    }

    private static void assertRejected(String words, Runnable command) {
        CompletionException failure = assertThrows(CompletionException.class, command::run);
        Throwable cause = assertInstanceOf(ReplicationException.Rejected.class, failure.getCause());
        assertTrue(String.valueOf(cause.getMessage()).contains(words), cause::toString);
    }

    private Optional<String> get(String key) {
        return this.<KeyedStore.Found>ask(replyTo -> new KeyedStore.Get(key, replyTo))
                .value();
    }

    private boolean put(String key, String value) {
        return this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Put(key, value, replyTo))
                .existed();
    }

    private boolean append(String key, String suffix) {
        return this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Append(key, suffix, replyTo))
                .existed();
    }

    private boolean cas(String key, String expected, String value) {
        return this.<KeyedStore.Swapped>ask(replyTo -> new KeyedStore.CompareAndSet(key, expected, value, replyTo))
                .swapped();
    }

    private boolean delete(String key) {
        return this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Delete(key, replyTo))
                .existed();
    }

    private List<String> keys() {
        List<String> all = new ArrayList<>();
        KeyedStore.Keys page;
        do {
            String after = all.isEmpty() ? "" : all.get(all.size() - 1);
            page = ask(replyTo -> new KeyedStore.ListKeys(after, replyTo));
            all.addAll(page.keys());
        } while (page.more());
        return all;
    }

    private <R> R ask(Function<ActorRef<R>, KeyedStore.Command> command) {
        return AskPattern.<KeyedStore.Command, R>ask(store, command::apply, PATIENCE, system.scheduler())
                .toCompletableFuture()
                .join();
    }
}
