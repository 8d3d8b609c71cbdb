package org.uitto.journal.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Where the records of one persistence id are in one segment, by sequence number. Three longs a record: first sequence
 * number; offset and length; last sequence number.
 */
final class RecordTable {
    private static final int STRIDE = 3;

    private long[] cells;
    private int count;
    private boolean isSorted = true;

    RecordTable() {
        this(new long[STRIDE], 0);
    }

    private RecordTable(long[] cells, int count) {
        this.cells = cells;
        this.count = count;
    }

    int count() {
        return count;
    }

    long first(int record) {
        return cells[record * STRIDE];
    }

    long last(int record) {
        return cells[record * STRIDE + 2];
    }

    int offset(int record) {
        return (int) (cells[record * STRIDE + 1] >>> 32);
    }

    int length(int record) {
        return (int) cells[record * STRIDE + 1];
    }

    /** Adds a record; in order, but for what was copied from an older segment. */
    void add(long first, long last, int offset, int length) {
        if ((count + 1) * STRIDE > cells.length) {
            cells = Arrays.copyOf(cells, Math.max(4 * STRIDE, cells.length * 2));
        }
        isSorted &= count == 0 || first(count - 1) < first;
        cells[count * STRIDE] = first;
        cells[count * STRIDE + 1] = ((long) offset << 32) | length;
        cells[count * STRIDE + 2] = last;
        count++;
    }

    /** Puts the records in order; of two with the same events, the one further back in the segment remains. */
    private void sort() {
        if (isSorted) {
            return;
        }
        Integer[] rows = new Integer[count];
        Arrays.setAll(rows, row -> row);
        Arrays.sort(rows, Comparator.<Integer>comparingLong(this::first).thenComparingInt(this::offset));
        RecordTable sorted = new RecordTable(new long[cells.length], 0);
        for (Integer row : rows) {
            if (sorted.count > 0 && sorted.first(sorted.count - 1) == first(row)) {
                sorted.count--;
            }
            sorted.isSorted = true;
            sorted.add(first(row), last(row), offset(row), length(row));
        }
        cells = sorted.cells;
        count = sorted.count;
        isSorted = true;
    }

    private int firstReaching(long sequenceNr) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (last(middle) < sequenceNr) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A copy of the records that touch {@code from} to {@code to}, both inclusive. */
    RecordTable part(long from, long to) {
        sort();
        int begin = firstReaching(from);
        int end = begin;
        while (end < count && first(end) <= to) {
            end++;
        }
        return new RecordTable(Arrays.copyOfRange(cells, begin * STRIDE, end * STRIDE), end - begin);
    }

    /** The most bytes that {@link #put} may write. */
    int boundBytes() {
        return count * 4 * 10;
    }

    /** Writes the table: four variable-length numbers a record, most of them small. */
    void put(ByteBuffer target) {
        long lastBefore = 0;
        long endBefore = 0;
        for (int i = 0; i < count; i++) {
            VarLong.put(target, VarLong.zigzag(first(i) - lastBefore));
            VarLong.put(target, last(i) - first(i));
            VarLong.put(target, VarLong.zigzag(offset(i) - endBefore));
            VarLong.put(target, length(i));
            lastBefore = last(i);
            endBefore = offset(i) + (long) length(i);
        }
    }

    /** Reads a table of {@code count} records. */
    static RecordTable read(ByteBuffer source, int count) {
        RecordTable table = new RecordTable(new long[Math.max(1, count) * STRIDE], 0);
        long lastBefore = 0;
        long endBefore = 0;
        for (int i = 0; i < count; i++) {
            long first = lastBefore + VarLong.unzigzag(VarLong.get(source));
            long last = first + VarLong.get(source);
            long offset = endBefore + VarLong.unzigzag(VarLong.get(source));
            int length = (int) VarLong.get(source);
            table.add(first, last, (int) offset, length);
            lastBefore = last;
            endBefore = offset + length;
        }
        return table;
    }
}
