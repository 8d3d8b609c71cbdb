package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotStorage.Given;

/** Storages of several nodes; their network, their timers and their clock are in the test's hand. */
final class SnapshotNodes implements AutoCloseable {
    static final Configuration GROUP = Configuration.of(List.of(new NodeId("a"), new NodeId("b")));
    static final int PART_BYTES = 10;
    static final int CHUNK_BYTES = 4;

    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    /** Something that a storage did. */
    sealed interface Deed {}

    /** It sent something. */
    record Sent(NodeId to, SnapshotTransfer message) implements Deed {}

    /** It told its owner something. */
    record Told(SnapshotNotice notice) implements Deed {}

    private final ActorTestKit kit;
    private final BlockingDeque<Deed> deeds = new LinkedBlockingDeque<>();
    private final Map<String, ActorRef> storages = new HashMap<>();
    private final AtomicLong clockNanos = new AtomicLong();
    private int started;

    /** @param settings of the snapshot store */
    SnapshotNodes(Config settings) {
        kit = ActorTestKit.create(settings.withFallback(ConfigFactory.parseString(
                        LogStore.JOURNAL_SETTING + " = pekko.persistence.journal.inmem\npekko.loglevel = ERROR"))
                .withFallback(ManualTime.config())
                .withFallback(ConfigFactory.load()));
    }

    /** The name of a test's script, which no other test has. */
    static String scriptOf(TestInfo test) {
        return test.getTestMethod().orElseThrow() + " " + test.getDisplayName();
    }

    /** On the store that {@code script} scripts. */
    static SnapshotNodes scripted(String script) {
        return new SnapshotNodes(ConfigFactory.parseMap(Map.of(
                "scripted.class",
                ScriptedSnapshotStore.class.getName(),
                "scripted.plugin-dispatcher",
                "pekko.actor.default-dispatcher",
                "scripted.script",
                script,
                SnapshotStorage.STORE_SETTING,
                "scripted")));
    }

    void start(String node) {
        started++;
        org.apache.pekko.actor.typed.ActorRef<SnapshotNotice> owner =
                kit.spawn(Behaviors.receiveMessage((SnapshotNotice notice) -> {
                    deeds.add(new Told(notice));
                    return Behaviors.same();
                }));
        Given given = new Given(
                new GroupId("g"),
                new NodeId(node),
                PART_BYTES,
                CHUNK_BYTES,
                (to, message) -> deeds.add(new Sent(to, message)),
                clockNanos::get);
        storages.put(
                node,
                ((ExtendedActorSystem) Adapter.toClassic(kit.system()))
                        .systemActorOf(SnapshotStorage.props(given, owner), "storage-" + started));
    }

    void end(String node) {
        ActorRef storage = storage(node);
        storage.tell(PoisonPill.getInstance(), ActorRef.noSender());
        kit.createTestProbe().expectTerminated(Adapter.toTyped(storage), Duration.ofSeconds(60));
    }

    private ActorRef storage(String node) {
        return Objects.requireNonNull(storages.get(node));
    }

    void tell(String node, Object message) {
        storage(node).tell(message, ActorRef.noSender());
    }

    void deliver(Sent sent) {
        tell(sent.to().value(), sent.message());
    }

    /** Has all who wait for an answer ask again. */
    void timePasses() {
        ManualTime.get(kit.system()).timePasses(ASK_AGAIN);
    }

    /** Delivers so many questions to {@code from}, and their answers. */
    void takeChunks(String from, int count) {
        for (int chunk = 0; chunk < count; chunk++) {
            deliver(next(Sent.class));
            Sent answer = next(Sent.class);
            assertEquals(node(from), ((SnapshotTransfer.Chunk) answer.message()).from());
            deliver(answer);
        }
    }

    /** What a storage did next, which must be of this type, though some answer may have to time out first. */
    <T> T nextInTime(Class<T> type) {
        Deed deed = poll();
        while (deed == null) {
            ManualTime.get(kit.system()).timePasses(Duration.ofSeconds(10));
            deed = poll();
        }
        deeds.addFirst(deed);
        return next(type);
    }

    void clockMoves(Duration by) {
        clockNanos.addAndGet(by.toNanos());
    }

    /** What a storage did next, if that is soon. */
    @Nullable
    Deed poll() {
        return poll(20);
    }

    private @Nullable Deed poll(long millis) {
        try {
            return deeds.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a storage did next, which must be of this type. */
    <T> T next(Class<T> type) {
        Deed deed = await(type);
        Object what = deed instanceof Told told ? told.notice() : deed;
        if (!type.isInstance(what)) {
            throw new AssertionError("expected " + type.getSimpleName() + ", not " + what);
        }
        return type.cast(what);
    }

    private Deed await(Class<?> type) {
        Deed deed = poll(60_000);
        assertNotNull(deed, () -> "nothing came, though a " + type.getSimpleName() + " was expected");
        return deed;
    }

    /** Delivers whatever is sent until a storage tells its owner something. */
    <T extends SnapshotNotice> T run(Class<T> until) {
        while (true) {
            Deed deed = await(until);
            if (deed instanceof Sent sent) {
                deliver(sent);
            } else if (deed instanceof Told told) {
                if (!until.isInstance(told.notice())) {
                    throw new AssertionError("expected " + until.getSimpleName() + ", not " + told);
                }
                return until.cast(told.notice());
            }
        }
    }

    /** Has {@code node} save and use these bytes as its state at {@code index}. */
    StoredSnapshot keep(String node, long index, byte[] bytes) {
        tell(node, new SnapshotStorage.Save(at(index), GROUP, ByteString.fromArray(bytes)));
        StoredSnapshot stored = next(Saved.class).snapshot();
        assertEquals(info(index, bytes), stored.info());
        tell(node, new SnapshotStorage.Use(stored));
        return stored;
    }

    static LogPosition at(long index) {
        return new LogPosition(1, index);
    }

    static SnapshotInfo info(long index, byte[] bytes) {
        return SnapshotInfo.of(at(index), GROUP, bytes);
    }

    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static NodeId node(String id) {
        return new NodeId(id);
    }

    static String slotId(String node, int slot) {
        return "uitto/g/snapshot-" + slot + "/" + node;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
