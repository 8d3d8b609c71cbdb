package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.ValueCodec.CodecException;

/** What a group remembers of proxies and their commands, and for how long. */
class SessionsTest {
    private static final byte[] REPLY = {1, 2, 3};

    private final Sessions sessions = new Sessions();

    private void open(long index, long timeMillis) {
        sessions.open(index, new SessionOpening(timeMillis, 1_000, 3));
    }

    private static CommandEntry command(long session, long number, long firstUnanswered, long timeMillis) {
        return new CommandEntry(session, number, firstUnanswered, timeMillis, Optional.of(REPLY));
    }

    @Test
    void keepsRepliesUntilTheProxyHasThem() {
        open(5, 0);
        sessions.record(command(5, 1, 1, 10));
        sessions.record(command(5, 2, 1, 10));
        assertArrayEquals(REPLY, sessions.reply(5, 1).orElseThrow());
        assertFalse(sessions.isAnswered(5, 1));

        sessions.record(command(5, 3, 2, 10));

        assertEquals(Optional.empty(), sessions.reply(5, 1));
        assertTrue(sessions.isAnswered(5, 1));
        assertArrayEquals(REPLY, sessions.reply(5, 2).orElseThrow());
        assertEquals(Optional.empty(), sessions.reply(5, 4));
        assertEquals(Optional.empty(), sessions.reply(6, 2));
    }

    @Test
    void aCommandThatTakesEffectTwiceIsAViolation() {
        open(5, 0);
        sessions.record(command(5, 1, 1, 10));

        assertThrows(IllegalStateException.class, () -> sessions.record(command(5, 1, 1, 20)));
    }

    @Test
    void forgetsASessionWhenItsTimeHasPassedByTheLog() {
        open(5, 0);
        open(6, 500);
        assertFalse(sessions.contains(5, 1_000), "a command would come too late");
        assertTrue(sessions.contains(5, 999));

        sessions.record(command(6, 1, 1, 1_000));

        assertEquals(1, sessions.count());
        assertTrue(sessions.contains(6, 1_999));
        sessions.record(command(6, 2, 1, 700)); // The clock of another leader is behind: time stands.
        assertEquals(1_000, sessions.timeMillis());
    }

    @Test
    void forgetsTheOneThatHasBeenIdleForLongest() {
        open(5, 0);
        open(6, 0);
        open(7, 0);
        sessions.record(command(5, 1, 1, 10));

        open(8, 20);

        assertEquals(3, sessions.count());
        assertFalse(sessions.contains(6, 20));
        assertTrue(sessions.contains(5, 20));
        assertTrue(sessions.contains(7, 20));
    }

    @Test
    void aCommandOfAForgottenSessionLeavesNoTrace() {
        open(5, 0);

        sessions.record(command(5, 1, 1, 2_000));

        assertEquals(0, sessions.count());
        assertEquals(Optional.empty(), sessions.reply(5, 1));
    }

    @Test
    void standInASnapshotAndGoOnFromIt() throws Exception {
        open(5, 0);
        open(6, 0);
        sessions.record(command(5, 9, 7, 10));
        Output output = new Output(64, -1);
        sessions.write(output);
        output.writeString("what follows");

        Input input = new Input(output.toBytes());
        Sessions restored = Sessions.read(input);

        assertEquals("what follows", input.readString());
        assertArrayEquals(REPLY, restored.reply(5, 9).orElseThrow());
        assertTrue(restored.isAnswered(5, 6));
        Output again = new Output(64, -1);
        restored.write(again);
        assertArrayEquals(Arrays.copyOf(output.toBytes(), again.position()), again.toBytes());
        assertEquals(
                "01" + "0a" + "02" + "06e8070000" + "00" + "05e8070a07" + "01" + "02" + "03010203",
                HexFormat.of().formatHex(again.toBytes()));
    }

    @Test
    void damagedSessionsAreAnError() {
        open(5, 0);
        sessions.record(command(5, 9, 7, 10));
        Output output = new Output(64, -1);
        sessions.write(output);

        for (int length = 0; length < output.position(); length++) {
            Input cut = new Input(output.getBuffer(), 0, length);
            assertThrows(CodecException.class, () -> Sessions.read(cut));
        }
        output.getBuffer()[0] = 9;
        CodecException newer = assertThrows(CodecException.class, () -> Sessions.read(new Input(output.getBuffer())));
        assertTrue(String.valueOf(newer.getMessage()).contains("another version"), newer.getMessage());
    }

    @Test
    void aWindowKeepsWhatAMapWould() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ReplyWindow window = new ReplyWindow(1);
            TreeMap<Long, byte[]> naive = new TreeMap<>();
            long first = 1;
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(4) == 0) {
                    first += random.nextInt(20);
                    window.forgetBelow(first);
                    naive.headMap(first).clear();
                } else {
                    long number = first + random.nextInt(40) - 3;
                    byte[] reply = {(byte) step};
                    window.put(number, reply);
                    if (number >= first) {
                        naive.put(number, reply);
                    }
                }
                assertSame(naive, window, first);
            }
        }
    }

    private static void assertSame(Map<Long, byte[]> naive, ReplyWindow window, long first) {
        for (long number = Math.max(0, first - 5); number < first + 60; number++) {
            assertEquals(naive.containsKey(number), window.contains(number));
            if (window.contains(number)) {
                assertArrayEquals(naive.get(number), window.reply(number));
            }
        }
    }
}
