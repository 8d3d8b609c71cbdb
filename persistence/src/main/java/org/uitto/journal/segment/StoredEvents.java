package org.uitto.journal.segment;

import java.nio.ByteBuffer;

/**
 * An atomic write as it was stored.
 *
 * @param firstSequenceNr the sequence number of its first event
 * @param lastSequenceNr the sequence number of its last event, inclusive
 * @param payload the bytes that were written; valid until the {@link Replay} goes on
 */
public record StoredEvents(long firstSequenceNr, long lastSequenceNr, ByteBuffer payload) {}
