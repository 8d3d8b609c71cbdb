package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.uitto.journal.segment.JournalFinding.Range;
import org.uitto.journal.segment.JournalFinding.Severity;

/**
 * Reads a journal that nobody has open, byte by byte, and changes nothing: not even a torn tail is cut off. With a {@link
 * ReadOnlyDirectory} it could not if it wanted to. For one thread.
 *
 * <p>Uses memory for the records of one segment at a time, 24 bytes each, and some 100 bytes for each persistence id.
 */
public final class JournalInspection implements Closeable {
    private final Directory directory;

    private JournalInspection(Directory directory) {
        this.directory = directory;
    }

    /**
     * Takes the directory for an inspection, until {@link #close}.
     *
     * @throws JournalRefusedException if a journal has it open
     */
    public static JournalInspection of(Directory directory) throws IOException {
        directory.lock();
        return new JournalInspection(directory);
    }

    /**
     * Verifies all there is: headers, the chained checksums of every record of every segment, the list of segments, their
     * indexes, the identity, the synced mark, and that nothing is behind the end.
     *
     * @throws JournalRefusedException if the directory holds no journal, or one of a newer format
     */
    public JournalReport verify() throws IOException {
        Map<String, Long> deletedTo = new HashMap<>();
        LostEvents[] lost = {LostEvents.NONE};
        long[] events = {0};
        JournalSurvey survey = new JournalSurvey(directory, record -> {
            if (record.persistenceId().equals(Optional.of(LostEvents.PERSISTENCE_ID))) {
                if (record.type() == RecordType.EVENTS) {
                    lost[0] = LostEvents.fromBytes(record.payload());
                }
                return;
            }
            record.persistenceId().ifPresent(id -> deletedTo.merge(id, record.deletedTo(), Math::max));
            events[0] +=
                    record.type() == RecordType.EVENTS ? record.lastSequenceNr() - record.firstSequenceNr() + 1 : 0;
        });
        survey.run();
        for (Range range : lost[0].ranges()) {
            if (range.lastSequenceNr() > deletedTo.getOrDefault(range.persistenceId(), 0L)) {
                String what = "lost before the journal was repaired; the persistence id is refused";
                survey.findings.add(JournalFinding.damage(FileNames.IDENTITY, 0, range, what));
            }
        }
        if (lost[0].everyone()) {
            survey.note(
                    Severity.DAMAGE,
                    FileNames.IDENTITY,
                    0,
                    "it could not be told whose events were lost when the journal was repaired; every persistence id is"
                            + " refused but for those discarded: " + lost[0].discarded());
        }
        return new JournalReport(survey.findings, survey.segmentCount, survey.readBytes, events[0], deletedTo.size());
    }

    /**
     * Hands out every whole record, segment by segment, deleted events and older copies among them; not what the journal
     * notes for itself of lost events.
     *
     * @return what was found on the way, as {@link #verify} has it
     */
    public JournalReport records(RecordConsumer consumer) throws IOException {
        JournalSurvey survey = new JournalSurvey(directory, found -> {
            if (!found.persistenceId().equals(Optional.of(LostEvents.PERSISTENCE_ID))) {
                consumer.accept(found);
            }
        });
        survey.run();
        return new JournalReport(survey.findings, survey.segmentCount, survey.readBytes, 0, 0);
    }

    /** Takes a record; its payload is valid until this returns. */
    @FunctionalInterface
    public interface RecordConsumer {
        /** Takes the next record. */
        void accept(JournalRecord found) throws IOException;
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
