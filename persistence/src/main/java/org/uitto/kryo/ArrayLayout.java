package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/** An array of objects, as a row of them. */
final class ArrayLayout extends Serializer<Object[]> {
    private final Class<?> componentType;
    private final ElementSequence elements;

    ArrayLayout(Class<?> arrayType, KryoLimits limits) {
        this.componentType = arrayType.getComponentType();
        this.elements = new ElementSequence(limits);
    }

    @Override
    public void write(Kryo kryo, Output output, Object[] array) {
        elements.write(kryo, output, array.length, Arrays.asList(array));
    }

    @Override
    public Object[] read(Kryo kryo, Input input, Class<? extends Object[]> type) {
        List<Object> read = elements.read(kryo, input);
        return read.toArray((Object[]) Array.newInstance(componentType, read.size()));
    }
}
