package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferUnderflowException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a slice of an array and believes no length before the bytes that are left can hold it. Kryo's own {@link Input}
 * allocates first, and leaves characters of an earlier string where one is not valid.
 */
final class GuardedInput extends Input {
    private static final byte[] NOTHING = {};
    private static final int INITIAL_CHARS = 32;

    /** Forgets the slice, and the characters if they take more than {@code retainedBytes}. */
    void release(int retainedBytes) {
        setBuffer(NOTHING, 0, 0);
        if (chars.length > retainedBytes / Character.BYTES) {
            chars = new char[INITIAL_CHARS];
        }
    }

    /** The bytes of memory that the characters take. */
    int heldBytes() {
        return chars.length * Character.BYTES;
    }

    /** The bytes of the slice that have not been read. */
    int remaining() {
        return limit - position;
    }

    @Override
    protected int require(int required) {
        if (required > limit - position) {
            throw new KryoBufferUnderflowException(
                    required + " more bytes are needed, but " + (limit - position) + " are left.");
        }
        return limit - position;
    }

    @Override
    protected int optional(int optional) {
        return position == limit ? -1 : Math.min(limit - position, optional);
    }

    @Override
    public byte[] readBytes(int length) {
        return super.readBytes(checked(length, 1));
    }

    @Override
    public void readBytes(byte[] bytes, int offset, int count) {
        checked(count, 1);
        System.arraycopy(buffer, position, bytes, offset, count);
        position += count;
    }

    @Override
    public void skip(int count) {
        position += checked(count, 1);
    }

    @Override
    public boolean[] readBooleans(int length) {
        return super.readBooleans(checked(length, 1));
    }

    @Override
    public char[] readChars(int length) {
        return super.readChars(checked(length, Character.BYTES));
    }

    @Override
    public short[] readShorts(int length) {
        return super.readShorts(checked(length, Short.BYTES));
    }

    @Override
    public int[] readInts(int length) {
        return super.readInts(checked(length, Integer.BYTES));
    }

    @Override
    public int[] readInts(int length, boolean optimizePositive) {
        return super.readInts(checked(length, 1), optimizePositive);
    }

    @Override
    public long[] readLongs(int length) {
        return super.readLongs(checked(length, Long.BYTES));
    }

    @Override
    public long[] readLongs(int length, boolean optimizePositive) {
        return super.readLongs(checked(length, 1), optimizePositive);
    }

    @Override
    public float[] readFloats(int length) {
        return super.readFloats(checked(length, Float.BYTES));
    }

    @Override
    public double[] readDoubles(int length) {
        return super.readDoubles(checked(length, Double.BYTES));
    }

    @Override
    public @Nullable String readString() {
        if (!readVarIntFlag()) {
            return super.readString();
        }
        int lengthPlusOne = readVarIntFlag(true);
        if (lengthPlusOne == 0) {
            return null;
        }
        int charCount = checked(lengthPlusOne - 1, 1);
        int asciiCount = asciiCount(charCount);
        if (asciiCount == charCount) {
            String ascii = new String(buffer, position, charCount, StandardCharsets.ISO_8859_1);
            position += charCount;
            return ascii;
        }
        return readUtf8(charCount);
    }

    /** How many of the next {@code charCount} bytes, from the first, are ASCII. They are known to be there. */
    private int asciiCount(int charCount) {
        int count = 0;
        while (count < charCount && buffer[position + count] >= 0) {
            count++;
        }
        return count;
    }

    private String readUtf8(int charCount) {
        if (chars.length < charCount) {
            chars = new char[charCount];
        }
        for (int i = 0; i < charCount; i++) {
            chars[i] = readUtf8Char();
        }
        return new String(chars, 0, charCount);
    }

    @Override
    public @Nullable StringBuilder readStringBuilder() {
        String string = readString();
        return string == null ? null : new StringBuilder(string);
    }

    /** One UTF-16 unit as Kryo writes it: 1 to 3 bytes, surrogates each for itself. */
    private char readUtf8Char() {
        int first = readByte();
        if (first >= 0) {
            return (char) first;
        }
        if ((first & 0xe0) == 0xc0) {
            return (char) ((first & 0x1f) << 6 | continuation());
        }
        if ((first & 0xf0) == 0xe0) {
            int high = (first & 0x0f) << 12 | continuation() << 6;
            return (char) (high | continuation());
        }
        throw new KryoException("Byte 0x" + Integer.toHexString(first & 0xff) + " begins no character of a string.");
    }

    private int continuation() {
        int next = readByte();
        if ((next & 0xc0) != 0x80) {
            throw new KryoException(
                    "Byte 0x" + Integer.toHexString(next & 0xff) + " continues no character of a string.");
        }
        return next & 0x3f;
    }

    private int checked(int length, int bytesEach) {
        if (length < 0 || (long) length * bytesEach > limit - position) {
            throw new KryoException("A length of " + Integer.toUnsignedString(length) + " times " + bytesEach
                    + " bytes cannot be true: " + (limit - position) + " bytes are left.");
        }
        return length;
    }
}
