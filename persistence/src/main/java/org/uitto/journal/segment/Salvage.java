package org.uitto.journal.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.uitto.journal.segment.JournalFinding.Range;

/** All that can be read of a journal, damaged as it may be: where each event is, and which are lost. Changes nothing. */
final class Salvage {
    private final Map<Long, Map<String, Run>> runs = new HashMap<>();
    private LostEvents lostBefore = LostEvents.NONE;

    final JournalSurvey survey;
    /** By persistence id; their runs have tables in memory, 24 bytes a record. */
    final TreeMap<String, EventStream> streams = new TreeMap<>();

    Salvage(Directory directory) throws IOException {
        survey = new JournalSurvey(directory, this::take);
        survey.run();
        survey.states.forEach(this::takeState);
    }

    private void take(JournalRecord found) throws IOException {
        String owner = found.persistenceId().orElse("");
        if (owner.equals(LostEvents.PERSISTENCE_ID)) {
            if (found.type() == RecordType.EVENTS) {
                lostBefore = LostEvents.fromBytes(found.payload());
            }
        } else if (found.persistenceId().isPresent() && found.type() == RecordType.EVENTS) {
            EventStream stream = streams.computeIfAbsent(owner, EventStream::new);
            Run run = runs.computeIfAbsent(found.segment(), any -> new HashMap<>())
                    .computeIfAbsent(owner, any -> new Run(stream, new Segment(found.segment(), 0), found.number()));
            int length = RecordFormat.EVENTS_PAYLOAD + found.payload().remaining() + RecordFormat.CHAIN_BYTES;
            stream.add(run, found.firstSequenceNr(), found.lastSequenceNr(), found.offset(), length);
        } else if (found.type() == RecordType.STATE) {
            takeState(found);
        }
    }

    private void takeState(JournalRecord found) {
        found.persistenceId()
                .ifPresent(owner -> streams.computeIfAbsent(owner, EventStream::new)
                        .raise(found.lastSequenceNr(), found.deletedTo()));
    }

    /** What is lost once {@code discard} are given up; lost events that were deleted, or copied elsewhere, are not. */
    LostEvents lost(Set<String> discard) {
        List<Range> missed = new ArrayList<>();
        boolean isNew = survey.unattributed.isPresent();
        List<Range> candidates = new ArrayList<>(lostBefore.ranges());
        candidates.addAll(survey.lost);
        for (Range range : candidates) {
            if (!discard.contains(range.persistenceId())) {
                missed.addAll(missing(range));
            }
        }
        Set<String> discarded = new TreeSet<>(discard);
        if (!isNew) {
            discarded.addAll(lostBefore.discarded());
        }
        boolean everyone = isNew || lostBefore.everyone();
        return new LostEvents(everyone, missed, everyone ? discarded : Set.of());
    }

    /** The highest sequence number of a persistence id that there ever was, as far as it is known. */
    long highest(String persistenceId) {
        EventStream stream = streams.get(persistenceId);
        long highest = stream == null ? 0 : stream.highest();
        for (Range range : survey.lost) {
            highest = range.persistenceId().equals(persistenceId) ? Math.max(highest, range.lastSequenceNr()) : highest;
        }
        for (Range range : lostBefore.ranges()) {
            highest = range.persistenceId().equals(persistenceId) ? Math.max(highest, range.lastSequenceNr()) : highest;
        }
        return highest;
    }

    /** The parts of the range that are beyond what is deleted and that no whole record holds. */
    private List<Range> missing(Range range) {
        EventStream stream = streams.get(range.persistenceId());
        long from = range.firstSequenceNr();
        List<long[]> held = new ArrayList<>();
        if (stream != null) {
            from = Math.max(from, stream.deletedTo() + 1);
            for (Run run : stream.liveRuns()) {
                RecordTable table = stream.tablePart(run, from, range.lastSequenceNr());
                for (int row = 0; table != null && row < table.count(); row++) {
                    held.add(new long[] {table.first(row), table.last(row)});
                }
            }
        }
        held.sort(Comparator.comparingLong(bounds -> bounds[0]));
        List<Range> missing = new ArrayList<>();
        for (long[] bounds : held) {
            if (bounds[0] > from) {
                missing.add(new Range(range.persistenceId(), from, bounds[0] - 1));
            }
            from = Math.max(from, bounds[1] + 1);
        }
        if (from <= range.lastSequenceNr()) {
            missing.add(new Range(range.persistenceId(), from, range.lastSequenceNr()));
        }
        return missing;
    }
}
