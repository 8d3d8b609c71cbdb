package org.uitto.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The layout of a snapshot file. Big endian.
 *
 * <pre>
 *   0  magic, "UITTOSNP"               8 bytes
 *   8  format version, 1               4
 *  12  checksum of the bytes before    4   these 16 bytes are the same in every version
 *  16  id of the store                16   as the file identity says it, which also names the owner
 *  32  sequence number                 8
 *  40  timestamp, ms since the epoch   8
 *  48  save number                     8
 *  56  length of the persistence id    4   in bytes
 *  60  length of the descriptor        4
 *  64  length of the body              8
 *  72  checksum of the bytes before    4
 *  76  persistence id                      2 bytes for each char
 *      descriptor                          serializer and manifest, see {@link SnapshotCodec}
 *      body                                what the serializer made
 *      checksum of all bytes before    4
 * </pre>
 *
 * Checksums are CRC-32C. The file ends there: bytes that are missing or more are damage. Lengths are believed only once
 * their checksum is right and the file is as long as they say, so a damaged file makes nobody allocate more than its size.
 */
final class SnapshotFormat {
    static final int VERSION = 1;
    private static final long MAGIC = 0x554954544F534E50L; // "UITTOSNP"
    private static final int PRELUDE_BYTES = 16;
    private static final int FIXED_BYTES = 76;
    /** The JDK copies an array to a buffer of this size outside of the heap, which each thread keeps. */
    private static final int PIECE_BYTES = 128 << 10;

    private final UUID storeId;

    SnapshotFormat(UUID storeId) {
        this.storeId = storeId;
    }

    /** How long the file of a snapshot is. */
    static long sizeBytes(String persistenceId, SnapshotContent content) {
        return FIXED_BYTES
                + (long) Character.BYTES * persistenceId.length()
                + content.descriptor().length
                + content.body().length
                + Integer.BYTES;
    }

    /** Writes a whole snapshot to an empty file. */
    void write(Folder.NewFile file, String persistenceId, SnapshotKey key, SnapshotContent content) throws IOException {
        byte[] id = FileNames.chars(persistenceId);
        byte[] head = new byte[FIXED_BYTES];
        ByteBuffer fixed = ByteBuffer.wrap(head).putLong(MAGIC).putInt(VERSION);
        fixed.putInt(crcOf(fixed));
        fixed.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        fixed.putLong(key.sequenceNr()).putLong(key.timestampMillis()).putLong(key.saveNumber());
        fixed.putInt(id.length).putInt(content.descriptor().length).putLong(content.body().length);
        fixed.putInt(crcOf(fixed));
        CRC32C crc = new CRC32C();
        for (byte[] part : new byte[][] {head, id, content.descriptor(), content.body()}) {
            crc.update(part);
            for (int from = 0; from < part.length; from += PIECE_BYTES) {
                file.write(ByteBuffer.wrap(part, from, Math.min(PIECE_BYTES, part.length - from)));
            }
        }
        file.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, (int) crc.getValue()));
    }

    /** The checksum of what was put into {@code bytes} so far. */
    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, bytes.position()));
        return (int) crc.getValue();
    }

    /**
     * Reads a whole snapshot and checks that it is that one.
     *
     * @throws Damage if it is not
     * @throws NewerFormat if a later version of Uitto wrote the file
     */
    SnapshotContent read(Folder.StoredFile file, String persistenceId, SnapshotKey key) throws Damage, NewerFormat {
        try {
            return readWithin(file, persistenceId, key);
        } catch (EOFException e) {
            throw new Damage("it became shorter while it was read", e);
        } catch (IOException e) {
            throw new Damage("it cannot be read: " + e, e);
        }
    }

    private SnapshotContent readWithin(Folder.StoredFile file, String persistenceId, SnapshotKey key)
            throws IOException, Damage, NewerFormat {
        long size = file.sizeBytes();
        CRC32C crc = new CRC32C();
        ByteBuffer fixed = readHeader(file, size, crc);
        int idBytes = fixed.getInt(56);
        int descriptorBytes = fixed.getInt(60);
        long bodyBytes = fixed.getLong(64);
        long expectedSize = (long) FIXED_BYTES + idBytes + descriptorBytes + bodyBytes + Integer.BYTES;
        require(
                expectedSize == size,
                "it is " + size + " bytes long and should be " + expectedSize
                        + (size < expectedSize ? ": its end is missing" : ": something follows its end"));
        byte[] id = readPart(file, idBytes, crc);
        byte[] descriptor = readPart(file, descriptorBytes, crc);
        byte[] body = readPart(file, Math.toIntExact(bodyBytes), crc);
        int checksum =
                ByteBuffer.wrap(readPart(file, Integer.BYTES, new CRC32C())).getInt();
        require(checksum == (int) crc.getValue(), "its checksum is wrong: bytes of it have changed");
        requireIdentity(fixed, id, persistenceId, key);
        return new SnapshotContent(descriptor, body);
    }

    private static ByteBuffer readHeader(Folder.StoredFile file, long size, CRC32C crc)
            throws IOException, Damage, NewerFormat {
        require(size >= PRELUDE_BYTES, "it is only " + size + " bytes long: its end is missing");
        ByteBuffer prelude = ByteBuffer.wrap(readPart(file, PRELUDE_BYTES, crc));
        require(
                prelude.getLong() == MAGIC && prelude.getInt() >= VERSION && crcOf(prelude) == prelude.getInt(),
                "its first bytes are not those of a snapshot");
        int version = prelude.getInt(Long.BYTES);
        if (version > VERSION) {
            throw new NewerFormat(version);
        }
        require(size >= FIXED_BYTES + Integer.BYTES, "it is only " + size + " bytes long: its end is missing");
        ByteBuffer fixed = ByteBuffer.allocate(FIXED_BYTES).put(prelude.rewind());
        fixed.put(readPart(file, FIXED_BYTES - PRELUDE_BYTES, crc)).position(FIXED_BYTES - Integer.BYTES);
        require(crcOf(fixed) == fixed.getInt(), "the checksum of its header is wrong: bytes of it have changed");
        return fixed;
    }

    private static byte[] readPart(Folder.StoredFile file, int length, CRC32C crc) throws IOException {
        byte[] part = new byte[length];
        for (int from = 0; from < length; from += PIECE_BYTES) {
            file.read(ByteBuffer.wrap(part, from, Math.min(PIECE_BYTES, length - from)));
        }
        crc.update(part);
        return part;
    }

    private void requireIdentity(ByteBuffer fixed, byte[] id, String persistenceId, SnapshotKey key) throws Damage {
        UUID store = new UUID(fixed.getLong(16), fixed.getLong(24));
        require(store.equals(storeId), "it is another store's, whose id is " + store + "; this one's is " + storeId);
        String owner = ByteBuffer.wrap(id).asCharBuffer().toString();
        require(
                Arrays.equals(id, FileNames.chars(persistenceId)),
                "it is a snapshot of persistence id \"" + owner + "\", not of \"" + persistenceId + "\"");
        long sequenceNr = fixed.getLong(32);
        long timestampMillis = fixed.getLong(40);
        long saveNumber = fixed.getLong(48);
        require(
                sequenceNr == key.sequenceNr()
                        && timestampMillis == key.timestampMillis()
                        && saveNumber == key.saveNumber(),
                "its name is not its own: it has sequence number " + sequenceNr + ", timestamp " + timestampMillis
                        + " and save number " + saveNumber);
    }

    private static void require(boolean holds, String damage) throws Damage {
        if (!holds) {
            throw new Damage(damage);
        }
    }

    /** A file does not hold the snapshot that it should; the message goes on from the name of the file. */
    static final class Damage extends Exception {
        private static final long serialVersionUID = 1L;

        Damage(String what) {
            super(what);
        }

        Damage(String what, IOException cause) {
            super(what, cause);
        }
    }

    /** A file was written by a later version of Uitto. */
    static final class NewerFormat extends Exception {
        private static final long serialVersionUID = 1L;

        NewerFormat(int version) {
            super("it is of format " + version + ", and this version reads format " + VERSION + " only");
        }
    }
}
