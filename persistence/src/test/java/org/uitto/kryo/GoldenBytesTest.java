package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layouts are durable: a line here is never changed, since journals hold such bytes. A new layout is a new id and line. */
final class GoldenBytesTest extends CodecTest {
    /** Name of the value, id, bytes. */
    private static final String LAYOUTS = """
            Boolean | 1 | 01
            Byte | 2 | fe
            Character | 3 | e400
            Short | 4 | 0201
            Integer | 5 | d704
            Long | 6 | 808080808040
            Float | 7 | 0000c03f
            Double | 8 | 00000000000004c0
            String, empty | 9 | 81
            String, one character | 9 | 8261
            String, ASCII | 9 | 6162e3
            String, ASCII above 32 | 9 | a26162636465666768696a6b6c6d6e6f707172737475767778797a30313233343536
            String, not ASCII | 9 | 85c3a4e282aceda0bdedb880
            BigInteger | 20 | 03ff0000
            BigDecimal | 21 | 06023039
            UUID | 22 | efcdab89674523011716151413121110
            Optional | 40 | 0a6162e3
            Optional, empty | 40 | 00
            OptionalInt | 41 | 010e
            OptionalLong | 42 | 010e
            OptionalDouble | 43 | 01000000000000f03f
            OptionalInt, empty | 41 | 00
            natural order | 75 |
            reverse order | 76 |
            case-insensitive order | 77 |
            Done | 82 |
            byte[] | 10 | 0201ff
            boolean[] | 11 | 020100
            char[] | 12 | 026100ac20
            short[] | 13 | 020100ffff
            int[] | 14 | 0201000000ffffffff
            long[] | 15 | 020100000000000000ffffffffffffffff
            float[] | 16 | 010000803f
            double[] | 17 | 01000000000000f03f
            String[] | 18 | 020a6162e300
            Object[] | 19 | 020a6162e30602
            Duration | 25 | 0505
            Instant | 26 | 80c8ceb40dff93ebdc03
            Period | 27 | 020306
            LocalDate | 28 | d8c402
            LocalTime | 29 | 85fce5eeebe211
            LocalDateTime | 30 | d8c40285fce5eeebe211
            ZoneOffset | 31 | c070
            ZoneId | 32 | 4575726f70652f48656c73696e6be9
            OffsetDateTime | 33 | d8c40285fce5eeebe2119f38
            ZonedDateTime | 34 | d8c40285fce5eeebe211c0704575726f70652f48656c73696e6be9
            List.of | 50 | 020a6162e30602
            Collections.emptyList | 50 | 00
            Set.of | 51 | 010602
            Map.of | 52 | 010a6162e30602
            Collections.unmodifiableSet | 53 | 0206040602
            Collections.singletonMap | 54 | 010a6162e300
            ArrayList | 60 | 0206020604
            LinkedList | 61 | 0206020604
            ArrayDeque | 62 | 0206020604
            HashSet | 63 | 010602
            LinkedHashSet | 64 | 0206040602
            TreeSet | 65 | 000206020604
            HashMap | 66 | 010a6162e30602
            LinkedHashMap | 67 | 010a6162e30602
            TreeMap | 68 | 00020a826106020a82620604
            EnumSet | 69 | eb0702eb07434c5542d3eb074845415254d3
            EnumMap | 70 | eb0701eb074845415254d30602
            Arrays.asList | 71 | 02060200
            record of primitives | 1001 | 0901016100020006080000a04000000000000018406162e3
            record of objects | 1004 | 056f2db13301ee07036e75f4040035010a6e75f40604291a0200eb074845415254d3
            record without components | 1009 | 00
            enum | 1002 | 434c5542d3
            array of records | 1006 | 01ee07036e75f404047800
            class | 1007 | 6162e30e33010a8261
            """;

    private static final Map<String, Object> VALUES = GoldenValues.all();

    record Layout(String name, int id, String hex) {}

    static List<Layout> layouts() {
        return LAYOUTS.lines()
                .map(line -> line.split(" \\| ?", -1))
                .map(columns -> new Layout(
                        columns[0], Integer.parseInt(columns[1].trim()), columns.length < 3 ? "" : columns[2]))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void writesTheSameBytesForEver(Layout layout) throws Exception {
        Object value = Objects.requireNonNull(VALUES.get(layout.name));

        assertEquals(layout.id, codec.idOf(value));
        assertEquals(layout.hex, HexFormat.of().formatHex(codec.toBytes(value)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void readsTheSameBytesForEver(Layout layout) throws Exception {
        Object value = Objects.requireNonNull(VALUES.get(layout.name));
        byte[] bytes = HexFormat.of().parseHex(layout.hex);

        Object read = codec.fromBytes(layout.id, bytes, 0, bytes.length);

        // An ArrayDeque equals only itself.
        assertTrue(read instanceof ArrayDeque || Objects.deepEquals(value, read), () -> value + " was read as " + read);
        assertEquals(layout.hex, HexFormat.of().formatHex(codec.toBytes(read)));
    }

    @Test
    void coversEveryBuiltInTypeAndEveryValue() {
        Set<Integer> pinned = layouts().stream().map(Layout::id).collect(Collectors.toCollection(HashSet::new));
        // Actor references hold an address; ActorRefsTest looks at them.
        pinned.addAll(List.of(80, 81));

        assertEquals(VALUES.keySet(), layouts().stream().map(Layout::name).collect(Collectors.toSet()));
        for (int id = 1; id < 100; id++) { // From 100 on other packages of Uitto register theirs.
            assertEquals(codec.knows(id), pinned.contains(id), "id " + id);
        }
    }
}
