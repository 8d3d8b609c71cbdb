package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.log.store.SnapshotNodes.CHUNK_BYTES;
import static org.uitto.log.store.SnapshotNodes.PART_BYTES;
import static org.uitto.log.store.SnapshotNodes.bytes;
import static org.uitto.log.store.SnapshotNodes.info;
import static org.uitto.log.store.SnapshotNodes.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.ScriptedSnapshotStore.Kind;
import org.uitto.log.store.SnapshotNodes.Deed;
import org.uitto.log.store.SnapshotNodes.Sent;
import org.uitto.log.store.SnapshotNodes.Told;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.log.store.SnapshotStorage.Discard;
import org.uitto.log.store.SnapshotStorage.Fetch;
import org.uitto.log.store.SnapshotStorage.Save;
import org.uitto.log.store.SnapshotStorage.Use;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/** Snapshots on their way from one node to another, over a network that loses, repeats and mixes up (scenario D11). */
class SnapshotTransferTest extends SnapshotTransferScenario {
    private FetchChunk question(String to) {
        Sent sent = nodes.next(Sent.class);
        assertEquals(node(to), sent.to());
        return (FetchChunk) sent.message();
    }

    private static Chunk chunk(String from, SnapshotInfo info, byte[] bytes, int offset) {
        return new Chunk(node(from), info, offset, ByteString.fromArray(bytes, offset, CHUNK_BYTES));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK_BYTES, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES, 95})
    void arrivesWholeWhateverItsLength(int length) {
        byte[] state = bytes(length, length);
        nodes.keep("a", 3, state);

        nodes.tell("c", new Fetch(info(3, state), node("a")));

        assertArrayEquals(state, nodes.run(Fetched.class).bytes().toArray());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    @DisplayName("D11 arrives whole, or not yet, however the network treats it")
    void arrivesWholeHoweverTheNetworkTreatsIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] other = bytes(seed, 41);
        nodes.keep("a", 7, STATE);
        nodes.keep("b", 7, STATE);
        nodes.keep("b", 8, other);
        List<Sent> seen = new ArrayList<>();
        fetch("a");
        for (int step = 0; step < 5000; step++) {
            Deed deed = nodes.poll();
            if (deed instanceof Told told) {
                assertFetched((Fetched) told.notice());
                return;
            } else if (deed instanceof Sent sent) {
                seen.add(sent);
                if (random.nextInt(4) > 0) {
                    nodes.deliver(sent);
                }
                if (random.nextInt(3) == 0) {
                    nodes.deliver(seen.get(random.nextInt(seen.size())));
                }
                if (random.nextInt(5) == 0) {
                    nodes.tell("c", chunk("b", info(8, other), other, 0));
                }
            } else {
                nodes.timePasses();
            }
            if (random.nextInt(20) == 0) {
                fetch(random.nextBoolean() ? "a" : "b");
            }
        }
        throw new AssertionError("never arrived");
    }

    @Test
    void asksAgainForWhatWasLostAndForNothingElse() {
        fetch("a");
        assertEquals(new FetchChunk(node("c"), INFO, 0), question("a"));
        nodes.timePasses();
        assertEquals(0, question("a").offset());
        nodes.tell("c", chunk("a", INFO, STATE, 0));
        assertEquals(CHUNK_BYTES, question("a").offset());
        nodes.timePasses();
        assertEquals(CHUNK_BYTES, question("a").offset());
    }

    @Test
    @DisplayName("D11 takes each chunk once, in order, and of this snapshot alone")
    void takesEachChunkOnceInOrderAndOfThisSnapshotAlone() {
        SnapshotInfo sameButOtherBytes =
                new SnapshotInfo(INFO.position(), INFO.configuration(), INFO.lengthBytes(), INFO.checksum() ^ 1);
        fetch("a");
        question("a");
        nodes.tell("c", chunk("a", INFO, STATE, CHUNK_BYTES));
        nodes.tell("c", chunk("a", sameButOtherBytes, bytes(2, 33), 0));
        nodes.tell("c", chunk("a", INFO, STATE, 0));
        assertEquals(CHUNK_BYTES, question("a").offset());
        nodes.tell("c", chunk("a", INFO, STATE, 0));
        nodes.tell("c", chunk("a", INFO, STATE, CHUNK_BYTES));
        assertEquals(2 * CHUNK_BYTES, question("a").offset(), "the repeated one was not taken for the next");
    }

    @Test
    void goesOnInTheMiddleWithAnotherNodeThatHasTheSame() {
        nodes.keep("b", 7, STATE);
        fetch("a");
        question("a");
        nodes.tell("c", chunk("a", INFO, STATE, 0));
        question("a");

        fetch("b");
        nodes.tell("c", new Chunk(node("a"), INFO, CHUNK_BYTES, ByteString.emptyByteString()));
        nodes.timePasses();

        Sent asked = nodes.next(Sent.class);
        assertEquals(new Sent(node("b"), new FetchChunk(node("c"), INFO, CHUNK_BYTES)), asked);
        nodes.deliver(asked);
        assertFetched(nodes.run(Fetched.class));
    }

    @Test
    void leavesASourceThatNoLongerHasIt() {
        nodes.keep("b", 7, STATE);
        fetch("a");

        nodes.deliver(nodes.next(Sent.class));
        Sent nothing = nodes.next(Sent.class);
        assertEquals(new Chunk(node("a"), INFO, 0, ByteString.emptyByteString()), nothing.message());
        nodes.deliver(nothing);
        fetch("b");

        assertFetched(nodes.run(Fetched.class));
    }

    @Test
    void leavesASourceThatIsSilentForAnotherSnapshotOfTheSameNode() {
        SnapshotInfo newer = info(9, STATE);
        fetch("a");
        question("a");

        nodes.tell("c", new Fetch(newer, node("a")));
        nodes.timePasses();
        assertEquals(INFO, question("a").info(), "it may just be slow");
        nodes.clockMoves(Duration.ofSeconds(4));
        nodes.tell("c", new Fetch(newer, node("a")));

        assertEquals(newer, question("a").info());
    }

    @Test
    @DisplayName("D11 what is not as its checksum says is never handed on, and can be fetched again")
    void whatIsNotAsItsChecksumSaysIsNeverHandedOn() {
        byte[] wrong = STATE.clone();
        wrong[20] ^= 1;
        nodes.keep("a", 7, STATE);
        fetch("b");
        for (int offset = 0; offset < STATE.length; offset += CHUNK_BYTES) {
            assertEquals(offset, question("b").offset());
            int length = Math.min(CHUNK_BYTES, STATE.length - offset);
            nodes.tell("c", new Chunk(node("b"), INFO, offset, ByteString.fromArray(wrong, offset, length)));
        }

        // The last part is on its way to the disk meanwhile: only then can another fetch begin.
        Deed deed = null;
        while (deed == null) {
            fetch("a");
            deed = nodes.poll();
        }
        assertEquals(new Sent(node("a"), new FetchChunk(node("c"), INFO, 0)), deed);
        nodes.deliver((Sent) deed);
        assertFetched(nodes.run(Fetched.class));
    }

    @Test
    @DisplayName("D5 while a snapshot is fetched none is saved, and while one is saved none is fetched")
    void nothingIsSavedWhileASnapshotIsFetchedNorTheOtherWayRound() {
        byte[] own = bytes(9, 25);
        Save save = new Save(SnapshotNodes.at(9), SnapshotNodes.GROUP, ByteString.fromArray(own));
        nodes.keep("a", 7, STATE);
        fetch("a");
        nodes.deliver(nodes.next(Sent.class));
        Sent chunk = nodes.next(Sent.class);

        nodes.tell("c", save);
        assertEquals(SnapshotNodes.at(9), nodes.next(NotSaved.class).position());
        nodes.deliver(chunk);
        StoredSnapshot fetched = nodes.run(Fetched.class).snapshot();
        nodes.tell("c", new Use(fetched));

        script.hold(Kind.SAVE);
        nodes.tell("c", save);
        script.awaitHeld();
        fetch("a");
        assertNull(nodes.poll(), "no chunk is asked for");
        script.recover();
        assertEquals(own.length, nodes.next(Saved.class).snapshot().info().lengthBytes());
    }

    @Test
    @DisplayName("D15 a snapshot is not written over while another node reads it")
    void aSnapshotIsNotWrittenOverWhileAnotherNodeReadsIt() {
        nodes.keep("a", 7, STATE);
        fetch("a");
        nodes.deliver(nodes.next(Sent.class));
        Sent first = nodes.next(Sent.class);
        nodes.keep("a", 8, bytes(8, 33));

        nodes.tell("a", new Save(SnapshotNodes.at(9), SnapshotNodes.GROUP, ByteString.fromArray(bytes(9, 33))));

        assertTrue(nodes.next(NotSaved.class).reason().contains("reading"));
        nodes.deliver(first);
        assertFetched(nodes.run(Fetched.class));
        nodes.clockMoves(Duration.ofSeconds(11));
        nodes.tell("a", new Save(SnapshotNodes.at(9), SnapshotNodes.GROUP, ByteString.fromArray(bytes(9, 33))));
        nodes.tell("a", new Use(nodes.next(Saved.class).snapshot()));
        nodes.tell("a", new FetchChunk(node("c"), INFO, 0));
        assertEquals(
                new Chunk(node("a"), INFO, 0, ByteString.emptyByteString()),
                nodes.next(Sent.class).message());
    }

    @Test
    void ofTwoOneAfterTheOtherEachIsThereWhenItIsInUse() {
        byte[] newer = bytes(9, 47);
        nodes.keep("a", 7, STATE);
        fetch("a");
        StoredSnapshot first = nodes.run(Fetched.class).snapshot();
        nodes.tell("c", new Use(first));
        nodes.keep("b", 9, newer);
        nodes.tell("c", new Fetch(info(9, newer), node("b")));
        StoredSnapshot second = nodes.run(Fetched.class).snapshot();

        assertEquals(1 - first.slot(), second.slot());
        assertLoads(second, newer);
        assertLoads(first, STATE);
    }

    @Test
    void anotherIsFetchedOnlyOnceTheLogHasUseForTheFirstOrNone() {
        nodes.keep("a", 7, STATE);
        nodes.keep("b", 9, STATE);
        fetch("a");
        StoredSnapshot first = nodes.run(Fetched.class).snapshot();

        nodes.tell("c", new Fetch(info(9, STATE), node("b")));
        nodes.tell("c", new Discard(first));
        nodes.tell("c", new FetchChunk(node("a"), INFO, 0));
        Sent answer = nodes.next(Sent.class);
        assertEquals(new Chunk(node("c"), INFO, 0, ByteString.emptyByteString()), answer.message());
        nodes.tell("c", new Fetch(info(9, STATE), node("b")));

        assertEquals(9, nodes.run(Fetched.class).snapshot().info().position().index());
    }

    @Test
    void aChunkThatIsTooLongFillsTheSnapshotAndNoMore() {
        fetch("a");
        question("a");

        nodes.tell("c", new Chunk(node("a"), INFO, 0, ByteString.fromArray(Arrays.copyOf(STATE, 99))));

        assertFetched(nodes.run(Fetched.class));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void hasNothingOutsideOfASnapshot(int offset) {
        nodes.keep("a", 7, STATE);

        nodes.tell("a", new FetchChunk(node("c"), INFO, offset));

        assertEquals(
                new Chunk(node("a"), INFO, offset, ByteString.emptyByteString()),
                nodes.next(Sent.class).message());
    }
}
