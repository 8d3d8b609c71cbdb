package org.uitto.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serialization$;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.StoredEvents;
import scala.collection.Iterator;

/**
 * Turns atomic writes into bytes and back; user data goes through Pekko Serialization. For one thread at a time when
 * encoding; decoding is free of state.
 *
 * <p>Layout: version (1 byte), then per event: flags (1), sequence number less that of the first event (4), timestamp (8),
 * writer's UUID unless it is the one before (text), adapter manifest (text) and sender (text) if there are any, metadata if
 * there is any (object), payload (object). A text is its length in bytes (4) and UTF-8. An object is the id of its
 * serializer (4), its manifest (text), its length (4) and its bytes. Big endian.
 */
final class EventCodec {
    private final ExtendedActorSystem system;
    private final Serialization serialization;
    private ByteBuffer scratch = ByteBuffer.allocate(1 << 10);

    EventCodec(ExtendedActorSystem system) {
        this.system = system;
        this.serialization = SerializationExtension.get(system);
    }

    /** Encodes an atomic write; throws what the serializer of a payload throws. */
    EventWrite encode(AtomicWrite write) {
        return Serialization$.MODULE$.withTransportInformation(system, () -> encodeWithin(write));
    }

    private EventWrite encodeWithin(AtomicWrite write) {
        long first = write.lowestSequenceNr();
        long last = first;
        String writer = null;
        List<byte[]> pieces = new ArrayList<>(2);
        scratch.clear().put(EncodedEvent.VERSION);
        for (Iterator<PersistentRepr> events = write.payload().iterator(); events.hasNext(); ) {
            PersistentRepr event = events.next();
            last = event.sequenceNr();
            putHead(event, Math.toIntExact(last - first), event.writerUuid().equals(writer));
            writer = event.writerUuid();
            byte[] payload = putObjectHead(event.payload());
            pieces.add(takeScratch());
            pieces.add(payload);
        }
        return new EventWrite(write.persistenceId(), first, last, pieces);
    }

    private void putHead(PersistentRepr event, int ordinal, boolean sameWriter) {
        String manifest = event.manifest();
        @Nullable ActorRef sender = event.sender();
        boolean hasMetadata = event.metadata().isDefined();
        int flags = (manifest.isEmpty() ? 0 : EncodedEvent.HAS_MANIFEST)
                | (sender == null ? 0 : EncodedEvent.HAS_SENDER)
                | (hasMetadata ? EncodedEvent.HAS_METADATA : 0)
                | (sameWriter ? EncodedEvent.SAME_WRITER : 0);
        room(1 + Integer.BYTES + Long.BYTES).put((byte) flags).putInt(ordinal).putLong(event.timestamp());
        if (!sameWriter) {
            putText(event.writerUuid());
        }
        if (!manifest.isEmpty()) {
            putText(manifest);
        }
        if (sender != null) {
            putText(Serialization.serializedActorPath(sender));
        }
        if (hasMetadata) {
            byte[] metadata = putObjectHead(event.metadata().get());
            room(metadata.length).put(metadata);
        }
    }

    /** Puts all but the bytes of an object, and returns those. */
    private byte[] putObjectHead(Object object) {
        Serializer serializer = serialization.findSerializerFor(object);
        byte[] bytes = serializer.toBinary(object);
        room(Integer.BYTES).putInt(serializer.identifier());
        putText(Serializers.manifestFor(serializer, object));
        room(Integer.BYTES).putInt(bytes.length);
        return bytes;
    }

    private void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    private ByteBuffer room(int bytes) {
        if (scratch.remaining() < bytes) {
            int capacity = Math.addExact(scratch.position(), Math.max(bytes, scratch.capacity()));
            scratch = ByteBuffer.allocate(capacity).put(scratch.flip());
        }
        return scratch;
    }

    private byte[] takeScratch() {
        byte[] bytes = new byte[scratch.flip().limit()];
        scratch.get(bytes).clear();
        return bytes;
    }

    /**
     * Decodes the events of an atomic write that are wanted; the others are skipped over.
     *
     * @param from the first sequence number that is wanted
     * @param to the last one, inclusive
     * @param max how many are wanted at most
     * @return how many there were
     */
    long decode(
            String persistenceId,
            StoredEvents stored,
            long from,
            long to,
            long max,
            Consumer<PersistentRepr> consumer) {
        long[] count = {0};
        EncodedEvent.readAll(persistenceId, stored.firstSequenceNr(), stored.payload(), event -> {
            if (event.sequenceNr() >= from && event.sequenceNr() <= to && count[0] < max) {
                consumer.accept(decoded(persistenceId, event));
                count[0]++;
            }
        });
        return count[0];
    }

    private PersistentRepr decoded(String persistenceId, EncodedEvent event) {
        PersistentRepr decoded = PersistentRepr.apply(
                        object(event.payload()),
                        event.sequenceNr(),
                        persistenceId,
                        event.adapterManifest(),
                        false,
                        event.sender().isEmpty()
                                ? ActorRef.noSender()
                                : system.provider().resolveActorRef(event.sender()),
                        event.writerUuid())
                .withTimestamp(event.timestamp());
        return event.metadata()
                .map(metadata -> decoded.withMetadata(object(metadata)))
                .orElse(decoded);
    }

    private Object object(EncodedEvent.Content content) {
        return Objects.requireNonNull(serialization
                .deserialize(content.toArray(), content.serializerId(), content.manifest())
                .get());
    }
}
