package org.uitto.journal.segment;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.uitto.damage.DamagedEvents;

/** Acknowledged bytes are not what was written. Names the place, and the events as far as they are known. */
public final class JournalDamagedException extends JournalException implements DamagedEvents {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final @Nullable String persistenceId;
    private final long sequenceNr;

    JournalDamagedException(Spot spot, String what) {
        super(
                "The journal is damaged: " + spot + ": " + what
                        + ". Nothing was changed. Restore the whole directory from a copy, or rebuild it from a replica"
                        + " if there is one.",
                null);
        this.file = spot.file();
        this.offset = spot.offset();
        this.persistenceId = spot.persistenceId();
        this.sequenceNr = spot.sequenceNr();
    }

    /** The damaged file, with its path. */
    public String file() {
        return file;
    }

    /** Where in the file the first damaged record, or what should be there, begins; 0-based. */
    public long offset() {
        return offset;
    }

    @Override
    public Optional<String> persistenceId() {
        return Optional.ofNullable(persistenceId);
    }

    /** The first of the damaged events, if that can be told. */
    public OptionalLong sequenceNr() {
        return sequenceNr > 0 ? OptionalLong.of(sequenceNr) : OptionalLong.empty();
    }

    /**
     * A place in a file.
     *
     * @param sequenceNr 0 if unknown
     */
    record Spot(String file, long offset, @Nullable String persistenceId, long sequenceNr) {
        Spot(String file, long offset) {
            this(file, offset, null, 0);
        }

        @Override
        public String toString() {
            return file + " at offset " + offset
                    + (persistenceId == null ? "" : ", persistence id \"" + persistenceId + "\"")
                    + (sequenceNr > 0 ? ", sequence number " + sequenceNr : "");
        }
    }
}
