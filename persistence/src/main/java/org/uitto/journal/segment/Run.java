package org.uitto.journal.segment;

import org.jspecify.annotations.Nullable;

/**
 * What one segment holds of one persistence id. Its records' places are in memory while the segment is written to, and in
 * the segment's index afterwards. Guarded by its stream, apart from the final fields.
 */
final class Run {
    final EventStream stream;
    final Segment segment;
    /** How records of the segment name the stream. */
    final int number;

    /** The events in it; none while {@code records} is 0. Between them there may be gaps. */
    long firstSequenceNr = Long.MAX_VALUE;

    long lastSequenceNr;
    int records;
    long recordBytes;

    /** What the newest STATE record in it says; 0 if there is none. */
    long stateHighest;

    long stateDeletedTo;

    /** Null once the index of the segment is durable: then {@code block} says where in it the table is. */
    @Nullable
    RecordTable table;

    @Nullable
    Block block;

    Run(EventStream stream, Segment segment, int number) {
        this.stream = stream;
        this.segment = segment;
        this.number = number;
    }

    /** A part of an index file. */
    record Block(int offset, int bytes, int checksum) {}

    void add(long first, long last, int offset, int length) {
        RecordTable rows = table == null ? new RecordTable() : table;
        table = rows;
        rows.add(first, last, offset, length);
        firstSequenceNr = Math.min(firstSequenceNr, first);
        lastSequenceNr = Math.max(lastSequenceNr, last);
        records++;
        recordBytes += length;
    }

    /** Whether it has events beyond {@code deletedTo}. */
    boolean isLive(long deletedTo) {
        return records > 0 && lastSequenceNr > deletedTo;
    }

    /** About how many of its bytes belong to events beyond {@code deletedTo}; exact if all or none do. */
    long liveBytes(long deletedTo) {
        if (!isLive(deletedTo)) {
            return 0;
        }
        if (deletedTo < firstSequenceNr) {
            return recordBytes;
        }
        double part = (double) (lastSequenceNr - deletedTo) / (lastSequenceNr - firstSequenceNr + 1);
        return Math.max(1, (long) (recordBytes * part));
    }

    /** What it costs to keep the stream's STATE record, and the definition it needs. */
    int stateBytes() {
        return 2 * RecordFormat.OVERHEAD_BYTES + RecordType.STATE.leastBodyBytes() + stream.persistenceId.length();
    }
}
