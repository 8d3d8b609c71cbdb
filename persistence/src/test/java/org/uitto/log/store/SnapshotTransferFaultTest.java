package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.uitto.log.store.SnapshotNodes.CHUNK_BYTES;
import static org.uitto.log.store.SnapshotNodes.PART_BYTES;
import static org.uitto.log.store.SnapshotNodes.bytes;
import static org.uitto.log.store.SnapshotNodes.node;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.ScriptedSnapshotStore.Kind;
import org.uitto.log.store.SnapshotNodes.Deed;
import org.uitto.log.store.SnapshotNodes.Sent;
import org.uitto.log.store.SnapshotNodes.Told;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/** Transfers that a restart, a failing disk or damage ends half-way. */
class SnapshotTransferFaultTest extends SnapshotTransferScenario {
    private static final int CHUNKS_A_PART = PART_BYTES / CHUNK_BYTES + 1;

    /** Offers the snapshot until it is fetched from its beginning: what was under way has to end before. */
    private void assertFetchedAnew(String source) {
        Deed deed = nodes.poll();
        while (deed == null) {
            fetch(source);
            deed = nodes.poll();
        }
        assertEquals(new Sent(node(source), new FetchChunk(node("c"), INFO, 0)), deed);
        script.recover();
        nodes.deliver((Sent) deed);
        assertFetched(nodes.run(Fetched.class));
    }

    @Test
    @DisplayName("D13 a node that ends in the middle of a transfer has the one in use, and begins the transfer anew")
    void aNodeThatEndsInTheMiddleOfATransferHasTheOneInUse() {
        byte[] older = bytes(3, 25);
        StoredSnapshot kept = nodes.keep("c", 3, older);
        nodes.keep("a", 7, STATE);
        fetch("a");
        nodes.takeChunks("a", 2 * CHUNKS_A_PART);
        assertEquals(
                new FetchChunk(node("c"), INFO, 2 * PART_BYTES),
                nodes.next(Sent.class).message());
        assertEquals(2, script.parts(SnapshotNodes.slotId("c", 1 - kept.slot())).size(), "half of it is stored");

        assertLoads(kept, older);
        fetch("a");

        Fetched fetched = nodes.run(Fetched.class);
        assertFetched(fetched);
        assertLoads(fetched.snapshot(), STATE);
    }

    @Test
    @DisplayName("D13 a store that fails in the middle of a transfer leaves the one in use, and it is fetched anew")
    void aStoreThatFailsInTheMiddleOfATransferLeavesTheOneInUse() {
        byte[] older = bytes(3, 25);
        StoredSnapshot kept = nodes.keep("c", 3, older);
        nodes.keep("a", 7, STATE);
        fetch("a");
        nodes.takeChunks("a", CHUNKS_A_PART);
        Sent question = nodes.next(Sent.class); // So the first part is stored.
        script.fail(Kind.SAVE);
        nodes.deliver(question);
        nodes.deliver(nodes.next(Sent.class));
        nodes.takeChunks("a", CHUNKS_A_PART - 1);

        assertFetchedAnew("a");
        assertLoads(kept, older);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("H5 a part that is damaged where it comes from is never handed on; another node has it whole")
    void aPartThatIsDamagedWhereItComesFromIsNeverHandedOn(long part) {
        StoredSnapshot damaged = nodes.keep("a", 7, STATE);
        nodes.keep("b", 7, STATE);
        script.parts(SnapshotNodes.slotId("a", damaged.slot()))
                .computeIfPresent(part, (number, bytes) -> new byte[bytes.length]);
        fetch("a");

        // It is all sent, as nobody sees before the end what is wrong with it.
        Deed deed = nodes.poll();
        int offset = 0;
        while (offset < STATE.length || deed != null) {
            if (deed instanceof Sent sent) {
                nodes.deliver(sent);
                offset = sent.message() instanceof Chunk chunk
                        ? chunk.offset() + chunk.bytes().length()
                        : offset;
            }
            assertFalse(deed instanceof Told, "the bytes are not those of the snapshot");
            deed = nodes.poll();
        }
        assertFetchedAnew("b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("H5 a part that is lost or shorter where it comes from ends the transfer; another node has it whole")
    void aPartThatIsLostWhereItComesFromEndsTheTransfer(boolean isLost) {
        StoredSnapshot damaged = nodes.keep("a", 7, STATE);
        nodes.keep("b", 7, STATE);
        var parts = script.parts(SnapshotNodes.slotId("a", damaged.slot()));
        parts.computeIfPresent(2L, (number, bytes) -> isLost ? null : new byte[0]);
        fetch("a");
        Sent sent = nodes.next(Sent.class);
        while (!(sent.message() instanceof Chunk chunk && chunk.bytes().isEmpty())) {
            nodes.deliver(sent);
            sent = nodes.next(Sent.class);
        }
        nodes.deliver(sent);

        fetch("b");

        assertFetched(nodes.run(Fetched.class));
    }
}
