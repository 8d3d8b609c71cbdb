package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose journal a directory holds, as the file {@code identity} says it: four lines of text, the last one a checksum of
 * the others.
 *
 * @param journalId made at the first start; every segment carries it
 * @param owner what {@code uitto.journal.owner} was at the first start; may be empty
 */
record Identity(UUID journalId, String owner) {
    private static final String FORMAT = "uitto-journal ";

    /** What the directory says, or empty at the first start. */
    static Optional<Identity> read(Directory directory) throws IOException {
        String text;
        try (DataFile file = directory.open(FileNames.IDENTITY)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.sizeBytes(), 1 << 16));
            file.read(bytes, 0);
            text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(parse(directory, text));
    }

    private static Identity parse(Directory directory, String text) {
        String[] lines = text.split("\n", -1);
        String file = directory.path() + "/" + FileNames.IDENTITY;
        if (lines[0].startsWith(FORMAT) && !lines[0].equals(FORMAT + SegmentHeader.FORMAT_VERSION)) {
            throw new JournalRefusedException(file + " says \"" + lines[0] + "\", and this version reads \"" + FORMAT
                    + SegmentHeader.FORMAT_VERSION + "\" only. A newer version of Uitto wrote the journal: update this"
                    + " node.");
        }
        Optional<Identity> identity = lines.length == 5 && lines[1].startsWith("id ") && lines[2].startsWith("owner ")
                ? fromLines(lines)
                : Optional.empty();
        return identity.filter(candidate -> candidate.text().equals(text))
                .orElseThrow(() -> new JournalDamagedException(
                        new JournalDamagedException.Spot(file, 0), "it does not say whose journal this is"));
    }

    private static Optional<Identity> fromLines(String[] lines) {
        try {
            return Optional.of(new Identity(UUID.fromString(lines[1].substring(3)), lines[2].substring(6)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Makes this the directory's identity, durably and in one step. */
    void write(Directory directory) throws IOException {
        byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
        String aside = FileNames.IDENTITY + FileNames.PREPARING;
        try (DataFile file = directory.create(aside, bytes.length)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
        directory.rename(aside, FileNames.IDENTITY);
        directory.force();
    }

    /**
     * Refuses a directory of another owner. An empty {@code expected} accepts any; a journal that has no named owner yet
     * becomes the expected one's.
     */
    Identity claimedBy(Directory directory, String expected) throws IOException {
        if (expected.isEmpty() || expected.equals(owner)) {
            return this;
        }
        if (!owner.isEmpty()) {
            throw new JournalRefusedException("The journal in " + directory.path() + " belongs to \"" + owner
                    + "\", not to \"" + expected + "\". If it is the right directory, mend `uitto.journal.owner`; if"
                    + " not, mend `uitto.journal.directory`.");
        }
        Identity claimed = new Identity(journalId, expected);
        claimed.write(directory);
        return claimed;
    }

    private String text() {
        String lines = FORMAT + SegmentHeader.FORMAT_VERSION + "\nid " + journalId + "\nowner " + owner + "\n";
        int checksum = RecordFormat.crc32c(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
        return lines + String.format("crc %08x\n", checksum);
    }
}
