package org.uitto.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serialization$;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/**
 * Turns snapshots into bytes and back through Pekko Serialization. Safe for threads.
 *
 * <p>Layout of the descriptor: version (1 byte), the id of the snapshot's serializer (4), its manifest (text); then, if
 * there is metadata: the id of its serializer (4), its manifest (text), its bytes to the end. A text is its length in bytes
 * (4) and UTF-8. Big endian. The body is what the serializer made of the snapshot.
 */
final class SnapshotCodec {
    private static final byte VERSION = 1;

    private final ExtendedActorSystem system;
    private final Serialization serialization;

    SnapshotCodec(ExtendedActorSystem system) {
        this.system = system;
        this.serialization = SerializationExtension.get(system);
    }

    /** Encodes a snapshot and the metadata of its writer; throws what their serializers throw. */
    SnapshotContent encode(SnapshotMetadata metadata, Object snapshot) {
        return Serialization$.MODULE$.withTransportInformation(system, () -> {
            Serialized body = serialized(snapshot);
            @Nullable
            Serialized extra = metadata.metadata().isDefined()
                    ? serialized(metadata.metadata().get())
                    : null;
            return new SnapshotContent(descriptor(body, extra), body.bytes());
        });
    }

    private Serialized serialized(Object object) {
        Serializer serializer = serialization.findSerializerFor(object);
        byte[] bytes = serializer.toBinary(object);
        String manifest = Serializers.manifestFor(serializer, object);
        return new Serialized(serializer.identifier(), manifest.getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static byte[] descriptor(Serialized body, @Nullable Serialized extra) {
        int length = 1 + body.headBytes() + (extra == null ? 0 : extra.headBytes() + extra.bytes().length);
        ByteBuffer bytes = ByteBuffer.allocate(length).put(VERSION);
        body.putHead(bytes);
        if (extra != null) {
            extra.putHead(bytes).put(extra.bytes());
        }
        return bytes.array();
    }

    /** What was encoded; throws what the serializers throw. */
    Decoded decode(SnapshotContent content) {
        ByteBuffer descriptor = ByteBuffer.wrap(content.descriptor());
        byte version = descriptor.get();
        if (version != VERSION) {
            throw new IllegalStateException("The snapshot is in format " + version
                    + ", and this version of Uitto reads format " + VERSION + " only: update this node.");
        }
        Object snapshot = object(descriptor.getInt(), text(descriptor), content.body());
        if (!descriptor.hasRemaining()) {
            return new Decoded(snapshot, null);
        }
        int serializerId = descriptor.getInt();
        String manifest = text(descriptor);
        byte[] bytes = new byte[descriptor.remaining()];
        descriptor.get(bytes);
        return new Decoded(snapshot, object(serializerId, manifest, bytes));
    }

    private Object object(int serializerId, String manifest, byte[] bytes) {
        return Objects.requireNonNull(
                serialization.deserialize(bytes, serializerId, manifest).get());
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.getInt()];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** A snapshot and the metadata of its writer, if there was any. */
    record Decoded(Object snapshot, @Nullable Object metadata) {}

    @SuppressWarnings("ArrayRecordComponent") // It carries bytes and is never compared.
    private record Serialized(int serializerId, byte[] manifest, byte[] bytes) {
        int headBytes() {
            return 2 * Integer.BYTES + manifest.length;
        }

        ByteBuffer putHead(ByteBuffer target) {
            return target.putInt(serializerId).putInt(manifest.length).put(manifest);
        }
    }
}
