package org.uitto.testkit;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.apache.pekko.persistence.PersistentRepr;

/** What is durable for one persistence id. */
final class StoredEvents {
    private final TreeMap<Long, PersistentRepr> bySequenceNr = new TreeMap<>();
    private long highestSequenceNr;

    StoredEvents copy() {
        StoredEvents copy = new StoredEvents();
        copy.bySequenceNr.putAll(bySequenceNr);
        copy.highestSequenceNr = highestSequenceNr;
        return copy;
    }

    /** The highest sequence number ever stored; deleting does not lower it. 0 if there was none. */
    long highestSequenceNr() {
        return highestSequenceNr;
    }

    /** Adds events whose sequence numbers follow the highest. */
    void append(List<PersistentRepr> events) {
        for (PersistentRepr event : events) {
            if (event.sequenceNr() != highestSequenceNr + 1) {
                throw new IllegalStateException("Event " + event.sequenceNr() + " of " + event.persistenceId()
                        + " was written after event " + highestSequenceNr);
            }
            bySequenceNr.put(event.sequenceNr(), event);
            highestSequenceNr = event.sequenceNr();
        }
    }

    /** Deletes the events up to {@code sequenceNr}, inclusive. */
    void deleteTo(long sequenceNr) {
        bySequenceNr.headMap(sequenceNr, true).clear();
    }

    /** The events from {@code first} to {@code last}, both inclusive. */
    Collection<PersistentRepr> range(long first, long last) {
        return last < first
                ? List.of()
                : bySequenceNr.subMap(first, true, last, true).values();
    }
}
