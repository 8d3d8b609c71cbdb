package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the segment that was written to last, finds where it ends, and cuts off what is behind that. */
final class ActiveScan {
    private static final int COPY_BYTES = 1 << 20;

    private final Directory directory;
    private final Map<String, EventStream> streams;
    private final Consumer<String> warnings;
    private SegmentScan scan;

    ActiveScan(Directory directory, Map<String, EventStream> streams, Consumer<String> warnings) {
        this.directory = directory;
        this.streams = streams;
        this.warnings = warnings;
        this.scan = new SegmentScan(new Segment(0, 0), streams);
    }

    /**
     * Scans the segment.
     *
     * @throws JournalDamagedException if something is amiss in what was acknowledged
     */
    Segment run(DataFile file, long number, SegmentHeader.Begun begun, Optional<SyncedMark> mark) throws IOException {
        Segment segment = new Segment(number, begun.header().sizeBytes());
        scan = new SegmentScan(segment, streams);
        RecordScanner scanner = new RecordScanner(file, number, segment.sizeBytes, begun.checksum());
        boolean markMet = mark.isEmpty() || mark.get().segment() != number;
        do {
            markMet =
                    markMet || (mark.get().end() == scanner.end() && mark.get().chain() == scanner.chain());
        } while (scan.step(scanner));
        segment.end = scanner.end();
        segment.chain = scanner.chain();
        if (!markMet) {
            throw scan.damaged(
                    directory,
                    file,
                    segment.end,
                    mark.get().end() > segment.end
                            ? "no whole record is there, and all up to offset "
                                    + mark.get().end() + " was acknowledged"
                            : "other records were acknowledged up to offset "
                                    + mark.get().end());
        }
        try {
            new Tail(directory, file, number).cut(segment.end, mark, warnings);
        } catch (JournalDamagedException e) {
            throw scan.damaged(
                    directory, file, segment.end, "no whole record is there, and later groups of records are");
        }
        return segment;
    }

    /** The sealed segments that the journal consists of. */
    List<Segment> roster() {
        return scan.roster();
    }

    /** Lets the streams know what the segment holds. */
    void publish() {
        scan.publish();
    }

    /**
     * Makes what was found durable before anyone is told of it. What the last run wrote and did not sync is written once
     * more first: after a failed fsync the system may take pages for clean that never reached the disk.
     */
    void makeDurable(DataFile file, Segment segment, Optional<SyncedMark> mark) throws IOException {
        int from = mark.isPresent() && mark.get().segment() == segment.number
                ? mark.get().end()
                : 0;
        ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
        for (int offset = from; offset < segment.end; offset += bytes.limit()) {
            bytes.clear().limit(Math.min(COPY_BYTES, segment.end - offset));
            file.read(bytes, offset);
            file.write(bytes.flip(), offset);
        }
        file.force();
        directory.force();
    }
}
