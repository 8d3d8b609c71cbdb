package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The values of the JDK and of Pekko that every message may hold, under ids 1 to 99. Each layout is released and pinned by a
 * test: it never changes, and its id is never used for another.
 */
final class BuiltInTypes implements BuiltInTimes.Sink {
    private final RegistrationTableBuilder table;
    private final KryoLimits limits;

    BuiltInTypes(RegistrationTableBuilder table) {
        this.table = table;
        this.limits = table.limits();
    }

    void register() {
        registerPrimitives();
        registerArrays();
        registerNumbers();
        BuiltInTimes.register(this);
        table.writtenAs(ZoneId.of("Europe/Helsinki").getClass(), ZoneId.class);
        registerOptionals();
        registerImmutableCollections();
        registerMutableCollections();
        registerComparators();
        table.builtIn(80, ActorRef.class, table.actorRefs());
        table.builtIn(
                81, org.apache.pekko.actor.ActorRef.class, table.actorRefs().classic());
        inline(82, Done.class, (output, done) -> {}, input -> Done.getInstance());
        table.writtenAs(Done.getInstance().getClass(), Done.class);
    }

    private void registerPrimitives() {
        inline(1, Boolean.class, Output::writeBoolean, Input::readBoolean);
        inline(2, Byte.class, (output, value) -> output.writeByte(value.byteValue()), Input::readByte);
        inline(3, Character.class, Output::writeChar, Input::readChar);
        inline(4, Short.class, (output, value) -> output.writeShort(value), Input::readShort);
        inline(5, Integer.class, (output, value) -> output.writeVarInt(value, false), input -> input.readVarInt(false));
        inline(6, Long.class, (output, value) -> output.writeVarLong(value, false), input -> input.readVarLong(false));
        inline(7, Float.class, Output::writeFloat, Input::readFloat);
        inline(8, Double.class, Output::writeDouble, Input::readDouble);
        table.writtenAs(boolean.class, Boolean.class);
        table.writtenAs(byte.class, Byte.class);
        table.writtenAs(char.class, Character.class);
        table.writtenAs(short.class, Short.class);
        table.writtenAs(int.class, Integer.class);
        table.writtenAs(long.class, Long.class);
        table.writtenAs(float.class, Float.class);
        table.writtenAs(double.class, Double.class);
        // Null has a form of its own in a string, which fields of type String rely on.
        ImmutableSerializer<String> string = new InlineLayout<>(Output::writeString, Input::readString);
        string.setAcceptsNull(true);
        table.builtIn(9, String.class, string);
    }

    private void registerArrays() {
        array(10, byte[].class, 1, bytes -> bytes.length, Output::writeBytes, Input::readBytes);
        array(
                11,
                boolean[].class,
                1,
                array -> array.length,
                (output, array) -> output.writeBooleans(array, 0, array.length),
                Input::readBooleans);
        array(
                12,
                char[].class,
                Character.BYTES,
                array -> array.length,
                (output, array) -> output.writeChars(array, 0, array.length),
                Input::readChars);
        array(
                13,
                short[].class,
                Short.BYTES,
                array -> array.length,
                (output, array) -> output.writeShorts(array, 0, array.length),
                Input::readShorts);
        array(
                14,
                int[].class,
                Integer.BYTES,
                array -> array.length,
                (output, array) -> output.writeInts(array, 0, array.length),
                Input::readInts);
        array(
                15,
                long[].class,
                Long.BYTES,
                array -> array.length,
                (output, array) -> output.writeLongs(array, 0, array.length),
                Input::readLongs);
        array(
                16,
                float[].class,
                Float.BYTES,
                array -> array.length,
                (output, array) -> output.writeFloats(array, 0, array.length),
                Input::readFloats);
        array(
                17,
                double[].class,
                Double.BYTES,
                array -> array.length,
                (output, array) -> output.writeDoubles(array, 0, array.length),
                Input::readDoubles);
        table.builtIn(18, String[].class, new ArrayLayout(String[].class, limits));
        table.builtIn(19, Object[].class, new ArrayLayout(Object[].class, limits));
    }

    private void registerNumbers() {
        inline(20, BigInteger.class, this::writeBigInteger, this::readBigInteger);
        inline(
                21,
                BigDecimal.class,
                (output, value) -> {
                    output.writeVarInt(value.scale(), false);
                    writeBigInteger(output, value.unscaledValue());
                },
                input -> {
                    int scale = input.readVarInt(false);
                    return new BigDecimal(readBigInteger(input), scale);
                });
        inline(
                22,
                UUID.class,
                (output, value) -> {
                    output.writeLong(value.getMostSignificantBits());
                    output.writeLong(value.getLeastSignificantBits());
                },
                input -> {
                    long mostSignificantBits = input.readLong();
                    return new UUID(mostSignificantBits, input.readLong());
                });
    }

    private void registerOptionals() {
        table.builtIn(40, Optional.class, new OptionalLayout());
        inline(
                41,
                OptionalInt.class,
                (output, value) -> {
                    output.writeBoolean(value.isPresent());
                    value.ifPresent(present -> output.writeVarInt(present, false));
                },
                input -> input.readBoolean() ? OptionalInt.of(input.readVarInt(false)) : OptionalInt.empty());
        inline(
                42,
                OptionalLong.class,
                (output, value) -> {
                    output.writeBoolean(value.isPresent());
                    value.ifPresent(present -> output.writeVarLong(present, false));
                },
                input -> input.readBoolean() ? OptionalLong.of(input.readVarLong(false)) : OptionalLong.empty());
        inline(
                43,
                OptionalDouble.class,
                (output, value) -> {
                    output.writeBoolean(value.isPresent());
                    value.ifPresent(output::writeDouble);
                },
                input -> input.readBoolean() ? OptionalDouble.of(input.readDouble()) : OptionalDouble.empty());
    }

    /** Unmodifiable views and the JDK's immutable collections have private classes: an instance of each shows its own. */
    @SuppressWarnings("JdkObsolete") // Only the class of its unmodifiable view is of interest.
    private void registerImmutableCollections() {
        List<Integer> list = List.of(1, 2, 3);
        table.builtIn(50, list.getClass(), new CollectionLayout<List<Object>>(limits, BuiltInTypes::immutableList));
        for (List<?> other : List.of(
                List.of(1),
                list.subList(0, 1),
                Arrays.asList(1, 2).stream().toList(),
                Collections.emptyList(),
                Collections.singletonList(1),
                Collections.unmodifiableList(new ArrayList<>()),
                Collections.unmodifiableList(new LinkedList<>()))) {
            table.writtenAs(other.getClass(), list.getClass());
        }
        Class<?> set = Set.of(1, 2, 3).getClass();
        table.builtIn(51, set, new CollectionLayout<Set<Object>>(limits, Set::copyOf));
        table.writtenAs(Set.of(1).getClass(), set);
        Class<?> map = Map.of(1, 1, 2, 2).getClass();
        table.builtIn(52, map, new MapLayout(limits, HashMap::new, Map::copyOf));
        table.writtenAs(Map.of(1, 1).getClass(), map);

        Class<?> setView = Collections.unmodifiableSet(new HashSet<>()).getClass();
        table.builtIn(
                53,
                setView,
                new CollectionLayout<Set<Object>>(
                        limits, elements -> Collections.unmodifiableSet(new LinkedHashSet<>(elements))));
        table.writtenAs(Collections.emptySet().getClass(), setView);
        table.writtenAs(Collections.singleton(1).getClass(), setView);
        Class<?> mapView = Collections.unmodifiableMap(new HashMap<>()).getClass();
        table.builtIn(54, mapView, new MapLayout(limits, LinkedHashMap::new, Collections::unmodifiableMap));
        table.writtenAs(Collections.emptyMap().getClass(), mapView);
        table.writtenAs(Collections.singletonMap(1, 1).getClass(), mapView);
    }

    @SuppressWarnings("JdkObsolete") // Whoever uses a LinkedList gets one back.
    private void registerMutableCollections() {
        table.builtIn(60, ArrayList.class, new CollectionLayout<ArrayList<Object>>(limits, ArrayList::new));
        table.builtIn(61, LinkedList.class, new CollectionLayout<LinkedList<Object>>(limits, LinkedList::new));
        table.builtIn(62, ArrayDeque.class, new CollectionLayout<ArrayDeque<Object>>(limits, ArrayDeque::new));
        table.builtIn(63, HashSet.class, new CollectionLayout<HashSet<Object>>(limits, HashSet::new));
        table.builtIn(64, LinkedHashSet.class, new CollectionLayout<LinkedHashSet<Object>>(limits, LinkedHashSet::new));
        table.builtIn(65, TreeSet.class, new CollectionLayout.Sorted(limits));
        table.builtIn(66, HashMap.class, new MapLayout(limits, HashMap::new, map -> map));
        table.builtIn(67, LinkedHashMap.class, new MapLayout(limits, LinkedHashMap::new, map -> map));
        table.builtIn(68, TreeMap.class, new MapLayout.Sorted(limits));
        table.builtIn(69, EnumSet.class, new EnumCollectionLayout.Elements(limits));
        table.builtIn(70, EnumMap.class, new EnumCollectionLayout.Entries(limits));
        table.builtIn(
                71,
                Arrays.asList(1).getClass(),
                new CollectionLayout<List<Object>>(limits, elements -> Arrays.asList(elements.toArray())));
    }

    private void registerComparators() {
        constant(75, Comparator.<String>naturalOrder());
        constant(76, Comparator.<String>reverseOrder());
        constant(77, String.CASE_INSENSITIVE_ORDER);
    }

    private void writeBigInteger(Output output, BigInteger value) {
        byte[] bytes = value.toByteArray();
        limits.writeCount(output, bytes.length);
        output.writeBytes(bytes);
    }

    private BigInteger readBigInteger(Input input) {
        return new BigInteger(input.readBytes(limits.readCount(input, 1)));
    }

    private static List<Object> immutableList(List<Object> elements) {
        return elements.contains(null) ? elements.stream().toList() : List.copyOf(elements);
    }

    private void constant(int id, Object value) {
        table.builtIn(id, value.getClass(), InlineLayout.constant(value));
    }

    @Override
    public <T> void inline(int id, Class<T> type, BiConsumer<Output, T> writer, Function<Input, ? extends T> reader) {
        table.builtIn(id, type, new InlineLayout<>(writer, reader));
    }

    private <A> void array(
            int id,
            Class<A> type,
            int bytesEach,
            ToIntFunction<A> length,
            BiConsumer<Output, A> writer,
            BiFunction<Input, Integer, A> reader) {
        inline(
                id,
                type,
                (output, array) -> {
                    limits.writeCount(output, length.applyAsInt(array));
                    writer.accept(output, array);
                },
                input -> reader.apply(input, limits.readCount(input, bytesEach)));
    }

    /** An optional value: its content with its class, null for nothing. */
    private static final class OptionalLayout extends ImmutableSerializer<Optional<?>> {
        @Override
        public void write(Kryo kryo, Output output, Optional<?> value) {
            kryo.writeClassAndObject(output, value.orElse(null));
        }

        @Override
        public Optional<?> read(Kryo kryo, Input input, Class<? extends Optional<?>> type) {
            return Optional.ofNullable(kryo.readClassAndObject(input));
        }
    }
}
