package org.uitto.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.Storages.Origin;

class StoragesTest {
    private static final NodeId B = new NodeId("b");
    private static final NodeStart FIRST = new NodeStart(new StorageId(2), 1, 10);
    private static final NodeStart AGAIN = new NodeStart(new StorageId(2), 2, 11);
    private static final NodeStart ELSEWHERE = new NodeStart(new StorageId(3), 1, 12);
    private static final int SILENCE = 2000;

    private final Storages storages = new Storages(
            StorageRecord.begun(new StorageId(1)), new NodeStart(new StorageId(1), 1, 1), () -> 7, SILENCE);

    private Origin heard(NodeStart start, long atNanos) {
        return storages.originOf(
                new PeerEnvelope(new GroupId("one"), start, "host:1~7", new Heartbeat(1, B, 0, 0, false)), atNanos);
    }

    @Test
    void tellsALaterStartFromAnEarlier() {
        assertEquals(Origin.SAME, heard(FIRST, 0));
        assertEquals(Origin.RESTARTED, heard(AGAIN, 1));
        assertEquals(Origin.BYGONE, heard(FIRST, SILENCE * 2));
        assertEquals(Optional.of(AGAIN), storages.latestStart(B));
    }

    @Test
    void tellsAStartFromOneThatHasForgottenIt() {
        heard(AGAIN, 0);

        assertEquals(Origin.BYGONE, heard(new NodeStart(AGAIN.storage(), AGAIN.incarnation(), 13), 1));
    }

    @Test
    void believesInAnotherStorageOnceTheKnownOneIsSilent() {
        heard(FIRST, 0);

        assertEquals(Origin.BYGONE, heard(ELSEWHERE, SILENCE - 1));
        assertEquals(Origin.ELSEWHERE, heard(ELSEWHERE, SILENCE));
        assertEquals(Optional.of(ELSEWHERE), storages.latestStart(B));
    }

    @Test
    @DisplayName("what a lost storage has said last comes after the first words of the new one")
    void doesNotBelieveInAStorageOfOldWhileTheNewOneIsHeardOf() {
        heard(FIRST, 0);
        heard(ELSEWHERE, SILENCE);
        heard(ELSEWHERE, SILENCE + SILENCE / 2);

        assertEquals(Origin.BYGONE, heard(FIRST, SILENCE * 2));
        assertEquals(Origin.SAME, heard(ELSEWHERE, SILENCE * 2 + 1));
        assertEquals(Optional.of(ELSEWHERE), storages.latestStart(B));
    }
}
