package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.esotericsoftware.kryo.io.Output;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no node wrote: they are refused with a typed exception, and allocate no more than bytes of their number may. */
final class HostileBytesTest extends CodecTest {
    /** For the exception with its stack trace and message, and for what one context needs at most the first time. */
    private static final long ALLOCATION_BASE_BYTES = 256 * 1024;

    /** A byte can stand for an object: an empty ArrayDeque takes 2 and makes about 100. */
    private static final long ALLOCATION_PER_BYTE = 128;

    private static final int CASES = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(
            ints = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 50, 51, 52, 53, 54, 60, 61, 62, 63, 64, 66, 67, 71, 1006
            })
    void refusesACountThatTheBytesCannotHold(int id) {
        for (int count : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0x1000_0000, 1000}) {
            assertRefused(id, bytes(out -> out.writeVarInt(count, true)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 68})
    void refusesACountBehindAComparator(int id) throws Exception {
        assertRefused(id, bytes(out -> {
            out.writeByte(0);
            out.writeVarInt(Integer.MAX_VALUE, true);
        }));
    }

    @ParameterizedTest
    @ValueSource(ints = {69, 70})
    void refusesACountBehindAnEnum(int id) throws Exception {
        assertRefused(id, bytes(out -> {
            out.writeVarInt(1003, true);
            out.writeVarInt(Integer.MAX_VALUE, true);
        }));
        assertRefused(id, bytes(out -> out.writeVarInt(0, true)));
        assertRefused(id, bytes(out -> out.writeVarInt(1001, true)));
    }

    @Test
    void refusesAStringLongerThanTheBytes() throws Exception {
        for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1000}) {
            assertRefused(9, bytes(out -> out.writeVarIntFlag(true, length, true)));
        }
    }

    @Test
    void refusesAStringWithoutEnd() throws Exception {
        byte[] endless = new byte[1000];
        Arrays.fill(endless, (byte) 'a');

        assertRefused(9, endless);
    }

    @Test
    void refusesToFollowNestingDeeperThanItsLimit() throws Exception {
        byte[] nested = new byte[1_000_000];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 1;
            nested[i + 1] = 51;
        }

        assertRefused(50, nested);
    }

    @Test
    void doesNotAddUpWhatNestedCountsClaim() throws Exception {
        // Each of 250 lists in each other claims as many elements as there are bytes behind it.
        byte[] nested = bytes(out -> {
            for (int i = 0; i < 250; i++) {
                out.writeVarInt(900_000, true);
                out.writeByte(51);
            }
            out.writeBytes(new byte[950_000]);
        });

        assertRefused(50, nested);
    }

    @Test
    void survivesRandomDamage() throws Exception {
        List<Object> values = new ArrayList<>(GoldenValues.all().values());
        values.add(new Messages.Small("key", 1, system.ignoreRef()));
        values.add(new Messages.Holder(
                values.stream().filter(value -> !value.getClass().isArray()).toList()));
        Random random = new Random(20261123);
        long worst = 0;
        for (int i = 0; i < CASES; i++) {
            Object value = values.get(random.nextInt(values.size()));
            byte[] bytes = damaged(codec.toBytes(value), random);
            int id = random.nextInt(8) == 0 ? random.nextInt(100) : codec.idOf(value);
            worst = Math.max(worst, allocatedBeyondBound(i, id, bytes));
        }
        assertTrue(worst <= 0, "allocated " + worst + " bytes more than the bound");
    }

    @Test
    void survivesBytesThatWereNeverAMessage() throws Exception {
        Random random = new Random(42);
        int[] ids = IntStream.concat(IntStream.range(1, 100), IntStream.range(1000, 1016))
                .toArray();
        long worst = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            worst = Math.max(worst, allocatedBeyondBound(i, ids[random.nextInt(ids.length)], bytes));
        }
        assertTrue(worst <= 0, "allocated " + worst + " bytes more than the bound");
    }

    /**
     * How many bytes more than it may reading allocated; it may fail, but only with a typed exception. Read twice at need,
     * because what the JDK allocates once, such as its time zones, is not the bytes' doing.
     */
    private long allocatedBeyondBound(int round, int id, byte[] bytes) {
        long bound = ALLOCATION_BASE_BYTES + ALLOCATION_PER_BYTE * bytes.length;
        long allocated = allocatedByReading(round, id, bytes);
        if (allocated > bound) {
            allocated = allocatedByReading(round, id, bytes);
        }
        return allocated - bound;
    }

    private long allocatedByReading(int round, int id, byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            codec.fromBytes(id, bytes, 0, bytes.length);
        } catch (KryoSerializationException expected) {
            // Refused, as it should be unless the damage made another valid message.
        } catch (RuntimeException | Error e) {
            fail("case " + round + ", id " + id + ", " + Arrays.toString(bytes), e);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void assertRefused(int id, byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThrows(UnreadableBytesException.class, () -> codec.fromBytes(id, bytes, 0, bytes.length));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long bound = ALLOCATION_BASE_BYTES + 32L * bytes.length;
        assertTrue(allocated < bound, () -> "allocated " + allocated + " bytes for " + bytes.length);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length + 8) : bytes.length);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && damaged.length > 0; i++) {
            int at = random.nextInt(damaged.length);
            damaged[at] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> (byte) (damaged[at] ^ (1 << random.nextInt(8)));
                default -> (byte) 0xff;
            };
        }
        return damaged;
    }

    private interface Writer {
        void write(Output output);
    }

    private static byte[] bytes(Writer writer) {
        Output output = new Output(16, -1);
        writer.write(output);
        return output.toBytes();
    }
}
