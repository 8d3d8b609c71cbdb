package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SnapshotDamageTest {
    private Saves saves = opened();

    private static Saves opened() {
        try {
            return new Saves();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void setUp() {
        saves.save("a", 1, "the first state");
        saves.save("a", 2, "the second state");
        saves.save("b", 2, "the state of another");
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        String name = saves.file("a", 2);
        byte[] sound = saves.folder.get(name);

        for (int at = 0; at < sound.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] damaged = sound.clone();
                damaged[at] ^= (byte) (1 << bit);
                saves.folder.put(name, damaged);
                assertEquals(Optional.of("the first state"), saves.load("a"), "bit " + bit + " of byte " + at);
            }
        }
        assertEquals(sound.length * Byte.SIZE, saves.warnings.size());
    }

    @Test
    void everyByteThatIsAnotherIsFound() throws IOException {
        String name = saves.file("a", 2);
        byte[] sound = saves.folder.get(name);

        for (int at = 0; at < sound.length; at++) {
            byte[] damaged = sound.clone();
            damaged[at] = (byte) ~damaged[at];
            saves.folder.put(name, damaged);
            assertEquals(Optional.of("the first state"), saves.load("a"), "byte " + at);
        }
    }

    @Test
    void everyTruncationAndEveryAdditionIsFound() throws IOException {
        String name = saves.file("a", 2);
        byte[] sound = saves.folder.get(name);

        for (int length = 0; length <= 2 * sound.length; length++) {
            saves.folder.put(name, Arrays.copyOf(sound, length));
            String expected = length == sound.length ? "the second state" : "the first state";
            assertEquals(Optional.of(expected), saves.load("a"), "length " + length + " of " + sound.length);
        }
    }

    @Test
    void theWarningNamesTheFileTheDamageAndWhatIsUsedInstead() throws IOException {
        String name = saves.file("a", 2);
        saves.damage(name);

        assertEquals(Optional.of("the first state"), saves.load("a"));

        String warning = String.join("\n", saves.warnings);
        assertEquals(1, saves.warnings.size());
        assertTrue(warning.contains("simulated/" + name + ": its checksum is wrong"), warning);
        assertTrue(warning.contains("Used instead: simulated/" + saves.file("a", 1)), warning);
        assertTrue(warning.contains("sequence number 1, saved at 1970-01-01T00:00:01Z"), warning);
    }

    @Test
    void damageAloneIsAnErrorAndNotAnEmptyAnswer() throws IOException {
        saves.damage(saves.file("a", 1));
        saves.folder.put(saves.file("a", 2), new byte[0]);

        SnapshotDamagedException damaged = assertThrows(SnapshotDamagedException.class, () -> saves.load("a"));

        assertTrue(damaged.getMessage().contains(saves.file("a", 1) + ": its checksum is wrong"), damaged.getMessage());
        assertTrue(
                damaged.getMessage().contains(saves.file("a", 2) + ": it is only 0 bytes long"), damaged.getMessage());
        assertEquals(Optional.of("the state of another"), saves.load("b"));
        assertThrows(SnapshotDamagedException.class, () -> saves.loadUpTo("a", 1));
        assertEquals(Optional.empty(), saves.loadUpTo("a", 0), "none is wanted, so none is damaged");
    }

    @Test
    void damageIsNotSkippedIfThatIsNotWanted() throws IOException {
        saves.store.close();
        Saves strict = new Saves(saves.folder, new StoreSettings("owner", Saves.STORE_ID, 0, false));
        strict.damage(strict.file("a", 2));

        assertThrows(SnapshotDamagedException.class, () -> strict.load("a"));
        assertEquals(Optional.of("the first state"), strict.loadUpTo("a", 1));
    }

    @Test
    void aFileThatIsGoneIsDamage() throws IOException {
        saves.folder.remove(saves.file("a", 2));

        assertEquals(Optional.of("the first state"), saves.load("a"));
        assertTrue(saves.warnings.get(0).contains("it is gone"), saves.warnings::toString);
    }

    @Test
    void theSnapshotOfAnotherPersistenceIdIsFound() throws IOException {
        saves.folder.put(saves.file("a", 2), saves.folder.get(saves.file("b", 2)));

        assertEquals(Optional.of("the first state"), saves.load("a"));
        assertTrue(
                saves.warnings.get(0).contains("it is a snapshot of persistence id \"b\", not of \"a\""),
                saves.warnings::toString);
    }

    @Test
    void aRenamedSnapshotIsFound() throws IOException {
        String name = saves.file("a", 1);
        String stem = FileNames.stem("a");
        for (SnapshotKey pretended :
                List.of(new SnapshotKey(9, 1000, 1), new SnapshotKey(9, 1001, 1), new SnapshotKey(9, 1000, 7))) {
            String renamed = FileNames.snapshot(stem, pretended);
            saves.folder.put(renamed, saves.folder.get(name));
            saves = saves.reopened();

            assertEquals(Optional.of("the second state"), saves.load("a"));
            assertTrue(saves.warnings.get(0).contains("its name is not its own"), saves.warnings::toString);
            saves.store.delete("a", key -> key.sequenceNr() == 9);
        }
    }

    @Test
    void aSnapshotUnderANameThatIsNoneIsReported() throws IOException {
        saves.folder.put("copy-of-" + saves.file("a", 1), new byte[] {1});

        saves = saves.reopened();

        assertTrue(saves.warnings.get(0).contains("simulated/copy-of-"), saves.warnings::toString);
        assertEquals(Optional.of("the second state"), saves.load("a"));
    }

    @Test
    void theSnapshotOfAnotherStoreIsFound() throws IOException {
        Saves other = new Saves(new SimulatedFolder(), new StoreSettings("owner", new UUID(3, 4), 0, true));
        other.save("a", 1, "a state elsewhere");
        other.save("a", 2, "a state elsewhere");
        saves.folder.put(saves.file("a", 2), other.folder.get(other.file("a", 2)));

        assertEquals(Optional.of("the first state"), saves.load("a"));
        assertTrue(saves.warnings.get(0).contains("it is another store's, whose id is"), saves.warnings::toString);
    }

    @Test
    void aSnapshotOfANewerFormatIsRefusedAndNotSkipped() throws IOException {
        byte[] newer = saves.folder.get(saves.file("a", 2));
        ByteBuffer header = ByteBuffer.wrap(newer).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(newer, 0, 12);
        header.putInt(12, (int) crc.getValue());
        saves.folder.put(saves.file("a", 2), newer);

        SnapshotRefusedException refused = assertThrows(SnapshotRefusedException.class, () -> saves.load("a"));

        assertTrue(refused.getMessage().contains("of format 2"), refused.getMessage());
        assertTrue(refused.getMessage().contains(saves.file("a", 2)), refused.getMessage());
    }

    @Test
    void aFolderOfANewerFormatIsRefused() {
        String lines = "uitto-snapshots 2\nid of another kind\n";
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.UTF_8));
        String text = lines + String.format("crc %08x\n", crc.getValue());
        saves.folder.put(FileNames.IDENTITY, text.getBytes(StandardCharsets.UTF_8));

        SnapshotRefusedException refused = assertThrows(SnapshotRefusedException.class, () -> saves.reopened());

        assertTrue(refused.getMessage().contains("A newer version of Uitto"), refused.getMessage());
    }

    @Test
    void everyFlippedBitOfTheIdentityIsFound() {
        byte[] sound = saves.folder.get(FileNames.IDENTITY);
        for (int at = 0; at < sound.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] damaged = sound.clone();
                damaged[at] ^= (byte) (1 << bit);
                saves.folder.put(FileNames.IDENTITY, damaged);
                assertThrows(SnapshotDamagedException.class, () -> saves.reopened(), "bit " + bit + " of byte " + at);
            }
        }
        for (int length = 0; length < sound.length; length++) {
            saves.folder.put(FileNames.IDENTITY, Arrays.copyOf(sound, length));
            assertThrows(SnapshotDamagedException.class, () -> saves.reopened(), "length " + length);
        }
    }

    @Test
    void snapshotsWithoutAnIdentityAreNobodysToUse() throws IOException {
        saves.folder.remove(FileNames.IDENTITY);
        saves.folder.put("1.writing", new byte[] {1});

        SnapshotDamagedException damaged = assertThrows(SnapshotDamagedException.class, () -> saves.reopened());

        assertTrue(damaged.getMessage().contains("identity is missing"), damaged.getMessage());
        assertTrue(saves.folder.list().contains("1.writing"), "nothing was changed");
    }
}
