package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.log.store.SnapshotNodes.at;
import static org.uitto.log.store.SnapshotNodes.bytes;
import static org.uitto.log.store.SnapshotNodes.slotId;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.ScriptedSnapshotStore.Kind;
import org.uitto.log.store.ScriptedSnapshotStore.Script;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotNotice.Unreadable;
import org.uitto.log.store.SnapshotStorage.Discard;
import org.uitto.log.store.SnapshotStorage.Load;
import org.uitto.log.store.SnapshotStorage.Save;

/** One node's snapshots, on a snapshot store that does as it is told. */
class SnapshotStorageTest {
    private static final byte[] STATE = bytes(1, 33);
    private static final byte[] NEXT = bytes(2, 25);

    private Script script;
    private SnapshotNodes nodes;

    @BeforeEach
    void start(TestInfo test) {
        script = ScriptedSnapshotStore.of(SnapshotNodes.scriptOf(test));
        nodes = SnapshotNodes.scripted(SnapshotNodes.scriptOf(test));
        nodes.start("a");
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private void save(long index, byte[] bytes) {
        nodes.tell("a", new Save(at(index), SnapshotNodes.GROUP, ByteString.fromArray(bytes)));
    }

    private void assertLoads(StoredSnapshot snapshot, byte[] bytes) {
        nodes.end("a");
        nodes.start("a");
        nodes.tell("a", new Load(snapshot));
        Loaded loaded = nodes.next(Loaded.class);
        assertEquals(snapshot, loaded.snapshot());
        assertArrayEquals(bytes, loaded.bytes().toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 20, 99})
    void whatWasSavedIsLoadedAfterARestart(int length) {
        byte[] state = bytes(length, length);

        StoredSnapshot kept = nodes.keep("a", 3, state);

        assertEquals((length + 9) / 10, script.parts(slotId("a", kept.slot())).size());
        assertLoads(kept, state);
    }

    @Test
    void theOneInUseIsNeverWrittenOver() {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        for (long index = 2; index <= 6; index++) {
            byte[] state = bytes(index, (int) (50 - 7 * index));
            save(index, state);
            StoredSnapshot saved = nodes.next(Saved.class).snapshot();
            assertEquals(1 - kept.slot(), saved.slot());
            assertEquals(
                    saved.partCount(), script.parts(slotId("a", saved.slot())).size(), "none of the one before");
            nodes.tell("a", new SnapshotStorage.Use(saved));
            kept = saved;
        }
        assertLoads(kept, bytes(6, 8));
    }

    @Test
    @DisplayName("D12 of two snapshots in short succession the second is refused until the first is settled")
    void ofTwoSnapshotsInShortSuccessionTheSecondIsRefused() {
        script.hold(Kind.SAVE);
        save(1, STATE);
        save(2, NEXT);
        assertEquals(at(2), nodes.next(NotSaved.class).position());
        script.hold(Kind.LOAD); // No longer saves.
        nodes.end("a");
        nodes.start("a");
        script.recover();

        save(3, STATE);
        StoredSnapshot third = nodes.next(Saved.class).snapshot();
        save(4, NEXT);
        assertEquals(at(4), nodes.next(NotSaved.class).position(), "the log has yet to say that the third counts");
        nodes.tell("a", new SnapshotStorage.Use(third));
        StoredSnapshot fifth = nodes.keep("a", 5, NEXT);

        assertEquals(1 - third.slot(), fifth.slot());
        assertLoads(fifth, NEXT);
    }

    @Test
    void whatIsDiscardedMakesRoomAndLeavesTheOneInUse() {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        save(2, NEXT);
        StoredSnapshot discarded = nodes.next(Saved.class).snapshot();

        nodes.tell("a", new Discard(kept)); // Of no effect: it is in use.
        nodes.tell("a", new Discard(discarded));
        save(3, NEXT);

        assertEquals(discarded.slot(), nodes.next(Saved.class).snapshot().slot());
        assertLoads(kept, STATE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SAVE", "CLEAR"})
    void aStoreThatFailsLeavesTheOneInUseAndIsTriedAgainWhenAsked(Kind failing) {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        script.fail(failing);

        save(2, NEXT);

        assertEquals(new NotSaved(at(2), "the store is on strike"), nodes.next(NotSaved.class));
        script.recover();
        assertLoads(kept, STATE);
        assertLoads(nodes.keep("a", 3, NEXT), NEXT);
    }

    @Test
    @DisplayName("D8 nothing is told to be saved before the store has every part")
    void nothingIsToldToBeSavedBeforeTheStoreHasEveryPart() {
        script.hold(Kind.SAVE);
        save(1, STATE);
        for (int part = 1; part <= 4; part++) {
            script.awaitHeld();
            assertNull(nodes.poll(), "part " + part + " is not stored");
            script.doHeld();
        }

        StoredSnapshot saved = nodes.next(Saved.class).snapshot();

        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        script.parts(slotId("a", saved.slot())).values().forEach(stored::writeBytes);
        assertArrayEquals(STATE, stored.toByteArray());
    }

    @Test
    @DisplayName("D13 a part that can't be stored fails the whole snapshot, and no later one is taken for it")
    void aPartThatCantBeStoredFailsTheWholeSnapshot() {
        StoredSnapshot kept = nodes.keep("a", 1, NEXT);
        script.hold(Kind.SAVE);
        save(2, STATE);
        script.awaitHeld();
        script.fail(Kind.SAVE);
        script.doHeld();

        assertEquals(at(2), nodes.next(NotSaved.class).position());
        script.recover();
        assertEquals(1, script.parts(slotId("a", 1 - kept.slot())).size(), "the first part was stored");
        assertLoads(kept, NEXT);
        assertLoads(nodes.keep("a", 3, STATE), STATE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SAVE", "CLEAR"})
    void aStoreThatDoesNotAnswerLeavesTheOneInUseAndMayDoItLater(Kind silent) {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        script.hold(silent);

        save(2, NEXT);

        assertEquals(at(2), nodes.nextInTime(NotSaved.class).position());
        script.recover();
        assertLoads(kept, STATE);
        assertLoads(nodes.keep("a", 3, NEXT), NEXT);
    }

    @Test
    @DisplayName("D13 a node that ends in the middle of a save has the one in use")
    void aNodeThatEndsInTheMiddleOfASaveHasTheOneInUse() {
        StoredSnapshot kept = nodes.keep("a", 1, NEXT);
        script.hold(Kind.SAVE);
        save(2, STATE);
        script.awaitHeld();
        script.doHeld();
        script.awaitHeld();
        nodes.end("a");
        script.recover();

        nodes.start("a");
        nodes.tell("a", new Load(kept));

        assertArrayEquals(NEXT, nodes.next(Loaded.class).bytes().toArray());
        assertLoads(nodes.keep("a", 3, STATE), STATE);
    }

    private Unreadable assertUnreadable(StoredSnapshot snapshot) {
        nodes.tell("a", new Load(snapshot));
        Unreadable unreadable = nodes.next(Unreadable.class);
        assertEquals(snapshot, unreadable.snapshot());
        assertTrue(unreadable.reason().contains("in scripted, persistence id " + slotId("a", snapshot.slot())));
        return unreadable;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("D14 a part that is missing, of another length or changed makes a snapshot unreadable")
    void aPartThatIsMissingOrChangedMakesASnapshotUnreadable(long part) {
        StoredSnapshot older = nodes.keep("a", 1, NEXT);
        StoredSnapshot kept = nodes.keep("a", 2, STATE);
        var parts = script.parts(slotId("a", kept.slot()));
        byte[] written = Optional.ofNullable(parts.get(part)).orElseThrow();

        byte[] changed = written.clone();
        changed[changed.length - 1] ^= 4;
        parts.put(part, changed);
        assertTrue(assertUnreadable(kept).reason().contains("not those that were written"));
        assertTrue(assertUnreadable(kept).damaged());
        parts.put(part, new byte[written.length + 1]);
        assertTrue(assertUnreadable(kept).reason().contains("part " + part + " of 4 is missing"));
        parts.remove(part);
        assertTrue(assertUnreadable(kept).damaged());
        assertTrue(assertUnreadable(kept).reason().contains("part " + part + " of 4 is missing"));
        parts.put(part, written);
        assertLoads(kept, STATE);
        assertLoads(older, NEXT);
    }

    @Test
    @DisplayName("D14 a store that does not answer makes a snapshot unreadable")
    void aStoreThatDoesNotAnswerMakesASnapshotUnreadable() {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        nodes.end("a");
        nodes.start("a");
        script.hold(Kind.LOAD);
        nodes.tell("a", new Load(kept));

        assertEquals(kept, nodes.nextInTime(Unreadable.class).snapshot());
        script.recover();
        assertLoads(kept, STATE);
    }

    @Test
    @DisplayName("D14 a store that can't read makes a snapshot unreadable")
    void aStoreThatCantReadMakesASnapshotUnreadable() {
        StoredSnapshot kept = nodes.keep("a", 1, STATE);
        script.fail(Kind.LOAD);

        Unreadable unreadable = assertUnreadable(kept);
        assertTrue(unreadable.reason().contains("the store is on strike"));
        assertFalse(unreadable.damaged(), "it may yet be read");
    }
}
