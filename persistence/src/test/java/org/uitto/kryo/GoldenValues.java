package org.uitto.kryo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
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
import org.apache.pekko.Done;

/** One value or more of each built-in type and of each kind of registered class, by a name for the test's report. */
final class GoldenValues {
    private static final LocalDate DATE = LocalDate.of(2026, 11, 23);
    private static final LocalTime TIME = LocalTime.of(21, 42, 43, 5);

    private GoldenValues() {}

    static Map<String, Object> all() {
        Map<String, Object> values = new LinkedHashMap<>();
        addScalars(values);
        addArrays(values);
        addTimes(values);
        addImmutableCollections(values);
        addMutableCollections(values);
        addRegistered(values);
        return values;
    }

    private static void addScalars(Map<String, Object> values) {
        values.put("Boolean", true);
        values.put("Byte", (byte) -2);
        values.put("Character", 'ä');
        values.put("Short", (short) 258);
        values.put("Integer", -300);
        values.put("Long", 1L << 40);
        values.put("Float", 1.5f);
        values.put("Double", -2.5);
        values.put("String, empty", "");
        values.put("String, one character", "a");
        values.put("String, ASCII", "abc");
        values.put("String, ASCII above 32", "abcdefghijklmnopqrstuvwxyz0123456");
        values.put("String, not ASCII", "ä€😀");
        values.put("BigInteger", BigInteger.valueOf(-65536));
        values.put("BigDecimal", new BigDecimal("12.345"));
        values.put("UUID", new UUID(0x0123456789abcdefL, 0x1011121314151617L));
        values.put("Optional", Optional.of("abc"));
        values.put("Optional, empty", Optional.empty());
        values.put("OptionalInt", OptionalInt.of(7));
        values.put("OptionalLong", OptionalLong.of(7));
        values.put("OptionalDouble", OptionalDouble.of(1));
        values.put("OptionalInt, empty", OptionalInt.empty());
        values.put("natural order", Comparator.<String>naturalOrder());
        values.put("reverse order", Comparator.<String>reverseOrder());
        values.put("case-insensitive order", String.CASE_INSENSITIVE_ORDER);
        values.put("Done", Done.getInstance());
    }

    private static void addArrays(Map<String, Object> values) {
        values.put("byte[]", new byte[] {1, -1});
        values.put("boolean[]", new boolean[] {true, false});
        values.put("char[]", new char[] {'a', '€'});
        values.put("short[]", new short[] {1, -1});
        values.put("int[]", new int[] {1, -1});
        values.put("long[]", new long[] {1, -1});
        values.put("float[]", new float[] {1});
        values.put("double[]", new double[] {1});
        values.put("String[]", new String[] {"abc", null});
        values.put("Object[]", new Object[] {"abc", 1});
    }

    private static void addTimes(Map<String, Object> values) {
        values.put("Duration", Duration.ofSeconds(-3, 5));
        values.put("Instant", Instant.ofEpochSecond(1_800_000_000L, 999_999_999));
        values.put("Period", Period.of(1, -2, 3));
        values.put("LocalDate", DATE);
        values.put("LocalTime", TIME);
        values.put("LocalDateTime", LocalDateTime.of(DATE, TIME));
        values.put("ZoneOffset", ZoneOffset.ofHours(2));
        values.put("ZoneId", ZoneId.of("Europe/Helsinki"));
        values.put("OffsetDateTime", OffsetDateTime.of(DATE, TIME, ZoneOffset.ofHours(-1)));
        values.put("ZonedDateTime", ZonedDateTime.of(DATE, TIME, ZoneId.of("Europe/Helsinki")));
    }

    private static void addImmutableCollections(Map<String, Object> values) {
        values.put("List.of", List.of("abc", 1));
        values.put("Collections.emptyList", Collections.emptyList());
        values.put("Set.of", Set.of(1));
        values.put("Map.of", Map.of("abc", 1));
        values.put("Collections.unmodifiableSet", Collections.unmodifiableSet(new LinkedHashSet<>(List.of(2, 1))));
        values.put("Collections.singletonMap", Collections.singletonMap("abc", null));
    }

    @SuppressWarnings("JdkObsolete") // LinkedList is a built-in type.
    private static void addMutableCollections(Map<String, Object> values) {
        values.put("ArrayList", new ArrayList<>(List.of(1, 2)));
        values.put("LinkedList", new LinkedList<>(List.of(1, 2)));
        values.put("ArrayDeque", new ArrayDeque<>(List.of(1, 2)));
        values.put("HashSet", new HashSet<>(List.of(1)));
        values.put("LinkedHashSet", new LinkedHashSet<>(List.of(2, 1)));
        values.put("TreeSet", new TreeSet<>(List.of(2, 1)));
        values.put("HashMap", new HashMap<>(Map.of("abc", 1)));
        values.put("LinkedHashMap", new LinkedHashMap<>(Map.of("abc", 1)));
        values.put("TreeMap", new TreeMap<>(Map.of("b", 2, "a", 1)));
        values.put("EnumSet", EnumSet.allOf(Messages.Suit.class));
        values.put("EnumMap", new EnumMap<>(Map.of(Messages.Suit.HEARTS, 1)));
        values.put("Arrays.asList", Arrays.asList(1, null));
    }

    private static void addRegistered(Map<String, Object> values) {
        values.put("record of primitives", new Messages.Primitives(true, (byte) 1, 'a', (short) 2, 3, 4, 5, 6, "abc"));
        values.put(
                "record of objects",
                new Messages.Order(
                        "o-1",
                        List.of(new Messages.Line("nut", 2, null)),
                        Map.of("nut", 2),
                        Optional.of(Duration.ofSeconds(1)),
                        Messages.Suit.HEARTS));
        values.put("record without components", new Messages.Reset());
        values.put("enum", Messages.Suit.CLUBS);
        values.put("array of records", new Messages.Line[] {new Messages.Line("nut", 2, 'x')});
        values.put("class", new Messages.Plain("abc", 7, List.of("a")));
    }
}
