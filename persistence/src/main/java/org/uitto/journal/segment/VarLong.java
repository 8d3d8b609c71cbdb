package org.uitto.journal.segment;

import java.nio.ByteBuffer;

/** Longs in one to ten bytes, seven bits a byte, the lowest first. */
final class VarLong {
    private VarLong() {}

    static void put(ByteBuffer target, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    static long get(ByteBuffer source) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = source.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0 || shift > 63) {
                return value;
            }
        }
    }

    /** Small negative numbers become small positive ones. */
    static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }
}
