package org.uitto.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The contents of consecutive entries as one run of bytes, which is how they travel, rest and are proposed: nothing takes
 * them apart before they are applied.
 *
 * <p>Layout, repeated {@link #count()} times: length of the body (4 bytes, big endian), {@link EntryKind#code()} (1
 * byte), body.
 *
 * <p>Immutable as long as nobody writes to the array it was made of, which nobody may.
 */
public final class Payloads {
    private static final int HEADER_BYTES = Integer.BYTES + 1;

    private final int count;
    private final byte[] bytes;
    private final int offset;
    private final int lengthBytes;

    private Payloads(int count, byte[] bytes, int offset, int lengthBytes) {
        this.count = count;
        this.bytes = bytes;
        this.offset = offset;
        this.lengthBytes = lengthBytes;
    }

    /**
     * Takes bytes that came from disk or from a peer.
     *
     * @throws IllegalArgumentException if they are not {@code count} well-formed entries
     */
    public static Payloads of(int count, byte[] bytes) {
        Payloads payloads = new Payloads(count, bytes, 0, bytes.length);
        if (count < 1 || payloads.offsetAfter(count) != bytes.length) {
            throw new IllegalArgumentException(
                    "These " + bytes.length + " bytes are not " + count + " log entries, as their header says.");
        }
        return payloads;
    }

    /** A single entry. */
    public static Payloads single(EntryKind kind, byte[] body) {
        return new Builder().add(kind, body).build();
    }

    /** How many entries these are; at least 1. */
    public int count() {
        return count;
    }

    /** The size of the run, headers included, in bytes. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** The array that holds the run, from {@link #offset()}. Not to be written to. */
    public byte[] array() {
        return bytes;
    }

    /** Where in {@link #array()} the run begins. */
    public int offset() {
        return offset;
    }

    /** The first {@code n} entries; 1 to {@link #count()}. Shares the bytes. */
    public Payloads first(int n) {
        return n == count ? this : new Payloads(checked(n), bytes, offset, offsetAfter(n) - offset);
    }

    /** All but the first {@code n} entries; 0 to {@link #count()} - 1. Shares the bytes. */
    public Payloads withoutFirst(int n) {
        if (n == 0) {
            return this;
        }
        int start = offsetAfter(n);
        return new Payloads(checked(count - n), bytes, start, offset + lengthBytes - start);
    }

    /** Shows each entry to {@code reader}, in order. */
    public <E extends Exception> void forEach(Reader<E> reader) throws E {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, lengthBytes);
        for (int i = 0; i < count; i++) {
            int bodyBytes = buffer.getInt();
            EntryKind kind = EntryKind.of(buffer.get());
            reader.entry(kind, bytes, buffer.position(), bodyBytes);
            buffer.position(buffer.position() + bodyBytes);
        }
    }

    /** Whether this is one entry, of that kind. */
    public boolean isSingle(EntryKind kind) {
        return count == 1 && bytes[offset + Integer.BYTES] == kind.code();
    }

    /** A copy of what the first entry holds. */
    public byte[] firstBody() {
        int begin = offset + HEADER_BYTES;
        return Arrays.copyOfRange(bytes, begin, begin + bodyBytesAt(offset));
    }

    /** How many of the entries, from the first, fit into {@code maxBytes}; at least 1. */
    public int countWithin(long maxBytes) {
        int fitting = 0;
        int position = offset;
        while (fitting < count) {
            position += HEADER_BYTES + bodyBytesAt(position);
            if (position - offset > maxBytes) {
                break;
            }
            fitting++;
        }
        return Math.max(1, fitting);
    }

    private int checked(int n) {
        if (n < 1 || n > count) {
            throw new IllegalArgumentException("No " + n + " of " + count + " entries");
        }
        return n;
    }

    /** Where the first {@code n} entries end in the array, or -1 if they do not fit into the run. */
    private int offsetAfter(int n) {
        int end = offset + lengthBytes;
        int position = offset;
        for (int i = 0; i < n; i++) {
            if (end - position < HEADER_BYTES) {
                return -1;
            }
            int bodyBytes = bodyBytesAt(position);
            if (bodyBytes < 0 || bodyBytes > end - position - HEADER_BYTES) {
                return -1;
            }
            position += HEADER_BYTES + bodyBytes;
        }
        return position;
    }

    private int bodyBytesAt(int position) {
        return ((bytes[position] & 0xff) << 24)
                | ((bytes[position + 1] & 0xff) << 16)
                | ((bytes[position + 2] & 0xff) << 8)
                | (bytes[position + 3] & 0xff);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Payloads other
                && count == other.count
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + lengthBytes,
                        other.bytes,
                        other.offset,
                        other.offset + other.lengthBytes);
    }

    @Override
    public int hashCode() {
        return 31 * count + ByteBuffer.wrap(bytes, offset, lengthBytes).hashCode();
    }

    @Override
    public String toString() {
        return count + " entries, " + lengthBytes + " bytes";
    }

    /**
     * Sees one entry.
     *
     * @param <E> what it may throw: the rest of the entries is not shown then
     */
    @FunctionalInterface
    public interface Reader<E extends Exception> {
        /** The entry's body is {@code length} bytes of {@code array} from {@code offset}; not to be written to. */
        void entry(EntryKind kind, byte[] array, int offset, int length) throws E;
    }

    /** Gathers entries. Not thread-safe; of no use after {@link #build()}. */
    public static final class Builder {
        private byte[] bytes = new byte[256];
        private int lengthBytes;
        private int count;

        /** Adds an entry whose body is a copy of {@code body}. */
        public Builder add(EntryKind kind, byte[] body) {
            return add(kind, body, 0, body.length);
        }

        /** Adds an entry whose body is a copy of {@code length} bytes of {@code array} from {@code offset}. */
        public Builder add(EntryKind kind, byte[] array, int offset, int length) {
            int needed = Math.addExact(lengthBytes, HEADER_BYTES + length);
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, (int)
                        Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
            }
            ByteBuffer.wrap(bytes, lengthBytes, HEADER_BYTES).putInt(length).put(kind.code());
            System.arraycopy(array, offset, bytes, lengthBytes + HEADER_BYTES, length);
            lengthBytes = needed;
            count++;
            return this;
        }

        /** How many entries were added. */
        public int count() {
            return count;
        }

        /** Their size so far, headers included, in bytes. */
        public int lengthBytes() {
            return lengthBytes;
        }

        /** The entries added, at least one. */
        public Payloads build() {
            if (count == 0) {
                throw new IllegalStateException("No entry was added");
            }
            return new Payloads(count, bytes, 0, lengthBytes);
        }
    }
}
