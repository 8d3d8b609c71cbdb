package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.uitto.journal.segment.JournalFinding.Range;
import org.uitto.journal.segment.JournalFinding.Severity;

/** The part of a {@link JournalSurvey} that is about sealed segments, of which an index may tell what is lost. */
final class SealedSurvey {
    private final Directory directory;
    private final JournalSurvey journal;
    private final UUID journalId;
    private final SegmentSurvey.Visitor visitor;

    SealedSurvey(Directory directory, JournalSurvey journal, UUID journalId, SegmentSurvey.Visitor visitor) {
        this.directory = directory;
        this.journal = journal;
        this.journalId = journalId;
        this.visitor = visitor;
    }

    /** Reports a segment that cannot be used at all. */
    void missing(Segment sealed, boolean isOther) throws IOException {
        String name = FileNames.segment(sealed.number);
        String what = isOther
                ? "another file is in the place of the segment, or it is cut off"
                : "the segment is missing, and events in it were acknowledged";
        report(name, new SegmentSurvey.Stretch(0, Integer.MAX_VALUE), what, index(sealed), Optional.empty());
    }

    /**
     * Reads a segment.
     *
     * @param sealed its number, and its end and the checksum there; 0 if they are not known
     */
    void run(Segment sealed, SegmentHeader.Reading reading) throws IOException {
        String name = FileNames.segment(sealed.number);
        try (DataFile file = directory.open(name)) {
            if (sealed.end > 0 && isAnother(file, sealed)) {
                missing(sealed, true);
                return;
            }
            Optional<IndexedEvents> index = index(sealed);
            SegmentSurvey survey = new SegmentSurvey(directory, file, sealed.number, visitor);
            index.ifPresent(
                    known -> known.segment.runs.forEach(run -> survey.names.put(run.number, run.stream.persistenceId)));
            int limit = sealed.end > 0 ? sealed.end : survey.endOfUse(SegmentHeader.BYTES);
            survey.readOver(limit, (end, chain) -> {});
            journal.segmentCount++;
            journal.readBytes += survey.end;
            for (SegmentSurvey.Stretch stretch : survey.damaged) {
                String what = "no whole record is there, up to offset " + stretch.to();
                report(name, stretch, what, index, survey.guess(stretch.from()));
            }
            boolean isRead = survey.damaged.isEmpty() && reading instanceof SegmentHeader.Begun;
            if (isRead && index.isPresent() && !index.get().agreesWith(survey)) {
                journal.note(
                        Severity.DAMAGE, FileNames.index(sealed.number), 0, "it does not say what the segment holds");
            }
            if (survey.endOfUse(limit) > limit) {
                journal.note(Severity.HARMLESS, name, limit, "bytes behind the end are not zeros; they are never read");
            }
        }
    }

    /** Whether all records of the file continue each other to the very end, and another end than was sealed. */
    private boolean isAnother(DataFile file, Segment sealed) throws IOException {
        if (file.sizeBytes() < sealed.end) {
            return false;
        }
        ByteBuffer chain = ByteBuffer.allocate(RecordFormat.CHAIN_BYTES);
        file.read(chain, sealed.end - RecordFormat.CHAIN_BYTES);
        if (chain.getInt(0) == sealed.chain) {
            return false;
        }
        SegmentSurvey survey = new SegmentSurvey(directory, file, sealed.number, record -> {});
        survey.readOn(sealed.end, (end, seen) -> {});
        return survey.end == sealed.end;
    }

    private Optional<IndexedEvents> index(Segment sealed) throws IOException {
        String name = FileNames.index(sealed.number);
        Optional<IndexedEvents> index =
                sealed.end > 0 ? IndexedEvents.read(directory, journalId, sealed) : Optional.empty();
        if (index.isEmpty()) {
            boolean isThere = directory.list().contains(name);
            journal.note(
                    isThere ? Severity.HARMLESS : Severity.NOTE,
                    name,
                    0,
                    (isThere ? "not whole" : "missing") + "; made again from its segment when the journal is opened");
        }
        return index;
    }

    private void report(
            String name,
            SegmentSurvey.Stretch stretch,
            String what,
            Optional<IndexedEvents> index,
            Optional<Range> guess) {
        if (index.isEmpty()) {
            journal.unattributed(
                    name,
                    stretch.from(),
                    what + guess.map(range -> "; it looks like " + range).orElse(""));
            return;
        }
        List<Range> ranges = index.get().within(stretch);
        for (Range range : ranges) {
            journal.findings.add(JournalFinding.damage(name, stretch.from(), range, what));
        }
        if (ranges.isEmpty()) {
            journal.note(Severity.DAMAGE, name, stretch.from(), what + "; there were no events");
        }
        journal.lost.addAll(ranges);
        for (Run run : index.get().segment.runs) {
            if (run.stateHighest > 0) {
                journal.states.add(new JournalRecord(
                        run.segment.number,
                        0,
                        RecordType.STATE,
                        Optional.of(run.stream.persistenceId),
                        run.number,
                        0,
                        run.stateHighest,
                        run.stateDeletedTo,
                        ByteBuffer.allocate(0)));
            }
        }
    }
}
