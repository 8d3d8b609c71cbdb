package org.uitto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.uitto.kryo.KryoCodec;
import org.uitto.kryo.KryoSerializationException;

/** What every layout must stand: its golden bytes, each truncation of them, and bytes changed by chance. */
public final class LayoutCheck {
    private static final int MUTATIONS = 20_000;
    private static final long ALLOWED_BYTES = 256 * 1024;

    private final KryoCodec codec;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A check of what {@code codec} reads and writes. */
    public LayoutCheck(KryoCodec codec) {
        this.codec = codec;
    }

    /** That {@code value} stands as {@code hex} under {@code id}, and can be read again. */
    public void golden(Object value, int id, String hex) throws KryoSerializationException {
        assertEquals(hex, HexFormat.of().formatHex(codec.toBytes(value)));
        assertEquals(id, codec.idOf(value));
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertEquals(value, codec.fromBytes(id, bytes, 0, bytes.length));
    }

    /** That a part of {@code value} is an error, each part. */
    public void truncations(Object value) throws KryoSerializationException {
        byte[] bytes = codec.toBytes(value);
        for (int length = 0; length < bytes.length; length++) {
            assertTrue(isRefused(value, Arrays.copyOf(bytes, length)), length + " of " + bytes.length + " bytes");
        }
        assertTrue(isRefused(value, Arrays.copyOf(bytes, bytes.length + 1)), "one byte too many");
    }

    /** That whatever is read from damaged bytes of {@code value} is an error or a value, at no great cost. */
    public void mutations(Object value, long seed) throws KryoSerializationException {
        byte[] bytes = codec.toBytes(value);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = bytes.clone();
            int changes = 1 + random.nextInt(3);
            for (int change = 0; change < changes; change++) {
                int at = random.nextInt(damaged.length);
                damaged[at] = random.nextBoolean()
                        ? (byte) (damaged[at] ^ 1 << random.nextInt(8))
                        : (byte) random.nextInt(256);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            isRefused(value, damaged);
            long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(
                    allocatedBytes < ALLOWED_BYTES,
                    () -> allocatedBytes + " bytes allocated for "
                            + HexFormat.of().formatHex(damaged));
        }
    }

    private boolean isRefused(Object value, byte[] bytes) throws KryoSerializationException {
        try {
            Object read = codec.fromBytes(codec.idOf(value), bytes, 0, bytes.length);
            assertEquals(value.getClass(), read.getClass());
            return false;
        } catch (KryoSerializationException e) {
            assertNotNull(e.getMessage());
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError("Not a clear error for " + HexFormat.of().formatHex(bytes), e);
        }
    }
}
