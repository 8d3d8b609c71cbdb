package org.uitto.testkit;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * The Pekko Persistence journal of a simulated world, over the {@link SimulatedDisk}s of its nodes. Named in the
 * configuration. What an actor of a dead incarnation still asked for never reaches a disk.
 */
final class SimulatedJournal extends AsyncWriteJournal {
    private final World world;
    private final @Nullable Serialization serialization;

    SimulatedJournal(Config config) {
        this.world = WorldSetup.worldOf(context().system().settings());
        this.serialization = config.getBoolean("test-serialization")
                ? SerializationExtension.get(context().system())
                : null;
    }

    /** An event as bytes, in the place of its payload. */
    private record SerializedEvent(int serializerId, String manifest, ByteString bytes) {}

    @Override
    public void aroundReceive(PartialFunction<Object, BoxedUnit> receive, Object message) {
        ActorRef asking = askingActor(message);
        if (asking == null || !world.isGhost(asking.path())) {
            super.aroundReceive(receive, message);
        }
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<Runnable> effects = new ArrayList<>();
        List<Optional<Exception>> rejections = new ArrayList<>();
        SimulatedDisk disk = null;
        for (AtomicWrite message : messages) {
            SimulatedDisk holding = world.disks().holding(message.persistenceId());
            disk = holding;
            try {
                List<PersistentRepr> events = new ArrayList<>();
                for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
                    events.add(toStored(event));
                }
                effects.add(() -> holding.events(message.persistenceId()).append(events));
                rejections.add(Optional.empty());
            } catch (RuntimeException e) {
                world.fail(e);
                rejections.add(Optional.of(e));
            }
        }
        if (disk == null || effects.isEmpty()) {
            return Future.successful(rejections);
        }
        DiskRequest<Iterable<Optional<Exception>>> request = DiskRequest.toWrite(effects, () -> rejections);
        disk.submit(request);
        return request.future();
    }

    @Override
    public Future<@Nullable Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        SimulatedDisk disk = world.disks().holding(persistenceId);
        DiskRequest<@Nullable Void> request =
                DiskRequest.toWrite(List.of(() -> disk.events(persistenceId).deleteTo(toSequenceNr)), () -> null);
        disk.submit(request);
        return request.future();
    }

    @Override
    public Future<@Nullable Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        SimulatedDisk disk = world.disks().holding(persistenceId);
        DiskRequest<@Nullable Void> request = DiskRequest.toRead(() -> {
            disk.readable(persistenceId).range(fromSequenceNr, toSequenceNr).stream()
                    .limit(max)
                    .forEach(event -> replayCallback.accept(fromStored(event)));
            return null;
        });
        disk.submit(request);
        return request.future();
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        SimulatedDisk disk = world.disks().holding(persistenceId);
        DiskRequest<Long> request =
                DiskRequest.toRead(() -> disk.readable(persistenceId).highestSequenceNr());
        disk.submit(request);
        return request.future();
    }

    private static @Nullable ActorRef askingActor(Object message) {
        if (message instanceof JournalProtocol.WriteMessages write) {
            return write.persistentActor();
        } else if (message instanceof JournalProtocol.DeleteMessagesTo delete) {
            return delete.persistentActor();
        } else if (message instanceof JournalProtocol.ReplayMessages replay) {
            return replay.persistentActor();
        }
        return null;
    }

    private PersistentRepr toStored(PersistentRepr event) {
        Serialization bytes = serialization;
        if (bytes == null) {
            return event;
        }
        Object payload = event.payload();
        var serializer = bytes.findSerializerFor(payload);
        return event.withPayload(new SerializedEvent(
                serializer.identifier(),
                Serializers.manifestFor(serializer, payload),
                ByteString.fromArrayUnsafe(serializer.toBinary(payload))));
    }

    private PersistentRepr fromStored(PersistentRepr event) {
        Serialization bytes = serialization;
        if (bytes != null && event.payload() instanceof SerializedEvent stored) {
            return event.withPayload(
                    bytes.deserialize(stored.bytes().toArrayUnsafe(), stored.serializerId(), stored.manifest())
                            .get());
        }
        return event;
    }
}
