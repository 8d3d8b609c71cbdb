package org.uitto.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Whose snapshots a folder holds, as the file {@code identity} says it: four lines of text, the last one a checksum of the
 * others.
 *
 * @param storeId made at the first start; every snapshot carries it
 * @param owner what {@code uitto.snapshot-store.owner} was when one was first given; may be empty
 */
record Identity(UUID storeId, String owner) {
    private static final String FORMAT = "uitto-snapshots ";
    private static final int MOST_BYTES = 1 << 16;

    /** What the folder says, or empty at the first start. */
    static Optional<Identity> read(Folder folder) throws IOException {
        try (Folder.StoredFile file = folder.open(FileNames.IDENTITY)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.sizeBytes(), MOST_BYTES));
            file.read(bytes);
            return Optional.of(
                    parse(folder, StandardCharsets.UTF_8.decode(bytes.flip()).toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Identity parse(Folder folder, String text) {
        String[] lines = text.split("\n", -1);
        String file = folder.path() + "/" + FileNames.IDENTITY;
        boolean isSealed = text.equals(sealed(text.substring(0, text.lastIndexOf("\ncrc ") + 1)));
        if (isSealed && lines[0].startsWith(FORMAT) && !lines[0].equals(FORMAT + SnapshotFormat.VERSION)) {
            throw new SnapshotRefusedException(file + " says \"" + lines[0] + "\", and this version reads \"" + FORMAT
                    + SnapshotFormat.VERSION + "\" only. A newer version of Uitto wrote the snapshots: update this"
                    + " node.");
        }
        Optional<Identity> identity =
                isSealed && lines.length == 5 && lines[1].startsWith("id ") && lines[2].startsWith("owner ")
                        ? fromLines(lines)
                        : Optional.empty();
        return identity.filter(candidate -> candidate.text().equals(text))
                .orElseThrow(() -> new SnapshotDamagedException(file
                        + " is damaged: it does not say whose snapshots these are. Nothing was changed. Restore it from"
                        + " a copy of the whole directory."));
    }

    private static Optional<Identity> fromLines(String[] lines) {
        try {
            return Optional.of(new Identity(UUID.fromString(lines[1].substring(3)), lines[2].substring(6)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Makes this the folder's identity, durably and in one step. */
    void write(Folder folder) throws IOException {
        String aside = FileNames.IDENTITY + FileNames.WRITING;
        try (Folder.NewFile file = folder.create(aside)) {
            file.write(StandardCharsets.UTF_8.encode(text()));
            file.force();
        }
        folder.rename(aside, FileNames.IDENTITY);
        folder.force();
    }

    /**
     * Refuses a folder of another owner. An empty {@code expected} accepts any; a store that has no named owner yet becomes
     * the expected one's.
     */
    Identity claimedBy(Folder folder, String expected) throws IOException {
        if (expected.isEmpty() || expected.equals(owner)) {
            return this;
        }
        if (!owner.isEmpty()) {
            throw new SnapshotRefusedException("The snapshots in " + folder.path() + " belong to \"" + owner
                    + "\", not to \"" + expected + "\". If it is the right directory, mend"
                    + " `uitto.snapshot-store.owner`; if not, mend `uitto.snapshot-store.directory`.");
        }
        Identity claimed = new Identity(storeId, expected);
        claimed.write(folder);
        return claimed;
    }

    private String text() {
        return sealed(FORMAT + SnapshotFormat.VERSION + "\nid " + storeId + "\nowner " + owner + "\n");
    }

    private static String sealed(String lines) {
        CRC32C crc = new CRC32C();
        crc.update(StandardCharsets.UTF_8.encode(lines));
        return lines + String.format("crc %08x\n", crc.getValue());
    }
}
