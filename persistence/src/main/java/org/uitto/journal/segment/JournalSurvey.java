package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.JournalFinding.Range;
import org.uitto.journal.segment.JournalFinding.Severity;

/**
 * Reads all files of a journal, judges them by the rules that {@link Recovery} opens a journal by, and goes on where that
 * stops. Changes nothing. Sealed segments are visited first, by number, and the one that was written to last.
 */
final class JournalSurvey {
    private final Directory directory;
    private final SegmentSurvey.Visitor visitor;
    private final Map<Long, Head> heads = new HashMap<>();

    final List<JournalFinding> findings = new ArrayList<>();
    /** The events that were lost, where an index tells; deleted ones and ones that were copied elsewhere among them. */
    final List<Range> lost = new ArrayList<>();
    /** What the indexes of damaged segments say of deletions: highest sequence number and the one deleted to. */
    final List<JournalRecord> states = new ArrayList<>();
    /** Why it cannot be told whose events were lost; empty if it can. */
    Optional<JournalFinding> unattributed = Optional.empty();

    Optional<Identity> identity = Optional.empty();
    Optional<SyncedMark> mark = Optional.empty();
    private UUID journalId = new UUID(0, 0);
    private List<Long> numbers = List.of();
    int segmentCount;
    long readBytes;
    /** The largest size that a segment was made with; 0 if no header is whole. */
    int segmentSizeBytes;

    /** What stands at the beginning of a segment's file, and the length of the file. */
    private record Head(SegmentHeader.Reading reading, long fileBytes) {}

    JournalSurvey(Directory directory, SegmentSurvey.Visitor visitor) {
        this.directory = directory;
        this.visitor = visitor;
    }

    /**
     * Reads it all.
     *
     * @throws JournalRefusedException if the directory holds no journal, or one of a newer format
     */
    void run() throws IOException {
        List<String> names = directory.list();
        FileNames.refuseHalfRepaired(directory, names);
        numbers = FileNames.segmentNumbers(names);
        readIdentity();
        if (identity.isEmpty() && numbers.isEmpty() && findings.isEmpty()) {
            throw new JournalRefusedException("There is no journal in " + directory.path()
                    + ". Name the folder that `uitto.journal.directory` of the node says.");
        }
        if (identity.isEmpty() && findings.isEmpty()) {
            note(Severity.DAMAGE, FileNames.IDENTITY, 0, "it is missing, but there are segments of a journal");
        }
        readMark();
        readHeads();
        long active = findActive();
        if (active < 0) {
            unattributed(FileNames.segment(mark.map(SyncedMark::segment).orElse(1L)), 0, "no segment that was begun");
            return;
        }
        checkNoneMissing(active);
        surveySealed(active);
        surveyActive(active);
        for (String name : names) {
            if (name.endsWith(FileNames.PREPARING)) {
                note(Severity.NOTE, name, 0, "half made when the journal was stopped; removed when it is opened");
            }
        }
    }

    private void readIdentity() throws IOException {
        try {
            identity = Identity.read(directory);
        } catch (JournalDamagedException e) {
            note(Severity.DAMAGE, FileNames.IDENTITY, 0, "it does not say whose journal this is");
        }
    }

    private void readMark() throws IOException {
        String name = FileNames.SYNCED;
        try (DataFile file = directory.open(name)) {
            ByteBuffer bytes = ByteBuffer.allocate(SyncedMark.BYTES);
            if (file.sizeBytes() >= SyncedMark.BYTES) {
                file.read(bytes, 0);
                mark = SyncedMark.read(bytes.flip());
            }
            boolean isClean = file.sizeBytes() == SyncedMark.BYTES && bytes.getLong(SyncedMark.BYTES - Long.BYTES) == 0;
            if (mark.isEmpty() || !isClean) {
                note(Severity.HARMLESS, name, 0, "not whole; the end of the journal is judged by its records alone");
            }
        } catch (NoSuchFileException e) {
            note(Severity.HARMLESS, name, 0, "missing; the end of the journal is judged by its records alone");
        }
    }

    private void readHeads() throws IOException {
        journalId = identity.map(Identity::journalId).orElse(journalId);
        for (long number : numbers) {
            try (DataFile file = directory.open(FileNames.segment(number))) {
                SegmentHeader.Reading reading = new SegmentHeader.Invalid();
                if (file.sizeBytes() >= SegmentHeader.BYTES) {
                    ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
                    file.read(bytes, 0);
                    reading = SegmentHeader.read(bytes.flip());
                }
                if (reading instanceof SegmentHeader.Newer newer) {
                    throw new JournalRefusedException(directory.path() + "/" + file.name() + " is of format version "
                            + newer.version() + ", and this version of Uitto reads up to "
                            + SegmentHeader.FORMAT_VERSION + ". Use the version that wrote it.");
                }
                if (reading instanceof SegmentHeader.Begun begun) {
                    segmentSizeBytes = Math.max(segmentSizeBytes, begun.header().sizeBytes());
                    if (identity.isEmpty()) {
                        journalId = begun.header().journalId();
                    }
                }
                heads.put(number, new Head(reading, file.sizeBytes()));
            }
        }
    }

    private boolean isOurs(long number) {
        Head head = heads.get(number);
        return head != null
                && (!(head.reading instanceof SegmentHeader.Begun begun)
                        || (begun.header().journalId().equals(journalId)
                                && begun.header().number() == number));
    }

    private SegmentHeader.Reading reading(long number) {
        Head head = heads.get(number);
        return head == null ? new SegmentHeader.Invalid() : head.reading;
    }

    /** The highest segment that was begun; -1 if there is none. */
    private long findActive() throws IOException {
        for (int i = numbers.size() - 1; i >= 0; i--) {
            long number = numbers.get(i);
            String name = FileNames.segment(number);
            if (!isOurs(number)) {
                unattributed(name, 0, "it is of another journal, or in the place of another segment");
                continue;
            }
            if (isShort(number)) {
                unattributed(name, 0, "the file is cut off within its header");
                continue;
            }
            try (DataFile file = directory.open(name)) {
                SegmentSurvey survey = new SegmentSurvey(directory, file, number, record -> {});
                survey.readOn(Integer.MAX_VALUE, (end, chain) -> {});
                boolean isBegun = reading(number) instanceof SegmentHeader.Begun && survey.roster.isPresent();
                boolean isProven = mark.isPresent() && mark.get().segment() >= number;
                if (isBegun || isProven || survey.laterGroup(0).isPresent()) {
                    return number;
                }
                int used = survey.endOfUse(0);
                if (used > 0) {
                    note(Severity.NOTE, name, 0, "a torn beginning that was never acknowledged, up to offset " + used);
                }
            }
        }
        return -1;
    }

    private boolean isShort(long number) {
        Head head = heads.get(number);
        return head == null || head.fileBytes < SegmentHeader.BYTES;
    }

    private void checkNoneMissing(long active) {
        boolean isBegun = mark.isPresent() && mark.get().segment() > active;
        boolean isSkipped = numbers.get(numbers.size() - 1) > active && !numbers.contains(active + 1);
        if (isBegun || isSkipped) {
            unattributed(FileNames.segment(active + 1), 0, "the segment is missing");
        }
    }

    private void surveySealed(long active) throws IOException {
        List<Segment> sealed = roster(active);
        TreeMap<Long, Segment> byNumber = new TreeMap<>();
        for (Segment segment : sealed) {
            byNumber.put(segment.number, segment);
        }
        SealedSurvey survey = new SealedSurvey(directory, this, journalId, visitor);
        for (Segment segment : byNumber.values()) {
            boolean isThere = isOurs(segment.number) && !isShort(segment.number);
            if (!isThere) {
                survey.missing(segment, heads.containsKey(segment.number));
            } else {
                checkHead(segment.number, byNumber.get(segment.number - 1));
                survey.run(segment, reading(segment.number));
            }
        }
        checkHead(active, byNumber.get(active - 1));
        List<String> names = directory.list();
        for (long number : FileNames.segmentNumbers(names)) {
            if (number < active && !byNumber.containsKey(number)) {
                note(
                        Severity.NOTE,
                        FileNames.segment(number),
                        0,
                        "no part of the journal any more; removed when opened");
            }
        }
        for (long number : FileNames.indexNumbers(names)) {
            if (!byNumber.containsKey(number)) {
                note(Severity.NOTE, FileNames.index(number), 0, "the index of no sealed segment; removed when opened");
            }
        }
    }

    /** The sealed segments by the word of the one written to last; by their files if that can't be read. */
    private List<Segment> roster(long active) throws IOException {
        try (DataFile file = directory.open(FileNames.segment(active))) {
            SegmentSurvey survey = new SegmentSurvey(directory, file, active, record -> {});
            survey.readOver((int) Math.min(file.sizeBytes(), survey.endOfUse(SegmentHeader.BYTES)), (end, chain) -> {});
            if (survey.roster.isPresent()) {
                return survey.roster.get().stream()
                        .filter(member -> !survey.removed.contains(member.number))
                        .toList();
            }
        }
        unattributed(FileNames.segment(active), SegmentHeader.BYTES, "the list of sealed segments is damaged");
        return numbers.stream()
                .filter(number -> number < active)
                .map(number -> new Segment(number, 0))
                .toList();
    }

    private void checkHead(long number, @Nullable Segment before) {
        String name = FileNames.segment(number);
        Head head = heads.get(number);
        if (head == null || !(head.reading instanceof SegmentHeader.Begun begun)) {
            note(Severity.DAMAGE, name, 0, "the header of the segment is damaged");
            return;
        }
        if (head.fileBytes != begun.header().sizeBytes()) {
            String sizes = "the file has " + head.fileBytes + " bytes and was made with "
                    + begun.header().sizeBytes();
            note(Severity.DAMAGE, name, head.fileBytes, sizes);
        }
        if (before != null && before.end > 0 && begun.header().seed() != before.chain) {
            note(Severity.DAMAGE, name, 0, "it does not continue " + FileNames.segment(before.number));
        }
    }

    private void surveyActive(long active) throws IOException {
        String name = FileNames.segment(active);
        try (DataFile file = directory.open(name)) {
            SegmentSurvey survey = new SegmentSurvey(directory, file, active, visitor);
            boolean[] isMarkMet = {mark.isEmpty() || mark.get().segment() != active};
            SegmentSurvey.Boundary boundary = (end, chain) -> isMarkMet[0] |=
                    mark.isPresent() && mark.get().end() == end && mark.get().chain() == chain;
            Head head = heads.get(active);
            boolean isHeadWhole = head != null
                    && head.reading instanceof SegmentHeader.Begun begun
                    && begun.header().sizeBytes() == head.fileBytes;
            survey.readOn(Integer.MAX_VALUE, boundary);
            int torn = survey.end;
            int used = survey.endOfUse(torn);
            int marked = isMarkMet[0] ? 0 : mark.map(SyncedMark::end).orElse(0);
            if (isHeadWhole && isMarkMet[0] && survey.laterGroup(torn).isEmpty()) {
                if (used > torn) {
                    note(
                            Severity.NOTE,
                            name,
                            torn,
                            "a torn tail of up to " + (used - torn)
                                    + " bytes that was never acknowledged; cut off when the journal is opened");
                }
            } else {
                survey.readOver(Math.max(used, marked), boundary);
                reportActive(survey, name, marked);
                if (head != null && survey.damaged.isEmpty() && reading(active) instanceof SegmentHeader.Begun) {
                    unattributed(name, head.fileBytes, "records may have been in what is missing of the file");
                }
            }
            segmentCount++;
            readBytes += survey.end;
        }
    }

    private void reportActive(SegmentSurvey survey, String name, int marked) throws IOException {
        for (SegmentSurvey.Stretch stretch : survey.damaged) {
            String what = "no whole record is there, up to offset " + stretch.to()
                    + (marked >= stretch.to() ? ", and all up to offset " + marked + " was acknowledged" : "")
                    + survey.guess(stretch.from())
                            .map(range -> "; it looks like " + range)
                            .orElse("");
            unattributed(name, stretch.from(), what);
        }
        if (survey.damaged.isEmpty() && marked > 0) {
            unattributed(name, survey.end, "other records were acknowledged than those that are there");
        }
    }

    void note(Severity severity, String file, long offset, String what) {
        findings.add(JournalFinding.of(severity, file, offset, what));
    }

    /** Damage of which it cannot be told whose events were lost by it. */
    void unattributed(String file, long offset, String what) {
        JournalFinding finding = JournalFinding.of(Severity.DAMAGE, file, offset, what);
        findings.add(finding);
        unattributed = unattributed.or(() -> Optional.of(finding));
    }
}
