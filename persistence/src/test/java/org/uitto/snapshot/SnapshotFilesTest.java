package org.uitto.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotFilesTest {
    @Test
    void theNewestThatIsWantedIsLoaded() throws IOException {
        Saves saves = new Saves();
        for (int sequenceNr : new int[] {5, 9, 100}) {
            saves.save("a", sequenceNr, "a" + sequenceNr);
        }

        assertEquals(Optional.of("a100"), saves.load("a"));
        assertEquals(Optional.of("a9"), saves.loadUpTo("a", 99));
        assertEquals(
                Optional.of("a5"),
                saves.store.load("a", key -> key.timestampMillis() <= 5000).map(Saves::text));
        assertEquals(Optional.empty(), saves.loadUpTo("a", 4));
        assertEquals(Optional.empty(), saves.load("b"));
        assertEquals(Optional.of("a100"), saves.reopened().load("a"));
    }

    @Test
    void theLaterOfTwoWithOneSequenceNumberReplacesTheEarlierWhateverTheClockSays() throws IOException {
        Saves saves = new Saves();
        saves.store.save("a", 7, 2000, Saves.content("first"));
        saves.store.save("a", 7, 2000, Saves.content("same millisecond"));
        saves.store.save("a", 7, 1000, Saves.content("clock set back"));

        assertEquals(Optional.of("clock set back"), saves.load("a"));
        assertEquals(1, saves.folder.snapshots().size());
        assertEquals(Optional.of("clock set back"), saves.reopened().load("a"));
    }

    @Test
    void ofTwoInShortSuccessionTheNewestWins() throws IOException {
        Saves saves = new Saves();
        saves.store.save("a", 7, 1000, Saves.content("older"));
        saves.store.save("a", 8, 1000, Saves.content("newer"));

        assertEquals(Optional.of("newer"), saves.load("a"));
        assertEquals(Optional.of("older"), saves.loadUpTo("a", 7));
    }

    @Test
    void deletesWhatIsAskedAndNothingElse() throws IOException {
        Saves saves = new Saves();
        for (int sequenceNr = 1; sequenceNr <= 5; sequenceNr++) {
            saves.save("a", sequenceNr, "a" + sequenceNr);
            saves.save("b", sequenceNr, "b" + sequenceNr);
        }

        saves.store.delete("a", key -> key.sequenceNr() >= 4);
        saves.store.delete("a", key -> key.sequenceNr() == 99);

        assertEquals(Optional.of("a3"), saves.load("a"));
        assertEquals(Optional.of("b5"), saves.load("b"));
        assertEquals(8, saves.folder.snapshots().size());
        saves.store.delete("a", key -> true);
        assertEquals(Optional.empty(), saves.reopened().load("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/etc/passwd",
                "a/b\\c:d*e?f\"g<h>i|j",
                "line\nbreak\0nul",
                "CON",
                "Ääkköset",
                "日本語",
                "\ud83d\ude00",
                "\ud83d",
                "\ude00",
                "?",
                "İ",
                "a-1-2-3.snapshot"
            })
    void aPersistenceIdMayBeAnything(String persistenceId) throws IOException {
        Saves saves = new Saves();
        for (String other : List.of("?", "??", persistenceId + "x", persistenceId + " ", "x" + persistenceId)) {
            if (!other.equals(persistenceId)) {
                saves.save(other, 2, "other");
            }
        }
        saves.save(persistenceId, 1, "mine");

        assertEquals(Optional.of("mine"), saves.load(persistenceId));
        assertEquals(Optional.of("mine"), saves.reopened().load(persistenceId));
        for (String name : saves.folder.snapshots()) {
            assertTrue(name.matches("[a-z0-9_][a-z0-9_.-]+|-[a-z0-9.-]+") && name.length() <= 167, name);
        }
    }

    @Test
    void persistenceIdsThatDifferOnlyInCaseOrFarBehindAreApart() throws IOException {
        Saves saves = new Saves();
        String stem = "x".repeat(100_000);
        List<String> ids = List.of("order", "Order", "ORDER", stem + "a", stem + "b");
        ids.forEach(id -> saves.save(id, 1, "state of " + id));

        for (String id : ids) {
            assertEquals(Optional.of("state of " + id), saves.load(id));
        }
        assertEquals(
                ids.size(),
                saves.folder.snapshots().stream()
                        .map(name -> name.toLowerCase(java.util.Locale.ROOT))
                        .distinct()
                        .count());
    }

    @Test
    void anEmptySnapshotIsOne() throws IOException {
        Saves saves = new Saves();
        saves.save("a", 0, "");

        assertEquals(Optional.of(""), saves.reopened().load("a"));
    }

    @Test
    void whatWasBeingWrittenIsRemovedAtTheStart() throws IOException {
        Saves saves = new Saves();
        saves.save("a", 1, "a1");
        saves.folder.put("17.writing", new byte[] {1});
        saves.folder.put("identity.writing", new byte[] {1});
        saves.folder.put("someone-elses", new byte[] {1});

        Saves again = saves.reopened();

        assertEquals(
                List.of(again.file("a", 1), "identity", "someone-elses"),
                again.folder.list().stream().sorted().toList());
        assertEquals(List.of(), again.warnings);
    }

    @Test
    void anotherOwnersFolderIsRefused() throws IOException {
        Saves saves = new Saves();
        saves.store.close();

        SnapshotRefusedException refused = assertThrows(
                SnapshotRefusedException.class,
                () -> new Saves(saves.folder, new StoreSettings("other", new UUID(3, 4), 0, true)));

        assertTrue(refused.getMessage().contains("belong to \"owner\", not to \"other\""), refused.getMessage());
        new Saves(saves.folder, new StoreSettings("", new UUID(3, 4), 0, true)).store.close();
        new Saves(saves.folder).store.close();
    }

    @Test
    void aFolderWithoutOwnerBecomesTheFirstOnesThatIsNamed() throws IOException {
        SimulatedFolder folder = new SimulatedFolder();
        Saves nobodys = new Saves(folder, new StoreSettings("", Saves.STORE_ID, 0, true));
        nobodys.save("a", 1, "a1");
        nobodys.store.close();

        Saves claimed = new Saves(folder);

        assertEquals(Optional.of("a1"), claimed.load("a"));
        claimed.store.close();
        assertThrows(
                SnapshotRefusedException.class,
                () -> new Saves(folder, new StoreSettings("other", new UUID(3, 4), 0, true)));
    }

    @Test
    void aFolderThatIsOpenIsRefused() throws IOException {
        Saves saves = new Saves();

        assertThrows(SnapshotRefusedException.class, () -> new Saves(saves.folder));
    }

    @Test
    void aSnapshotThatWouldTakeFromTheReserveIsNotSaved() throws IOException {
        SimulatedFolder folder = new SimulatedFolder();
        Saves saves = new Saves(folder, new StoreSettings("owner", Saves.STORE_ID, 1000, true));
        saves.save("a", 1, "a1");
        long size = folder.get(saves.file("a", 1)).length;
        folder.failAt(Integer.MAX_VALUE, SimulatedFolder.Fault.CRASH);
        folder.usableBytes(1000 + size - 1);

        SnapshotFullException full = assertThrows(SnapshotFullException.class, () -> saves.save("a", 2, "a2"));

        assertTrue(full.getMessage().contains("takes " + size + " bytes"), full.getMessage());
        assertTrue(full.getMessage().contains("simulated"), full.getMessage());
        assertEquals(List.of(), folder.trace(), "nothing is changed");
        assertEquals(Optional.of("a1"), saves.load("a"));
        folder.usableBytes(1000 + size);
        saves.save("a", 2, "a2");
        assertEquals(Optional.of("a2"), saves.load("a"));
    }
}
