package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.AskHome;
import org.uitto.kryo.KryoSerializationException;
import org.uitto.kryo.KryoSerializer;

/**
 * Users' values as bytes, by whatever serializer Pekko has for them: serializer id (4 bytes), manifest, length (4 bytes),
 * bytes. Values stand one after the other.
 */
final class ValueCodec {
    private final Serialization serialization;
    private final KryoSerializer kryo;
    private final RepeatedString manifests = new RepeatedString();
    private final Output buffer = new Output(1024, -1);

    ValueCodec(ActorSystem<?> system) {
        this.serialization = SerializationExtension.get(system);
        this.kryo = new KryoSerializer((ExtendedActorSystem) Adapter.toClassic(system));
    }

    /** A value that can't be written or read. */
    static final class CodecException extends Exception {
        private static final long serialVersionUID = 1;

        CodecException(String message) {
            super(message);
        }

        CodecException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** {@code values}, one after the other. */
    byte[] write(List<?> values) throws CodecException {
        buffer.reset();
        for (Object value : values) {
            append(value, buffer);
        }
        return buffer.toBytes();
    }

    /** {@code head} and then {@code state}, which may be large; fails with a {@link CompletionException}, for it runs aside. */
    ByteString snapshot(byte[] head, Object state) {
        try {
            Serializer serializer = serialization.findSerializerFor(state);
            ByteString bytes = serializer instanceof KryoSerializer
                    ? kryo.toPieces(state)
                    : ByteString.fromArrayUnsafe(serializer.toBinary(state));
            buffer.reset();
            buffer.writeBytes(head);
            buffer.writeInt(serializer.identifier());
            buffer.writeString(Serializers.manifestFor(serializer, state));
            buffer.writeInt(bytes.length());
            return ByteString.fromArrayUnsafe(buffer.toBytes()).concat(bytes);
        } catch (Exception e) {
            throw new CompletionException(unwritable(state, e));
        }
    }

    /** Appends {@code value} to {@code output}, or leaves it as it was. */
    void append(Object value, Output output) throws CodecException {
        int start = output.position();
        try {
            Serializer serializer = serialization.findSerializerFor(value);
            output.writeInt(serializer.identifier());
            if (serializer instanceof KryoSerializer) {
                kryo.appendWithManifest(value, output);
            } else {
                output.writeString(Serializers.manifestFor(serializer, value));
                byte[] bytes = serializer.toBinary(value);
                output.writeInt(bytes.length);
                output.writeBytes(bytes);
            }
        } catch (Exception e) {
            output.setPosition(start);
            throw unwritable(value, e);
        }
    }

    private static CodecException unwritable(Object value, Exception e) {
        return new CodecException(
                "A value of class " + value.getClass().getName() + " can't be serialized: " + e.getMessage(), e);
    }

    /** Appends a command for another system, which knows that it comes from {@code home}. */
    void appendCommand(Object command, Output output, AskHome home) throws CodecException {
        home.enter();
        try {
            append(command, output);
        } finally {
            AskHome.leave();
        }
    }

    /** The next value, a command that has come from {@code home}. */
    Object readCommand(Input input, AskHome home) throws CodecException {
        home.enter();
        try {
            return read(input);
        } finally {
            AskHome.leave();
        }
    }

    /** The next value. After a value that can't be read the next one can be. */
    Object read(Input input) throws CodecException {
        int serializerId = input.readInt();
        String manifest = manifests.read(input);
        int length = input.readInt();
        if (length < 0 || length > input.limit() - input.position()) {
            throw new CodecException("A value claims " + length + " bytes, of " + (input.limit() - input.position()));
        }
        int start = input.position();
        input.setPosition(start + length);
        try {
            return deserialized(serializerId, manifest == null ? "" : manifest, input.getBuffer(), start, length);
        } catch (Exception e) {
            throw new CodecException(
                    "A value of serializer " + serializerId + ", manifest \"" + manifest + "\", can't be read: "
                            + e.getMessage(),
                    e);
        }
    }

    private Object deserialized(int serializerId, String manifest, byte[] array, int offset, int length)
            throws KryoSerializationException {
        return serializerId == kryo.identifier()
                ? kryo.fromBinary(array, offset, length, manifest)
                : serialization
                        .deserialize(Arrays.copyOfRange(array, offset, offset + length), serializerId, manifest)
                        .get();
    }

    /** A checksum of {@code bytes}, in hexadecimal. */
    static String checksum(ByteString bytes) {
        CRC32C checksum = new CRC32C();
        bytes.getByteBuffers().forEach(checksum::update);
        return String.format("%08x", checksum.getValue());
    }
}
