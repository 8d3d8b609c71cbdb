package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.uitto.log.NaiveLog.Entry;

/** Entries as one run of bytes, and the batches made of them. */
class PayloadsTest {
    private static final LogPosition FIRST = new LogPosition(3, 10);

    private static List<Entry> entries(Payloads payloads) {
        return NaiveLog.entriesOf(List.of(new EntryBatch(FIRST, payloads)));
    }

    private static byte[] bytes(Payloads payloads) {
        return Arrays.copyOfRange(payloads.array(), payloads.offset(), payloads.offset() + payloads.lengthBytes());
    }

    @Test
    void standInBytesAsTheLayoutSays() {
        Payloads payloads = new Payloads.Builder()
                .add(EntryKind.EVENTS, new byte[] {0x11, 0x22})
                .add(EntryKind.NO_OP, new byte[0])
                .add(EntryKind.EVENTS, new byte[] {9, 8, 7, 6}, 1, 2)
                .build();

        assertEquals(
                "00000002011122" + "0000000000" + "00000002010807",
                HexFormat.of().formatHex(bytes(payloads)));
        assertEquals(3, payloads.count());
        assertEquals(19, payloads.lengthBytes());
        assertEquals(payloads, Payloads.of(3, bytes(payloads)));
    }

    @Test
    void slicesAreTheEntriesTheySay() {
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int count = 1 + random.nextInt(12);
            Payloads whole = NaiveLog.anyPayloads(random, count);
            int skip = random.nextInt(count);
            int take = 1 + random.nextInt(count - skip);

            Payloads slice = whole.withoutFirst(skip).first(take);

            assertEquals(entries(whole).subList(skip, skip + take), entries(slice));
            assertEquals(slice, Payloads.of(take, bytes(slice)), "as bytes too");
            assertEquals(slice.hashCode(), Payloads.of(take, bytes(slice)).hashCode());
            long room = random.nextLong(whole.lengthBytes() + 5L);
            assertEquals(naiveCountWithin(slice, room), slice.countWithin(room));
        }
    }

    private static int naiveCountWithin(Payloads payloads, long maxBytes) {
        long used = 0;
        int count = 0;
        for (Entry entry : entries(payloads)) {
            used += entry.lengthBytes();
            if (used > maxBytes) {
                break;
            }
            count++;
        }
        return Math.max(1, count);
    }

    @Test
    void slicesShareTheBytes() {
        Payloads whole = NaiveLog.anyPayloads(new SplittableRandom(1), 5);

        assertSame(whole.array(), whole.withoutFirst(2).first(2).array());
        assertSame(whole, whole.first(5));
        assertSame(whole, whole.withoutFirst(0));
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "6", "2147483647"})
    void thereAreNoSlicesBeyondTheEntries(int n) {
        Payloads whole = NaiveLog.anyPayloads(new SplittableRandom(1), 5);

        assertThrows(IllegalArgumentException.class, () -> whole.first(n));
        if (n != 0) {
            assertThrows(IllegalArgumentException.class, () -> whole.withoutFirst(n));
        }
        assertThrows(IllegalArgumentException.class, () -> whole.withoutFirst(5));
    }

    @ParameterizedTest
    @CsvSource({
        "0,''",
        "-1,''",
        "1,''",
        "1,00",
        "1,00000000",
        "1,0000000101",
        "1,ffffffff01",
        "1,7fffffff01",
        "1,000000000100",
        "2,0000000001",
        "1,00000000010000000001",
        "2147483647,0000000001"
    })
    void bytesThatAreNotTheEntriesTheySayAreRefused(int count, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThrows(IllegalArgumentException.class, () -> Payloads.of(count, bytes));
    }

    @Test
    void anUnknownKindIsNamed() {
        Payloads payloads = Payloads.of(1, HexFormat.of().parseHex("0000000007"));

        IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class, () -> entries(payloads));

        assertEquals(
                "Unknown kind of log entry 7. It was written by a newer version of Uitto: update this node.",
                unknown.getMessage());
    }

    @Test
    void anEmptyBuilderBuildsNothing() {
        assertThrows(IllegalStateException.class, () -> new Payloads.Builder().build());
    }

    @Test
    void areEqualByWhatTheyHold() {
        Payloads one = Payloads.single(EntryKind.EVENTS, new byte[] {1});

        assertEquals(one, Payloads.single(EntryKind.EVENTS, new byte[] {1}));
        assertNotEquals(one, Payloads.single(EntryKind.NO_OP, new byte[] {1}));
        assertNotEquals(one, Payloads.single(EntryKind.EVENTS, new byte[] {2}));
    }

    @Test
    void aBatchIsCutAtAnyOfItsEntries() {
        EntryBatch whole = new EntryBatch(FIRST, NaiveLog.anyPayloads(new SplittableRandom(2), 8));
        List<Entry> all = entries(whole.payloads());

        for (long index = 10; index <= 17; index++) {
            int at = (int) (index - 10);
            EntryBatch head = whole.upTo(index);
            EntryBatch tail = whole.from(index);
            assertEquals(new LogPosition(3, index), head.last());
            assertEquals(new LogPosition(3, index), tail.first());
            assertEquals(17, tail.lastIndex());
            assertEquals(all.subList(0, at + 1), NaiveLog.entriesOf(List.of(head)));
            assertEquals(all.subList(at, 8), NaiveLog.entriesOf(List.of(tail)));
        }
        assertThrows(IllegalArgumentException.class, () -> whole.from(18));
        assertThrows(IllegalArgumentException.class, () -> whole.upTo(18));
        assertThrows(IllegalArgumentException.class, () -> whole.upTo(9));
    }

    @Test
    void aBatchBeginsAtAnEntry() {
        Payloads one = Payloads.single(EntryKind.NO_OP, new byte[0]);

        assertThrows(IllegalArgumentException.class, () -> new EntryBatch(LogPosition.ZERO, one));
        assertThrows(IllegalArgumentException.class, () -> new EntryBatch(new LogPosition(0, 4), one));
    }
}
