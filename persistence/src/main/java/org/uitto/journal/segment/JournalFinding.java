package org.uitto.journal.segment;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that an inspection found in the files of a journal.
 *
 * @param severity what it means for the events
 * @param file the name of the file, within the journal's folder
 * @param offset where in the file it begins; 0-based, in bytes
 * @param events whose events it concerns, if that can be told
 * @param what a sentence without a full stop
 */
public record JournalFinding(Severity severity, String file, long offset, Optional<Range> events, String what) {
    /** What a finding means for the events. */
    public enum Severity {
        /** As it may be after a crash, or while a journal is at work: nothing that was acknowledged is concerned. */
        NOTE,
        /** Not as it was written, but no event is lost by it: the journal makes it anew when it is opened. */
        HARMLESS,
        /** Acknowledged events are lost, or cannot be relied on. */
        DAMAGE
    }

    /**
     * Consecutive events of one persistence id.
     *
     * @param firstSequenceNr 1-based
     * @param lastSequenceNr inclusive; {@link Long#MAX_VALUE} if it is not known how far they went
     */
    public record Range(String persistenceId, long firstSequenceNr, long lastSequenceNr) {
        @Override
        public String toString() {
            return "persistence id \"" + persistenceId + "\", sequence numbers " + firstSequenceNr
                    + (lastSequenceNr == Long.MAX_VALUE ? " and on" : " to " + lastSequenceNr);
        }
    }

    static JournalFinding of(Severity severity, String file, long offset, String what) {
        return new JournalFinding(severity, file, offset, Optional.empty(), what);
    }

    static JournalFinding damage(String file, long offset, @Nullable Range events, String what) {
        return new JournalFinding(Severity.DAMAGE, file, offset, Optional.ofNullable(events), what);
    }

    @Override
    public String toString() {
        return severity + " " + file + " at offset " + offset
                + events.map(range -> ", " + range).orElse("") + ": " + what;
    }
}
