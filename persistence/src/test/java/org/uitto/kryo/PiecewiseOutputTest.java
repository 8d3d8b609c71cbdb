package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written piece by piece is what one array would hold. */
class PiecewiseOutputTest {
    /** Writes all kinds of values, of lengths on both sides of any piece's. */
    private static void write(Output output, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            switch (random.nextInt(8)) {
                case 0 -> output.writeByte(random.nextInt());
                case 1 -> output.writeInt(random.nextInt());
                case 2 -> output.writeVarInt(random.nextInt(), random.nextBoolean());
                case 3 -> output.writeVarLong(random.nextLong() >>> random.nextInt(64), random.nextBoolean());
                case 4 -> output.writeDouble(random.nextDouble());
                case 5 -> output.writeString(text(random, 'a', 26));
                case 6 -> output.writeString(text(random, '\u0100', 10_000));
                default -> {
                    byte[] bytes = new byte[1 << random.nextInt(i % 100 == 0 ? 20 : 9)];
                    random.nextBytes(bytes);
                    output.writeBytes(bytes);
                }
            }
        }
    }

    private static String text(Random random, char first, int range) {
        StringBuilder text = new StringBuilder();
        int length = 1 << random.nextInt(14);
        for (int i = random.nextInt(length); i < length; i++) {
            text.append((char) (first + random.nextInt(range)));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isWhatOneArrayWouldHold(long seed) {
        Output whole = new Output(1024, -1);
        write(whole, seed);
        PiecewiseOutput pieces = new PiecewiseOutput(Integer.MAX_VALUE);
        write(pieces, seed);

        assertEquals(whole.total(), pieces.total());
        assertEquals(ByteString.fromArray(whole.toBytes()), pieces.toByteString());
    }

    @Test
    void mayBeEmpty() {
        assertTrue(new PiecewiseOutput(10).toByteString().isEmpty());
    }

    @Test
    void takesNoMoreThanItMay() {
        PiecewiseOutput output = new PiecewiseOutput(1_000_000);
        output.writeBytes(new byte[999_999]);
        output.writeByte(1);

        assertThrows(KryoBufferOverflowException.class, () -> output.writeByte(1));
        assertEquals(1_000_000, output.toByteString().length());
    }

    @Test
    void takesNoMoreThanItMayThoughThePieceHasRoom() {
        PiecewiseOutput output = new PiecewiseOutput(10);

        assertThrows(KryoBufferOverflowException.class, () -> output.writeBytes(new byte[11]));
    }

    @Test
    void noLayoutGoesBack() {
        PiecewiseOutput output = new PiecewiseOutput(10);
        output.writeInt(0);

        assertThrows(KryoException.class, () -> output.setPosition(0));
    }
}
