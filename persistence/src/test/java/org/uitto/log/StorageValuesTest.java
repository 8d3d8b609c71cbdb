package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Storages, starts and configurations: how they compare, and how a configuration stands in a log entry. */
class StorageValuesTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final StorageId ONE = new StorageId(1);
    private static final StorageId TWO = new StorageId(2);

    private static Configuration threeOfWhichBIsKnown() {
        return Configuration.of(List.of(A, B, C)).with(B, new StorageId(0x0102030405060708L));
    }

    @Test
    @DisplayName("L4 a configuration stands in the bytes in which it was first written")
    void aConfigurationStandsInTheBytesInWhichItWasFirstWritten() {
        String hex = "02" + "0003" + "0161" + "01" + "0000" + "0000000000000000" + "0162" + "01" + "0000"
                + "0102030405060708" + "0163" + "01" + "0000" + "0000000000000000";

        assertEquals(hex, HexFormat.of().formatHex(threeOfWhichBIsKnown().toBytes()));
        assertEquals(
                threeOfWhichBIsKnown(), Configuration.ofBytes(HexFormat.of().parseHex(hex)));
    }

    @Test
    void bytesThatAreNoConfigurationAreRefused() {
        byte[] whole = threeOfWhichBIsKnown().toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            assertThrows(IllegalArgumentException.class, () -> Configuration.ofBytes(truncated), length + " bytes");
        }
        assertThrows(
                IllegalArgumentException.class, () -> Configuration.ofBytes(Arrays.copyOf(whole, whole.length + 1)));
        byte[] newer = whole.clone();
        newer[0] = 3;
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Configuration.ofBytes(newer));
        assertTrue(String.valueOf(refused.getMessage()).contains("update this node"));
    }

    @Test
    void aConfigurationHasVotersAndTheyAreMembers() {
        assertThrows(IllegalArgumentException.class, () -> Configuration.of(List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Configuration(
                        new TreeSet<>(List.of(A)),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeMap<>(Map.of(B, Member.UNKNOWN))));
        assertThrows(IllegalArgumentException.class, () -> new StorageId(0));
        assertEquals(new StorageId(1), StorageId.drawn(0));
    }

    @Test
    void aNodeIsOnOneStorageAtATime() {
        Configuration moved = Configuration.of(List.of(A, B)).with(A, ONE).with(A, TWO);

        assertEquals(Optional.of(TWO), moved.storageOf(A));
        assertEquals(Optional.empty(), moved.storageOf(B));
    }

    @Test
    @DisplayName("K1 a later start of the same data, and one that it has forgotten")
    void startsAreTold() {
        NodeStart first = new NodeStart(ONE, 1, 10);
        NodeStart second = new NodeStart(ONE, 2, 20);
        NodeStart secondAgain = new NodeStart(ONE, 2, 21);

        assertTrue(second.isLaterThan(first));
        assertFalse(first.isLaterThan(second));
        assertFalse(second.isLaterThan(secondAgain));
        assertFalse(new NodeStart(TWO, 3, 0).isLaterThan(first), "of other data");

        assertTrue(second.isForgottenBy(secondAgain), "the same start cannot happen twice");
        assertTrue(second.isForgottenBy(first));
        assertFalse(first.isForgottenBy(second));
        assertFalse(second.isForgottenBy(second));
        assertFalse(second.isForgottenBy(new NodeStart(TWO, 1, 0)), "other data knows nothing of it");
        assertThrows(IllegalArgumentException.class, () -> new NodeStart(ONE, 0, 0));
    }

    @Test
    void theFirstStorageThatAPeerHasShownStays() {
        StorageRecord record = StorageRecord.begun(ONE).knowing(B, ONE).knowing(B, TWO);

        assertEquals(Map.of(B, ONE), record.peers());
        assertFalse(record.admitted());
        assertTrue(record.as(StorageRecord.Standing.FIRST).admitted());
        assertTrue(record.as(StorageRecord.Standing.BY_THE_LOG).admitted());
        assertEquals(record, record.as(StorageRecord.Standing.FIRST).renamed(ONE));
    }
}
