package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** A collection, as a row of its elements in the order of its iterator. */
final class CollectionLayout<C extends Collection<?>> extends Serializer<C> {
    private final Function<List<Object>, ? extends C> maker;
    private final ElementSequence elements;

    /** @param maker makes the collection of its elements, which come in the order in which they were written */
    CollectionLayout(KryoLimits limits, Function<List<Object>, ? extends C> maker) {
        this.elements = new ElementSequence(limits);
        this.maker = maker;
    }

    /** The layout of a collection class that a user registered. */
    static CollectionLayout<Collection<Object>> ofClass(Class<? extends Collection<Object>> type, KryoLimits limits) {
        Supplier<Collection<Object>> constructor = NoArgConstructor.of(type);
        return new CollectionLayout<>(limits, read -> {
            Collection<Object> collection = constructor.get();
            collection.addAll(read);
            return collection;
        });
    }

    @Override
    public void write(Kryo kryo, Output output, C collection) {
        elements.write(kryo, output, collection.size(), collection);
    }

    @Override
    public C read(Kryo kryo, Input input, Class<? extends C> type) {
        return maker.apply(elements.read(kryo, input));
    }

    /** A TreeSet: its comparator with its class, null for the natural order, then the row of its elements. */
    static final class Sorted extends Serializer<SortedSet<Object>> {
        private final ElementSequence elements;

        Sorted(KryoLimits limits) {
            this.elements = new ElementSequence(limits);
        }

        @Override
        public void write(Kryo kryo, Output output, SortedSet<Object> set) {
            kryo.writeClassAndObject(output, set.comparator());
            elements.write(kryo, output, set.size(), set);
        }

        @Override
        @SuppressWarnings("unchecked")
        public SortedSet<Object> read(Kryo kryo, Input input, Class<? extends SortedSet<Object>> type) {
            SortedSet<Object> set = new TreeSet<>((Comparator<Object>) kryo.readClassAndObject(input));
            set.addAll(elements.read(kryo, input));
            return set;
        }
    }
}
