package org.uitto.journal.segment;

import java.util.List;

/**
 * An atomic write: consecutive events of one persistence id that are stored all or none.
 *
 * @param persistenceId whose events they are
 * @param firstSequenceNr the sequence number of the first; at least 1
 * @param lastSequenceNr the sequence number of the last, inclusive
 * @param payload the events as bytes that mean nothing to the store, in pieces that are put one behind the other; not to be
 *     changed any more
 */
public record EventWrite(String persistenceId, long firstSequenceNr, long lastSequenceNr, List<byte[]> payload) {
    public EventWrite {
        if (firstSequenceNr < 1
                || lastSequenceNr < firstSequenceNr
                || lastSequenceNr - firstSequenceNr > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("Sequence numbers " + firstSequenceNr + " to " + lastSequenceNr
                    + " of persistence id \"" + persistenceId + "\" are no range of an atomic write");
        }
    }

    long payloadBytes() {
        long bytes = 0;
        for (byte[] piece : payload) {
            bytes += piece.length;
        }
        return bytes;
    }
}
