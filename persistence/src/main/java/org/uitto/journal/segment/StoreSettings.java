package org.uitto.journal.segment;

import java.util.UUID;

/**
 * How a {@link SegmentStore} is to be opened.
 *
 * @param owner whose journal it must be; empty for anyone's. No line breaks
 * @param newJournalId the id that a journal made at this start gets
 * @param segmentSizeBytes the length of segments made from now on, {@link #LEAST_SEGMENT_BYTES} to {@link
 *     #MOST_SEGMENT_BYTES}
 * @param reserveBytes how much of the disk stays free: a segment is made only if at least this remains
 */
public record StoreSettings(String owner, UUID newJournalId, int segmentSizeBytes, long reserveBytes) {
    /** The smallest segment, in bytes. */
    public static final int LEAST_SEGMENT_BYTES = 1 << 10;
    /** The largest segment, in bytes. */
    public static final int MOST_SEGMENT_BYTES = 1 << 30;

    public StoreSettings {
        if (owner.indexOf('\n') >= 0 || owner.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("`uitto.journal.owner` is one line, not \"" + owner + "\"");
        }
        if (segmentSizeBytes < LEAST_SEGMENT_BYTES || segmentSizeBytes > MOST_SEGMENT_BYTES) {
            throw new IllegalArgumentException("`uitto.journal.segment-size` is " + LEAST_SEGMENT_BYTES + " to "
                    + MOST_SEGMENT_BYTES + " bytes, not " + segmentSizeBytes);
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("`uitto.journal.reserve` is not negative: " + reserveBytes);
        }
    }
}
