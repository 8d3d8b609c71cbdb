package org.uitto.journal.segment;

import java.util.ArrayList;
import java.util.List;

/** A segment that has been begun. Written by the store's one writer. */
final class Segment {
    final long number;
    final int sizeBytes;
    final List<Run> runs = new ArrayList<>();

    /** The offset behind the last synced record. */
    int end;
    /** The checksum that ends it, and that the next record continues. */
    int chain;
    /** About how many of its bytes cannot be thrown away. */
    long liveBytes;
    /** How many of its bytes are the header, the roster and definitions; copying its events would not regain them. */
    int overheadBytes;
    /** Whether the record is staged that says the journal no longer consists of it. */
    boolean isRemoved;
    /** Whether a damaged record was met that keeps its events from being copied out of it. */
    boolean pinned;

    Segment(long number, int sizeBytes) {
        this.number = number;
        this.sizeBytes = sizeBytes;
    }

    /** About how many of its bytes belong to what is deleted. */
    long deadBytes() {
        return Math.max(0, end - liveBytes - overheadBytes);
    }

    Run newRun(EventStream stream) {
        Run run = new Run(stream, this, runs.size());
        runs.add(run);
        return run;
    }
}
