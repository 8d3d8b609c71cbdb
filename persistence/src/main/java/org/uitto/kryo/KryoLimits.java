package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.typesafe.config.Config;
import org.apache.pekko.ConfigurationException;

/**
 * What a message may hold: {@code uitto.kryo.limits}. Thread-safe.
 *
 * @param maxMessageBytes the largest message that is written or read, in bytes
 * @param maxCollectionSize the most elements of one collection, array or map
 * @param maxDepth how many objects may be nested in each other, the message itself included
 */
public record KryoLimits(int maxMessageBytes, int maxCollectionSize, int maxDepth) {
    private static final String PATH = "uitto.kryo.limits";

    public KryoLimits {
        positive("max-message-bytes", maxMessageBytes);
        positive("max-collection-size", maxCollectionSize);
        positive("max-depth", maxDepth);
    }

    /** Reads the block {@code uitto.kryo.limits}. */
    static KryoLimits of(Config limits) {
        long messageBytes = limits.getBytes("max-message-bytes");
        if (messageBytes > Integer.MAX_VALUE - 8) {
            throw new ConfigurationException(PATH + ".max-message-bytes = " + messageBytes
                    + " is more than an array can hold. Set it to 2147483639 or less.");
        }
        return new KryoLimits((int) messageBytes, limits.getInt("max-collection-size"), limits.getInt("max-depth"));
    }

    /**
     * Writes a count, in 1 to 5 bytes.
     *
     * @throws KryoException if it is above {@code max-collection-size} and so could not be read again
     */
    public void writeCount(Output output, int count) {
        if (count > maxCollectionSize) {
            throw new KryoException(
                    "A collection of " + count + " elements is larger than " + describe("max-collection-size") + ".");
        }
        output.writeVarInt(count, true);
    }

    /**
     * Reads a count that {@link #writeCount} wrote, before anything is allocated for it.
     *
     * @param bytesEach the fewest bytes that one element takes; at least 1
     * @throws KryoException if the bytes that are left cannot hold so many, or there are more than {@code
     *     max-collection-size}
     */
    public int readCount(Input input, int bytesEach) {
        int count = input.readVarInt(true);
        int remaining = input.limit() - input.position();
        if (count < 0 || (long) count * bytesEach > remaining) {
            throw new KryoException("A count of " + Integer.toUnsignedString(count) + " elements of " + bytesEach
                    + " or more bytes cannot be true: " + remaining + " bytes are left.");
        }
        if (count > maxCollectionSize) {
            throw new KryoException(
                    "A collection of " + count + " elements is larger than " + describe("max-collection-size") + ".");
        }
        return count;
    }

    /** The setting with its value, for an error. */
    String describe(String name) {
        int value = switch (name) {
            case "max-message-bytes" -> maxMessageBytes;
            case "max-collection-size" -> maxCollectionSize;
            default -> maxDepth;
        };
        return PATH + "." + name + " = " + value;
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new ConfigurationException(PATH + "." + name + " = " + value + " is not positive.");
        }
    }
}
