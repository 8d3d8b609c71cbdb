package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;

/** Objects in a row: the count, then each with its class. The common part of arrays, collections and maps. */
record ElementSequence(KryoLimits limits) {
    /** No more room than this is made before elements have really been read, so that nested claims cannot add up. */
    private static final int TRUSTED_COUNT = 64;

    void write(Kryo kryo, Output output, int count, Iterable<?> elements) {
        limits.writeCount(output, count);
        int written = 0;
        for (Object element : elements) {
            writeElement(kryo, output, element, written);
            written++;
        }
        if (written != count) {
            throw new KryoException("A collection of " + count + " elements had " + written
                    + " while it was written. Messages must not change once they are sent.");
        }
    }

    List<Object> read(Kryo kryo, Input input) {
        int count = limits.readCount(input, 1);
        List<Object> elements = new ArrayList<>(Math.min(count, TRUSTED_COUNT));
        for (int i = 0; i < count; i++) {
            elements.add(readElement(kryo, input, i));
        }
        return elements;
    }

    static void writeElement(Kryo kryo, Output output, Object element, int index) {
        try {
            kryo.writeClassAndObject(output, element);
        } catch (KryoException e) {
            e.addTrace("element " + index);
            throw e;
        }
    }

    static Object readElement(Kryo kryo, Input input, int index) {
        try {
            return kryo.readClassAndObject(input);
        } catch (KryoException e) {
            e.addTrace("element " + index);
            throw e;
        }
    }
}
