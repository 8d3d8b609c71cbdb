package org.uitto.journal.segment;

import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A journal as it was found, mended and ready to be written to.
 *
 * @param identity whose it is
 * @param streams by persistence id
 * @param segments by number, the active one among them
 * @param active the segment that is written to next
 * @param activeFile its file
 * @param markFile the file of the {@link SyncedMark}
 * @param spare the file made ahead for the segment after the active one, if there is one
 */
record Recovered(
        Identity identity,
        ConcurrentHashMap<String, EventStream> streams,
        TreeMap<Long, Segment> segments,
        Segment active,
        DataFile activeFile,
        DataFile markFile,
        Optional<DataFile> spare) {}
