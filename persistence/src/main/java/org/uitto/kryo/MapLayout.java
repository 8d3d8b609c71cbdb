package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A map: the count of its entries, then key and value of each, both with their class, in the order of its iterator. */
final class MapLayout extends Serializer<Map<Object, Object>> {
    private final Supplier<? extends Map<Object, Object>> maker;
    private final UnaryOperator<Map<Object, Object>> finisher;
    private final KryoLimits limits;

    /**
     * @param maker makes an empty map
     * @param finisher turns the map that was filled into the one that was asked for
     */
    MapLayout(
            KryoLimits limits,
            Supplier<? extends Map<Object, Object>> maker,
            UnaryOperator<Map<Object, Object>> finisher) {
        this.limits = limits;
        this.maker = maker;
        this.finisher = finisher;
    }

    /** The layout of a map class that a user registered. */
    static MapLayout ofClass(Class<? extends Map<Object, Object>> type, KryoLimits limits) {
        return new MapLayout(limits, NoArgConstructor.of(type), map -> map);
    }

    @Override
    public void write(Kryo kryo, Output output, Map<Object, Object> map) {
        writeEntries(kryo, output, map, limits);
    }

    @Override
    public Map<Object, Object> read(Kryo kryo, Input input, Class<? extends Map<Object, Object>> type) {
        Map<Object, Object> map = maker.get();
        readEntries(kryo, input, map, limits);
        return finisher.apply(map);
    }

    static void writeEntries(Kryo kryo, Output output, Map<?, ?> map, KryoLimits limits) {
        limits.writeCount(output, map.size());
        int index = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            ElementSequence.writeElement(kryo, output, entry.getKey(), index);
            ElementSequence.writeElement(kryo, output, entry.getValue(), index);
            index++;
        }
    }

    static void readEntries(Kryo kryo, Input input, Map<Object, Object> map, KryoLimits limits) {
        int count = limits.readCount(input, 2);
        for (int i = 0; i < count; i++) {
            Object key = ElementSequence.readElement(kryo, input, i);
            map.put(key, ElementSequence.readElement(kryo, input, i));
        }
    }

    /** A TreeMap: its comparator with its class, null for the natural order, then its entries. */
    static final class Sorted extends Serializer<SortedMap<Object, Object>> {
        private final KryoLimits limits;

        Sorted(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, SortedMap<Object, Object> map) {
            kryo.writeClassAndObject(output, map.comparator());
            writeEntries(kryo, output, map, limits);
        }

        @Override
        @SuppressWarnings("unchecked")
        public SortedMap<Object, Object> read(Kryo kryo, Input input, Class<? extends SortedMap<Object, Object>> type) {
            SortedMap<Object, Object> map = new TreeMap<>((Comparator<Object>) kryo.readClassAndObject(input));
            readEntries(kryo, input, map, limits);
            return map;
        }
    }
}
