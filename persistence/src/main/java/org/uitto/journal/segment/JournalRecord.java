package org.uitto.journal.segment;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A whole record of a segment.
 *
 * @param segment the number of the segment
 * @param offset where in its file the record begins
 * @param type what the record says
 * @param persistenceId whose it is; empty if it is nobody's, or if the record that names its owner is lost
 * @param number how the segment names that persistence id
 * @param firstSequenceNr of its events; 0 unless it is {@link RecordType#EVENTS}
 * @param lastSequenceNr of its events, inclusive; the highest one ever if it is {@link RecordType#STATE}, otherwise 0
 * @param deletedTo up to which sequence number all is deleted; 0 unless it is {@link RecordType#STATE}
 * @param payload the bytes of its events, or its body if there are none; valid until the next record is read
 */
public record JournalRecord(
        long segment,
        int offset,
        RecordType type,
        Optional<String> persistenceId,
        int number,
        long firstSequenceNr,
        long lastSequenceNr,
        long deletedTo,
        ByteBuffer payload) {}
