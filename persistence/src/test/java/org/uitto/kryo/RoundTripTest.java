package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Output;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.pekko.Done;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RoundTripTest extends CodecTest {
    /** Their order is another one in each JVM, and says nothing. */
    private static final Set<Class<?>> SALTED =
            Set.of(Set.of(1, 2, 3).getClass(), Set.of(1).getClass());

    static List<Object> valuesThatComeBackEqual() {
        return List.of(
                new Messages.Primitives(
                        true, (byte) -1, 'ä', Short.MIN_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, 1.5f, -0.0, null),
                new Messages.Order(
                        "o-1",
                        List.of(new Messages.Line("a", 2, null)),
                        Map.of("a", 2),
                        Optional.empty(),
                        Messages.Suit.HEARTS),
                new Messages.Plain("plain", 42, List.of("a", "b")),
                new Messages.Incremented(1),
                new Messages.Reset(),
                Messages.Suit.CLUBS,
                Messages.Suit.HEARTS,
                "",
                "x",
                "y".repeat(33),
                "z".repeat(100_000),
                "änderung €",
                "e".repeat(40) + "\ud83d\ude00 \u0000",
                Done.getInstance());
    }

    @ParameterizedTest
    @MethodSource("valuesThatComeBackEqual")
    void returnsAnEqualValue(Object value) throws Exception {
        assertEquals(value, roundTrip(value));
        assertEquals(new Messages.Holder(value), roundTrip(new Messages.Holder(value)));
    }

    static List<Collection<?>> collections() {
        return List.of(
                List.of(),
                List.of(1),
                List.of(1, 2, 3),
                List.of(1, 2, 3).subList(1, 3),
                List.copyOf(new ArrayList<>(List.of("a", "b", "c"))),
                Arrays.asList(1, null).stream().toList(),
                Arrays.asList(1, null),
                Collections.emptyList(),
                Collections.singletonList(null),
                Collections.unmodifiableList(new ArrayList<>(List.of(1, 2))),
                Set.of(),
                Set.of(1),
                Set.of(1, 2, 3),
                Collections.emptySet(),
                Collections.singleton(null),
                Collections.unmodifiableSet(new LinkedHashSet<>(List.of(3, 1, 2))),
                new ArrayList<>(List.of("a", 1, 'c')),
                new LinkedHashSet<>(List.of(3, 1, 2)),
                new TreeSet<>(List.of(3, 1, 2)),
                EnumSet.of(Messages.Suit.HEARTS),
                EnumSet.noneOf(Messages.Suit.class),
                EnumSet.allOf(Messages.Suit.class));
    }

    @ParameterizedTest
    @MethodSource("collections")
    void returnsAnEqualCollectionInTheSameOrder(Collection<?> collection) throws Exception {
        Collection<?> read = assertInstanceOf(Collection.class, roundTrip(collection));

        assertEquals(collection, read);
        if (!SALTED.contains(collection.getClass())) {
            assertEquals(new ArrayList<>(collection), new ArrayList<>(read));
        }
    }

    static List<Map<?, ?>> maps() {
        Map<Messages.Suit, Object> ofSuits = new EnumMap<>(Map.of(Messages.Suit.HEARTS, 1));
        return List.of(
                Map.of(),
                Map.of("a", 1),
                Map.of("a", 1, "b", 2, "c", 3),
                Collections.emptyMap(),
                Collections.singletonMap(null, 1),
                Collections.unmodifiableMap(new LinkedHashMap<>(Map.of("a", 1))),
                new LinkedHashMap<>(Map.of("a", List.of(1), "b", List.of())),
                new TreeMap<>(Map.of("a", 1, "b", 2)),
                ofSuits,
                new EnumMap<>(Messages.Suit.class));
    }

    @ParameterizedTest
    @MethodSource("maps")
    void returnsAnEqualMap(Map<?, ?> map) throws Exception {
        assertEquals(map, roundTrip(map));
    }

    @Test
    void keepsAnEmptyEnumMapOpenForItsKeys() throws Exception {
        @SuppressWarnings("unchecked")
        Map<Messages.Suit, String> read =
                (Map<Messages.Suit, String>) roundTrip(new EnumMap<Messages.Suit, String>(Messages.Suit.class));

        read.put(Messages.Suit.HEARTS, "h");

        assertEquals(Map.of(Messages.Suit.HEARTS, "h"), read);
    }

    @Test
    void keepsTheOrderOfASortedMap() throws Exception {
        SortedMap<String, Integer> map = new TreeMap<>(Comparator.reverseOrder());
        map.putAll(Map.of("a", 1, "b", 2));

        SortedMap<?, ?> read = assertInstanceOf(SortedMap.class, roundTrip(map));

        assertEquals("b", read.firstKey());
    }

    @Test
    void keepsTheClassOfAnImmutableCollection() throws Exception {
        assertThrows(UnsupportedOperationException.class, () -> ((List<?>) roundTrip(List.of(1, 2))).clear());
        assertThrows(UnsupportedOperationException.class, () -> ((Map<?, ?>) roundTrip(Map.of(1, 2))).clear());
        assertThrows(UnsupportedOperationException.class, () -> ((Set<?>) roundTrip(Set.of(1, 2))).clear());
    }

    @Test
    void returnsQueuesAndRegisteredCollections() throws Exception {
        assertArrayEquals(new Object[] {1, 2}, ((ArrayDeque<?>) roundTrip(new ArrayDeque<>(List.of(1, 2)))).toArray());
        assertEquals(1, ((PriorityQueue<?>) roundTrip(new PriorityQueue<>(List.of(2, 1)))).peek());
    }

    @Test
    void returnsArrays() throws Exception {
        assertArrayEquals(new byte[] {1, 2}, (byte[]) roundTrip(new byte[] {1, 2}));
        assertArrayEquals(new long[] {1, -2}, (long[]) roundTrip(new long[] {1, -2}));
        assertArrayEquals(new String[] {"a", null}, (Object[]) roundTrip(new String[] {"a", null}));
        Messages.Line[] lines = {new Messages.Line("a", 1, 'x')};
        assertArrayEquals(lines, (Messages.Line[]) roundTrip(lines));
    }

    @Test
    void fillsComponentsThatAnOlderVersionDidNotKnow() throws Exception {
        byte[] old = codec.toBytes(new Messages.OldPoint(7));

        Object read = codec.fromBytes(1011, old, 0, old.length);

        assertEquals(new Messages.NewPoint(7, 0, null, Optional.empty()), read);
    }

    @Test
    void refusesComponentsThatANewerVersionAdded() throws Exception {
        byte[] newer = codec.toBytes(new Messages.NewPoint(7, 0, null, Optional.empty()));

        UnreadableBytesException refusal =
                assertThrows(UnreadableBytesException.class, () -> codec.fromBytes(1010, newer, 0, newer.length));

        assertTrue(String.valueOf(refusal.getMessage()).contains("written by a newer version"));
    }

    @Test
    void readsASliceAndWritesBehindOtherBytes() throws Exception {
        Output output = new Output(16, -1);
        output.writeByte(99);

        codec.write(new Messages.Incremented(5), output);
        int end = output.position();
        output.writeByte(98);

        assertEquals(new Messages.Incremented(5), codec.fromBytes(1008, output.getBuffer(), 1, end - 1));
    }

    @Test
    void goesThroughDirectAndHeapBuffers() throws Exception {
        KryoSerializer serializer =
                (KryoSerializer) SerializationExtension.get(system).serializerFor(Messages.Holder.class);
        Messages.Holder message = new Messages.Holder(List.of("a", "b"));

        for (ByteBuffer buffer : List.of(ByteBuffer.allocateDirect(100), ByteBuffer.allocate(100))) {
            buffer.position(10);
            serializer.toBinary(message, buffer);
            buffer.flip().position(10);
            assertEquals(message, serializer.fromBinary(buffer, serializer.manifest(message)));
            assertEquals(0, buffer.remaining());
        }
    }

    @Test
    void tellsPekkoWhenABufferIsTooSmall() throws Exception {
        KryoSerializer serializer =
                (KryoSerializer) SerializationExtension.get(system).serializerFor(Messages.Holder.class);

        assertThrows(
                BufferOverflowException.class,
                () -> serializer.toBinary(new Messages.Holder("too long"), ByteBuffer.allocateDirect(5)));
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        Object message = new Messages.Order(
                "o-1", List.of(new Messages.Line("a", 2, "n")), Map.of("a", 2), Optional.empty(), Messages.Suit.CLUBS);
        Callable<Boolean> work = () -> {
            for (int i = 0; i < 2_000; i++) {
                if (!message.equals(roundTrip(message))) {
                    return false;
                }
            }
            return true;
        };
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(32, work))) {
                assertTrue(result.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
