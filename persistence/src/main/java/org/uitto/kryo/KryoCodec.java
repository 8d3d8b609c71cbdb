package org.uitto.kryo;

import com.esotericsoftware.kryo.io.Output;
import com.typesafe.config.Config;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.util.ByteString;

/**
 * Turns registered objects into bytes and back: what {@link KryoSerializer} does, for callers that keep the id themselves and
 * gather many objects in one run of bytes. One per actor system. Thread-safe.
 *
 * <p>The bytes of an object are its layout alone. Its id, which is needed to read them, is the caller's to keep.
 */
public final class KryoCodec implements Extension {
    private static final ExtensionId ID = new ExtensionId();
    private static final int CONTEXTS_PER_CORE = 4;

    private final ExtendedActorSystem system;
    private final KryoLimits limits;
    private final RegistrationTable table;
    private final KryoFailures failures;
    private final KryoContextPool pool;
    private final int retainedBytes;

    private KryoCodec(ExtendedActorSystem system) {
        Config config = system.settings().config().getConfig("uitto.kryo");
        ClassLoader classLoader = system.dynamicAccess().classLoader();
        this.system = system;
        this.limits = KryoLimits.of(config.getConfig("limits"));
        this.retainedBytes = (int) Math.min(config.getBytes("retained-buffer-bytes"), limits.maxMessageBytes());
        RegistrationTableBuilder builder = new RegistrationTableBuilder(system, limits);
        new ConfiguredRegistrations(classLoader, builder).register(config);
        this.table = builder.build();
        this.failures = new KryoFailures(table, limits);
        int contexts = Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * CONTEXTS_PER_CORE) * 2;
        this.pool = new KryoContextPool(
                contexts, () -> new KryoContext(new UittoKryo(table, limits, classLoader), limits.maxMessageBytes()));
        makeEveryLayout();
    }

    /** The codec of an actor system, made with the first call. */
    public static KryoCodec get(ClassicActorSystemProvider system) {
        return ID.get(system);
    }

    /** Whether objects of this class have an id and can be written. */
    public boolean isRegistered(Class<?> type) {
        return table.of(type) != null;
    }

    /** Whether a class has this id. */
    public boolean knows(int id) {
        return table.byId(id) != null;
    }

    /**
     * The id of an object's class, which {@link #fromBytes} needs to read it again.
     *
     * @throws UnregisteredClassException if it has none
     */
    public int idOf(Object object) throws KryoSerializationException {
        return registered(object).id();
    }

    /** Writes an object to a new array. */
    public byte[] toBytes(Object object) throws KryoSerializationException {
        RegisteredType type = registered(object);
        KryoContext context = pool.borrow();
        try {
            context.write(type, object);
            return context.output.toBytes();
        } catch (RuntimeException | StackOverflowError e) {
            throw failures.unwritable(type, e);
        } finally {
            giveBack(context);
        }
    }

    /**
     * Writes an object behind what {@code output} holds already. Whatever was written of it when this fails stays there: the
     * caller sets the position back.
     */
    public void write(Object object, Output output) throws KryoSerializationException {
        RegisteredType type = registered(object);
        KryoContext context = pool.borrow();
        try {
            context.kryo.writeObject(output, object);
        } catch (RuntimeException | StackOverflowError e) {
            throw failures.unwritable(type, e);
        } finally {
            giveBack(context);
        }
    }

    /**
     * Writes an object to a buffer, from its position on, which moves behind it.
     *
     * @throws java.nio.BufferOverflowException if it does not fit; the position is then unchanged
     */
    public void write(Object object, ByteBuffer buffer) throws KryoSerializationException {
        RegisteredType type = registered(object);
        KryoContext context = pool.borrow();
        try {
            try {
                context.write(type, object);
            } catch (RuntimeException | StackOverflowError e) {
                throw failures.unwritable(type, e);
            }
            buffer.put(context.output.getBuffer(), 0, context.output.position());
        } finally {
            giveBack(context);
        }
    }

    /** Writes the length of an object's bytes (4 bytes) and its bytes, or nothing if it fails. */
    void appendWithLength(RegisteredType type, Object object, Output target) throws KryoSerializationException {
        KryoContext context = pool.borrow();
        try {
            context.write(type, object);
            target.writeInt(context.output.position());
            target.writeBytes(context.output.getBuffer(), 0, context.output.position());
        } catch (RuntimeException | StackOverflowError e) {
            throw failures.unwritable(type, e);
        } finally {
            giveBack(context);
        }
    }

    /** Writes an object that may be large, piece by piece. */
    ByteString toPieces(Object object) throws KryoSerializationException {
        PiecewiseOutput output = new PiecewiseOutput(limits.maxMessageBytes());
        write(object, output);
        return output.toByteString();
    }

    /**
     * Reads the object of {@code length} bytes of {@code array} from {@code offset}. The array is not copied, and not kept.
     *
     * @throws UnreadableBytesException if no class has the id, or the bytes are not exactly one object of that class
     */
    public Object fromBytes(int id, byte[] array, int offset, int length) throws KryoSerializationException {
        RegisteredType type = table.byId(id);
        if (type == null) {
            throw new UnreadableBytesException(FixedClassResolver.unknownId(id), null);
        }
        return read(type, array, offset, length);
    }

    /** Reads the object that takes all that is left of {@code buffer}, whose position moves to its limit. */
    Object read(RegisteredType type, ByteBuffer buffer) throws KryoSerializationException {
        int length = buffer.remaining();
        failures.requireReadable(type, length);
        if (buffer.hasArray()) {
            int offset = buffer.arrayOffset() + buffer.position();
            buffer.position(buffer.limit());
            return read(type, buffer.array(), offset, length);
        }
        KryoContext context = pool.borrow();
        try {
            return read(context, type, context.copyOf(buffer), 0, length);
        } finally {
            giveBack(context);
        }
    }

    Object read(RegisteredType type, byte[] array, int offset, int length) throws KryoSerializationException {
        Objects.checkFromIndexSize(offset, length, array.length);
        failures.requireReadable(type, length);
        KryoContext context = pool.borrow();
        try {
            return read(context, type, array, offset, length);
        } finally {
            giveBack(context);
        }
    }

    /** The registration that a manifest names. */
    RegisteredType registered(String manifest) throws KryoSerializationException {
        RegisteredType type = table.byManifest(manifest);
        if (type == null) {
            throw failures.unknownManifest(manifest);
        }
        return type;
    }

    RegisteredType registered(Object object) throws KryoSerializationException {
        RegisteredType type = table.of(object.getClass());
        if (type == null) {
            throw failures.unregistered(object.getClass(), "", null);
        }
        return type;
    }

    /**
     * What to add to the configuration so that Pekko gives objects of this class to {@link KryoSerializer}; empty if it does.
     */
    public Optional<String> missingBinding(Class<?> type) {
        String choice;
        try {
            Object serializer = SerializationExtension.get(system).serializerFor(type);
            if (serializer instanceof KryoSerializer) {
                return Optional.empty();
            }
            choice = "Pekko gives " + type.getName() + " to "
                    + serializer.getClass().getName();
        } catch (Exception e) {
            choice = "Pekko knows no serializer for " + type.getName();
        }
        return Optional.of(choice + ". Let it, or the sealed interface it belongs to, extend "
                + KryoSerializable.class.getName() + ", or add to the configuration:"
                + " pekko.actor.serialization-bindings { \"" + type.getName() + "\" = uitto-kryo }");
    }

    private Object read(KryoContext context, RegisteredType type, byte[] array, int offset, int length)
            throws KryoSerializationException {
        context.input.setBuffer(array, offset, length);
        Object object;
        try {
            object = context.read(type);
        } catch (RuntimeException | StackOverflowError e) {
            throw failures.unreadable(type, length, context.input.position() - offset, e);
        }
        if (object == null || context.input.remaining() > 0) {
            throw failures.trailing(type, length, context.input.remaining());
        }
        return object;
    }

    private void giveBack(KryoContext context) {
        context.release(retainedBytes);
        pool.giveBack(context);
    }

    /** Finds out now, and not with the first message, whether all layouts can be made. */
    private void makeEveryLayout() {
        KryoContext context = pool.borrow();
        for (RegisteredType type : table.all()) {
            try {
                context.kryo.getRegistration(type.type());
            } catch (RuntimeException e) {
                throw new ConfigurationException(
                        type.origin() + ": " + type.type().getName() + " = " + type.id() + " is refused: "
                                + e.getMessage(),
                        e);
            }
        }
        giveBack(context);
    }

    private static final class ExtensionId extends AbstractExtensionId<KryoCodec> {
        @Override
        public KryoCodec createExtension(ExtendedActorSystem system) {
            return new KryoCodec(system);
        }
    }
}
