package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.uitto.log.LogMutation.PrefixCompacted;

/** Names of snapshots and where they are stored: what they refuse, and what they tell apart. */
class SnapshotValuesTest {
    private static final Configuration GROUP = Configuration.of(List.of(new NodeId("a")));
    private static final LogPosition AT = new LogPosition(2, 9);

    private static SnapshotInfo info(int lengthBytes) {
        return new SnapshotInfo(AT, GROUP, lengthBytes, 0);
    }

    @Test
    @DisplayName("H5 a snapshot knows its own bytes and no others")
    void knowsItsOwnBytesAndNoOthers() {
        byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
        SnapshotInfo info = SnapshotInfo.of(AT, GROUP, bytes);

        assertEquals(new SnapshotInfo(AT, GROUP, 9, 0xe3069283L), info, "the check value of CRC-32C");
        assertTrue(info.isOf(bytes));
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(info.isOf(damaged), "bit " + bit);
        }
        assertFalse(info.isOf("12345678".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(info.isOf(new byte[0]));
    }

    @Test
    void aStateMayHaveNoBytes() {
        SnapshotInfo info = SnapshotInfo.of(AT, GROUP, new byte[0]);

        assertTrue(info.isOf(new byte[0]));
        assertEquals(0, new StoredSnapshot(info, 0, 10).partCount());
    }

    @ParameterizedTest
    @CsvSource({"1, 10, 1", "10, 10, 1", "11, 10, 2", "20, 10, 2", "21, 10, 3", "2147483647, 1, 2147483647"})
    void hasAsManyPartsAsItNeeds(int lengthBytes, int partBytes, int parts) {
        assertEquals(parts, new StoredSnapshot(info(lengthBytes), 0, partBytes).partCount());
    }

    @Test
    void hasAPartCountHoweverLargeItsPartsAre() {
        assertEquals(1, new StoredSnapshot(info(Integer.MAX_VALUE), 1, Integer.MAX_VALUE).partCount());
        assertEquals(2, new StoredSnapshot(info(Integer.MAX_VALUE), 1, Integer.MAX_VALUE - 1).partCount());
    }

    @Test
    void refusesWhatCanBeNoSnapshot() {
        assertThrows(IllegalArgumentException.class, () -> new SnapshotInfo(LogPosition.ZERO, GROUP, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new SnapshotInfo(AT, GROUP, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new StoredSnapshot(info(1), 2, 1));
        assertThrows(IllegalArgumentException.class, () -> new StoredSnapshot(info(1), -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new StoredSnapshot(info(1), 0, 0));
    }

    @Test
    @DisplayName("D8 no log is compacted further than its snapshot reaches")
    void noLogIsCompactedFurtherThanItsSnapshotReaches() {
        StoredSnapshot snapshot = new StoredSnapshot(info(1), 0, 1);

        assertEquals(AT, new PrefixCompacted(snapshot, AT).base());
        assertThrows(IllegalArgumentException.class, () -> new PrefixCompacted(snapshot, new LogPosition(2, 10)));
    }
}
