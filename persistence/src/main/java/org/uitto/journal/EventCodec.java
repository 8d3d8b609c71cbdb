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
    private static final byte VERSION = 1;
    private static final int HAS_MANIFEST = 1;
    private static final int HAS_SENDER = 2;
    private static final int HAS_METADATA = 4;
    private static final int SAME_WRITER = 8;

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
        scratch.clear().put(VERSION);
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
        int flags = (manifest.isEmpty() ? 0 : HAS_MANIFEST)
                | (sender == null ? 0 : HAS_SENDER)
                | (hasMetadata ? HAS_METADATA : 0)
                | (sameWriter ? SAME_WRITER : 0);
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
        ByteBuffer bytes = stored.payload();
        byte version = bytes.get();
        if (version != VERSION) {
            throw new IllegalStateException(
                    "Event " + stored.firstSequenceNr() + " of persistence id \"" + persistenceId
                            + "\" is in format " + version + ", and this version of Uitto reads format " + VERSION
                            + " only: update this node.");
        }
        long count = 0;
        String writer = "";
        while (bytes.hasRemaining()) {
            int flags = bytes.get();
            long sequenceNr = stored.firstSequenceNr() + bytes.getInt();
            long timestamp = bytes.getLong();
            writer = (flags & SAME_WRITER) == 0 ? text(bytes) : writer;
            String manifest = (flags & HAS_MANIFEST) == 0 ? PersistentRepr.Undefined() : text(bytes);
            String sender = (flags & HAS_SENDER) == 0 ? "" : text(bytes);
            Serialized metadata = (flags & HAS_METADATA) == 0 ? null : Serialized.read(bytes);
            Serialized payload = Serialized.read(bytes);
            if (sequenceNr >= from && sequenceNr <= to && count < max) {
                PersistentRepr event = PersistentRepr.apply(
                                payload.object(serialization),
                                sequenceNr,
                                persistenceId,
                                manifest,
                                false,
                                sender.isEmpty()
                                        ? ActorRef.noSender()
                                        : system.provider().resolveActorRef(sender),
                                writer)
                        .withTimestamp(timestamp);
                consumer.accept(metadata == null ? event : event.withMetadata(metadata.object(serialization)));
                count++;
            }
        }
        return count;
    }

    private static String text(ByteBuffer bytes) {
        int length = bytes.getInt();
        String text = StandardCharsets.UTF_8
                .decode(bytes.slice(bytes.position(), length))
                .toString();
        bytes.position(bytes.position() + length);
        return text;
    }

    /** An object that is not made unless it is wanted. */
    private record Serialized(int serializerId, String manifest, ByteBuffer content) {
        static Serialized read(ByteBuffer bytes) {
            int serializerId = bytes.getInt();
            String manifest = text(bytes);
            int length = bytes.getInt();
            ByteBuffer content = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            return new Serialized(serializerId, manifest, content);
        }

        Object object(Serialization serialization) {
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            return Objects.requireNonNull(
                    serialization.deserialize(bytes, serializerId, manifest).get());
        }
    }
}
