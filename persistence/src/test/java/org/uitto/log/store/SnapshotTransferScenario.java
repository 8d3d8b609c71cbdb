package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.uitto.log.store.SnapshotNodes.bytes;
import static org.uitto.log.store.SnapshotNodes.info;
import static org.uitto.log.store.SnapshotNodes.node;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.store.ScriptedSnapshotStore.Script;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.Loaded;
import org.uitto.log.store.SnapshotStorage.Fetch;
import org.uitto.log.store.SnapshotStorage.Load;

/** Three nodes, of which c is to get a snapshot that a or b has. Their network, timers and stores are in the test's hand. */
abstract class SnapshotTransferScenario {
    static final byte[] STATE = bytes(1, 33);
    static final SnapshotInfo INFO = info(7, STATE);

    Script script;
    SnapshotNodes nodes;

    @BeforeEach
    void start(TestInfo test) {
        script = ScriptedSnapshotStore.of(SnapshotNodes.scriptOf(test));
        nodes = SnapshotNodes.scripted(SnapshotNodes.scriptOf(test));
        nodes.start("a");
        nodes.start("b");
        nodes.start("c");
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    void fetch(String source) {
        nodes.tell("c", new Fetch(INFO, node(source)));
    }

    void assertFetched(Fetched fetched) {
        assertEquals(INFO, fetched.snapshot().info());
        assertArrayEquals(STATE, fetched.bytes().toArray());
    }

    void assertLoads(StoredSnapshot snapshot, byte[] bytes) {
        nodes.end("c");
        nodes.start("c");
        nodes.tell("c", new Load(snapshot));
        assertArrayEquals(bytes, nodes.next(Loaded.class).bytes().toArray());
    }
}
