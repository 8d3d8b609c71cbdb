package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * The replies of one session for which its proxy may ask again, by the proxy's numbers. Bounded by what a proxy has under way
 * at a time: numbers below the first unanswered one are forgotten.
 */
final class ReplyWindow {
    private long firstNumber;
    /** The reply to number {@code n} is at {@code n} modulo the length, a power of 2; null if that took no effect so far. */
    private byte[][] replies = new byte[8][];

    private long endNumber;

    /** A window that expects nothing below {@code firstNumber}. */
    ReplyWindow(long firstNumber) {
        this.firstNumber = firstNumber;
        this.endNumber = firstNumber;
    }

    /** The lowest number for which the proxy may ask again. */
    long firstNumber() {
        return firstNumber;
    }

    /** Whether the command of this number has taken effect and its reply is kept. */
    boolean contains(long number) {
        return number >= firstNumber && number < endNumber && replies[at(number)] != null;
    }

    /** The reply to {@code number}, which is contained; an empty one if it has none. */
    byte[] reply(long number) {
        if (!contains(number)) {
            throw new IllegalArgumentException("No reply to " + number);
        }
        return replies[at(number)];
    }

    /** Keeps the reply to {@code number}, unless the proxy has it for certain; an empty one if there is none. */
    void put(long number, byte[] reply) {
        if (number < firstNumber) {
            return;
        }
        while (number - firstNumber >= replies.length) {
            grow();
        }
        replies[at(number)] = reply;
        endNumber = Math.max(endNumber, number + 1);
    }

    /** Forgets what is below {@code number}. */
    void forgetBelow(long number) {
        long end = Math.min(number, endNumber);
        for (long n = firstNumber; n < end; n++) {
            replies[at(n)] = null;
        }
        firstNumber = Math.max(firstNumber, number);
        endNumber = Math.max(endNumber, firstNumber);
    }

    private int at(long number) {
        return (int) (number & (replies.length - 1));
    }

    private void grow() {
        byte[][] larger = new byte[Math.multiplyExact(replies.length, 2)][];
        for (long n = firstNumber; n < endNumber; n++) {
            larger[(int) (n & (larger.length - 1))] = replies[at(n)];
        }
        replies = larger;
    }

    void write(Output output) {
        output.writeVarLong(firstNumber, true);
        int kept = 0;
        for (long n = firstNumber; n < endNumber; n++) {
            kept += contains(n) ? 1 : 0;
        }
        output.writeVarInt(kept, true);
        for (long n = firstNumber; n < endNumber; n++) {
            if (contains(n)) {
                output.writeVarLong(n - firstNumber, true);
                output.writeVarInt(reply(n).length, true);
                output.writeBytes(reply(n));
            }
        }
    }

    static ReplyWindow read(Input input) {
        ReplyWindow window = new ReplyWindow(input.readVarLong(true));
        int kept = input.readVarInt(true);
        for (int i = 0; i < kept; i++) {
            long number = window.firstNumber + input.readVarLong(true);
            window.put(number, input.readBytes(input.readVarInt(true)));
        }
        return window;
    }
}
