package org.uitto.snapshot;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of files. That of a snapshot is what can be read of its persistence id, the SHA-256 of the persistence id,
 * sequence number, timestamp and save number: {@code counter_1-9f86...-42-1700000000000-7.snapshot}. It is of lower-case
 * letters, digits, {@code _}, {@code -} and {@code .} only and at most 167 characters long, whatever the persistence id is.
 */
final class FileNames {
    static final String IDENTITY = "identity";
    static final String SNAPSHOT = ".snapshot";
    static final String WRITING = ".writing";
    private static final int READABLE_CHARS = 32;
    private static final Pattern FORM =
            Pattern.compile("[a-z0-9_]{0,32}-([0-9a-f]{64})-(\\d{1,19})-(\\d{1,19})-(\\d{1,19})\\.snapshot");

    private FileNames() {}

    /** What the names of all snapshots of a persistence id begin with, but for the dash. */
    static String stem(String persistenceId) {
        String start = persistenceId.substring(0, Math.min(READABLE_CHARS, persistenceId.length()));
        String readable = start.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        return readable.substring(0, Math.min(READABLE_CHARS, readable.length())) + "-" + hash(persistenceId);
    }

    private static String hash(String persistenceId) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(chars(persistenceId)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** Every char as it is: unlike UTF-8 this tells ids with unpaired surrogates from each other. */
    static byte[] chars(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(Character.BYTES * text.length());
        bytes.asCharBuffer().put(text);
        return bytes.array();
    }

    static String snapshot(String stem, SnapshotKey key) {
        return stem + "-" + key.sequenceNr() + "-" + key.timestampMillis() + "-" + key.saveNumber() + SNAPSHOT;
    }

    /** What a name says, or empty if it is not that of a snapshot. */
    static Optional<Named> parse(String name) {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            SnapshotKey key = new SnapshotKey(
                    Long.parseLong(form.group(2)), Long.parseLong(form.group(3)), Long.parseLong(form.group(4)));
            Named named = new Named(name.substring(0, form.end(1)), key);
            return Optional.of(named)
                    .filter(found -> snapshot(found.stem(), key).equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What the name of a file says of it. */
    record Named(String stem, SnapshotKey key) {}
}
