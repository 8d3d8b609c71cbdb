package org.uitto.kryo;

import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.util.ByteString;

/**
 * Pekko's way to {@link KryoCodec}: {@code uitto-kryo} in {@code pekko.actor.serialization-bindings}. The manifest is the id
 * of the class, so that no class name travels or rests. Made by Pekko.
 *
 * <p>All methods throw {@link KryoSerializationException}, a {@link java.io.NotSerializableException}, if something can't be
 * written or read.
 */
public final class KryoSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    private static final String IDENTIFIER =
            "pekko.actor.serialization-identifiers.\"" + KryoSerializer.class.getName() + "\"";

    private final int identifier;
    private final KryoCodec codec;

    /** Reads the identifier from {@code pekko.actor.serialization-identifiers}. */
    public KryoSerializer(ExtendedActorSystem system) {
        this.identifier = system.settings().config().getInt(IDENTIFIER);
        this.codec = KryoCodec.get(system);
    }

    @Override
    public int identifier() {
        return identifier;
    }

    @Override
    public String manifest(Object object) {
        try {
            return codec.registered(object).manifest();
        } catch (KryoSerializationException e) {
            throw KryoSerializer.<RuntimeException>unchecked(e);
        }
    }

    @Override
    public byte[] toBinary(Object object) {
        try {
            return codec.toBytes(object);
        } catch (KryoSerializationException e) {
            throw KryoSerializer.<RuntimeException>unchecked(e);
        }
    }

    @Override
    public void toBinary(Object object, ByteBuffer buffer) {
        try {
            codec.write(object, buffer);
        } catch (KryoSerializationException e) {
            throw KryoSerializer.<RuntimeException>unchecked(e);
        }
    }

    /**
     * Writes the manifest of {@code object}, the length of its bytes (4 bytes), and its bytes. Whatever was written of it when
     * this fails stays there: the caller sets the position back.
     */
    public void appendWithManifest(Object object, Output output) throws KryoSerializationException {
        RegisteredType type = codec.registered(object);
        output.writeString(type.manifest());
        codec.appendWithLength(type, object, output);
    }

    /**
     * What {@link #toBinary} makes, in pieces: for an object that may be too large to be copied. Its layout can't set the position
     * of the output back.
     */
    public ByteString toPieces(Object object) throws KryoSerializationException {
        return codec.toPieces(object);
    }

    /** Reads the object of {@code length} bytes of {@code array} from {@code offset}. The array is not copied, and not kept. */
    public Object fromBinary(byte[] array, int offset, int length, String manifest) throws KryoSerializationException {
        return codec.read(codec.registered(manifest), array, offset, length);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws KryoSerializationException {
        return codec.read(codec.registered(manifest), bytes, 0, bytes.length);
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) throws KryoSerializationException {
        return codec.read(codec.registered(manifest), buffer);
    }

    /** Scala, which declares these methods and calls them, knows no checked exceptions: this one goes through as it is. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable e) throws E {
        throw (E) e;
    }
}
