package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.pekko.ConfigurationException;

/**
 * A record: the count of its components, then each of them in the order of their declaration. A component of a primitive
 * type or of type String is written bare, any other with its class.
 *
 * <p>A record may gain components at its end: what an older version wrote is read with 0, false, {@code Optional.empty()} or
 * null in their place. Any other change of its components needs a new class with a new id.
 */
final class RecordLayout extends ImmutableSerializer<Record> {
    private final Class<?> type;
    private final RecordField[] fields;
    private final MethodHandle constructor;

    RecordLayout(Class<?> type) {
        this.type = type;
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            this.fields = Stream.of(type.getRecordComponents())
                    .map(component -> RecordField.of(component, lookup))
                    .toArray(RecordField[]::new);
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(component -> component.getType())
                    .toArray(Class<?>[]::new);
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            this.constructor = lookup.unreflectConstructor(canonical)
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ConfigurationException(
                    "The components of " + type.getName() + " are not accessible: " + e.getMessage()
                            + ". Open its package to org.uitto.persistence, or register it in a KryoRegistrar with a"
                            + " serializer of its own.",
                    e);
        }
    }

    @Override
    public void write(Kryo kryo, Output output, Record record) {
        output.writeVarInt(fields.length, true);
        for (RecordField field : fields) {
            try {
                field.write(kryo, output, record);
            } catch (Throwable e) {
                throw traced(e, field);
            }
        }
    }

    @Override
    public Record read(Kryo kryo, Input input, Class<? extends Record> same) {
        int written = input.readVarInt(true);
        if (written < 0 || written > fields.length) {
            throw new KryoException("A " + type.getName() + " of " + Integer.toUnsignedString(written)
                    + " components was written by a newer version: on this node it has " + fields.length + ".");
        }
        Object[] values = new Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            try {
                values[i] = i < written ? fields[i].read(kryo, input) : fields[i].absent();
            } catch (RuntimeException e) {
                throw traced(e, fields[i]);
            }
        }
        try {
            return (Record) (Object) constructor.invokeExact(values);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new KryoException("The constructor of " + type.getName() + " refused what was read: " + e, e);
        }
    }

    private KryoException traced(Throwable failure, RecordField field) {
        if (failure instanceof Error error) {
            throw error;
        }
        KryoException traced =
                failure instanceof KryoException kryo ? kryo : new KryoException(failure.toString(), failure);
        traced.addTrace(field.name() + " of " + type.getName());
        return traced;
    }
}
