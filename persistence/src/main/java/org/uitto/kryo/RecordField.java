package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one component of a record is written and read.
 *
 * @param name its name, for errors
 * @param kind which of the forms below it has
 * @param getter takes the record as an Object and returns exactly the kind's carrier type
 * @param absent what stands for it if an older version wrote a record without it
 */
record RecordField(
        String name,
        Kind kind,
        MethodHandle getter,
        @Nullable Object absent) {
    /** A component's form in the bytes. */
    enum Kind {
        BOOLEAN(boolean.class),
        BYTE(byte.class),
        CHAR(char.class),
        SHORT(short.class),
        INT(int.class),
        LONG(long.class),
        FLOAT(float.class),
        DOUBLE(double.class),
        STRING(String.class),
        OBJECT(Object.class);

        private static final Map<Class<?>, Kind> BY_CARRIER = Map.of(
                boolean.class, BOOLEAN,
                byte.class, BYTE,
                char.class, CHAR,
                short.class, SHORT,
                int.class, INT,
                long.class, LONG,
                float.class, FLOAT,
                double.class, DOUBLE,
                String.class, STRING);

        private final Class<?> carrier;

        Kind(Class<?> carrier) {
            this.carrier = carrier;
        }
    }

    static RecordField of(RecordComponent component, MethodHandles.Lookup lookup) {
        Kind kind = Kind.BY_CARRIER.getOrDefault(component.getType(), Kind.OBJECT);
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        try {
            MethodHandle getter = lookup.unreflect(accessor).asType(MethodType.methodType(kind.carrier, Object.class));
            return new RecordField(component.getName(), kind, getter, absent(component.getType()));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object absent(Class<?> type) {
        return type == Optional.class ? Optional.empty() : Array.get(Array.newInstance(type, 1), 0);
    }

    void write(Kryo kryo, Output output, Object from) throws Throwable {
        switch (kind) {
            case BOOLEAN -> output.writeBoolean((boolean) getter.invokeExact(from));
            case BYTE -> output.writeByte((byte) getter.invokeExact(from));
            case CHAR -> output.writeChar((char) getter.invokeExact(from));
            case SHORT -> output.writeShort((short) getter.invokeExact(from));
            case INT -> output.writeVarInt((int) getter.invokeExact(from), false);
            case LONG -> output.writeVarLong((long) getter.invokeExact(from), false);
            case FLOAT -> output.writeFloat((float) getter.invokeExact(from));
            case DOUBLE -> output.writeDouble((double) getter.invokeExact(from));
            case STRING -> output.writeString((String) getter.invokeExact(from));
            case OBJECT -> kryo.writeClassAndObject(output, (Object) getter.invokeExact(from));
        }
    }

    @Nullable
    Object read(Kryo kryo, Input input) {
        return switch (kind) {
            case BOOLEAN -> input.readBoolean();
            case BYTE -> input.readByte();
            case CHAR -> input.readChar();
            case SHORT -> input.readShort();
            case INT -> input.readVarInt(false);
            case LONG -> input.readVarLong(false);
            case FLOAT -> input.readFloat();
            case DOUBLE -> input.readDouble();
            case STRING -> input.readString();
            case OBJECT -> kryo.readClassAndObject(input);
        };
    }
}
