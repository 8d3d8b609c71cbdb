package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What one message needs while it is written or read. Used by one thread at a time, and kept for the next one. */
final class KryoContext {
    private static final int INITIAL_BYTES = 1024;

    final Kryo kryo;
    final Output output;
    final GuardedInput input = new GuardedInput();
    private final int maxMessageBytes;
    private byte[] scratch = new byte[INITIAL_BYTES];
    private int latestId;
    private @Nullable Serializer<?> latestSerializer;

    KryoContext(Kryo kryo, int maxMessageBytes) {
        this.kryo = kryo;
        this.maxMessageBytes = maxMessageBytes;
        this.output = new Output(Math.min(INITIAL_BYTES, maxMessageBytes), maxMessageBytes);
    }

    /** Writes {@code object}, which is registered as {@code type}, to {@link #output}. */
    void write(RegisteredType type, Object object) {
        kryo.writeObject(output, object, serializerOf(type));
    }

    /** Reads an object from {@link #input}. */
    Object read(RegisteredType type) {
        return kryo.readObject(input, type.type(), serializerOf(type));
    }

    /** Most often an object is of the class of the one before. */
    private Serializer<?> serializerOf(RegisteredType type) {
        Serializer<?> serializer = latestSerializer;
        if (serializer == null || type.id() != latestId) {
            serializer = kryo.getRegistration(type.type()).getSerializer();
            latestSerializer = serializer;
            latestId = type.id();
        }
        return serializer;
    }

    /** Copies what is left of {@code buffer} to an array, from whose start it is the first bytes. */
    byte[] copyOf(ByteBuffer buffer) {
        int length = buffer.remaining();
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, Math.min(scratch.length * 2, maxMessageBytes))];
        }
        buffer.get(scratch, 0, length);
        return scratch;
    }

    /** The bytes of memory that the buffers take between two messages. */
    int heldBytes() {
        return output.getBuffer().length + scratch.length + input.heldBytes();
    }

    /** Makes ready for the next message. Buffers that grew beyond {@code retainedBytes} are given back to the heap. */
    void release(int retainedBytes) {
        kryo.reset();
        input.release(retainedBytes);
        output.reset();
        if (output.getBuffer().length > Math.max(retainedBytes, INITIAL_BYTES)) {
            output.setBuffer(new byte[Math.min(INITIAL_BYTES, maxMessageBytes)], maxMessageBytes);
        }
        if (scratch.length > Math.max(retainedBytes, INITIAL_BYTES)) {
            scratch = new byte[INITIAL_BYTES];
        }
    }
}
