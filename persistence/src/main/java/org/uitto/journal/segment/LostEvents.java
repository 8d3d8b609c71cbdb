package org.uitto.journal.segment;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.uitto.journal.segment.JournalFinding.Range;

/**
 * What a repaired journal remembers of acknowledged events that it lost: they must not be missed in silence, so whoever
 * lost some is refused. Kept as the one event of a persistence id of its own, so it is as durable and as well checked as
 * any other event.
 *
 * @param everyone whether it could not be told whose events were lost, so that every persistence id is refused
 * @param ranges the events that are known to be lost
 * @param discarded the persistence ids that were given up, and so are not refused
 */
record LostEvents(boolean everyone, List<Range> ranges, Set<String> discarded) {
    /** No persistence id of a user begins with this character. */
    static final String PERSISTENCE_ID = "\u0000lost";

    static final LostEvents NONE = new LostEvents(false, List.of(), Set.of());
    private static final byte VERSION = 1;

    boolean isNone() {
        return !everyone && ranges.isEmpty();
    }

    /** What is lost of the events of a persistence id beyond {@code deletedTo}; empty if nothing is. */
    Optional<Range> of(String persistenceId, long deletedTo) {
        Optional<Range> range = ranges.stream()
                .filter(lost -> lost.persistenceId().equals(persistenceId) && lost.lastSequenceNr() > deletedTo)
                .findFirst();
        boolean isDoubtful = everyone && !discarded.contains(persistenceId);
        return range.or(() ->
                isDoubtful ? Optional.of(new Range(persistenceId, deletedTo + 1, Long.MAX_VALUE)) : Optional.empty());
    }

    /** Why a persistence id is refused; empty if it is not. */
    Optional<JournalDamagedException> refusal(Directory directory, String persistenceId, long deletedTo) {
        return of(persistenceId, deletedTo)
                .map(range -> new JournalDamagedException(
                        new JournalDamagedException.Spot(
                                directory.path(), 0, persistenceId, Math.max(1, range.firstSequenceNr())),
                        (range.lastSequenceNr() == Long.MAX_VALUE
                                        ? "acknowledged events of it may be among those that were lost"
                                        : "acknowledged events of it, up to sequence number " + range.lastSequenceNr()
                                                + ", were lost")
                                + " before the journal was repaired, so it is neither replayed nor written. To give it"
                                + " up, stop the journal and use `journal repair --discard`"));
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(VERSION);
        out.writeBoolean(everyone);
        out.writeInt(ranges.size());
        for (Range range : ranges) {
            out.writeUTF(range.persistenceId());
            out.writeLong(range.firstSequenceNr());
            out.writeLong(range.lastSequenceNr());
        }
        out.writeInt(discarded.size());
        for (String persistenceId : discarded) {
            out.writeUTF(persistenceId);
        }
        return bytes.toByteArray();
    }

    static LostEvents fromBytes(ByteBuffer payload) throws IOException {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        byte version = in.readByte();
        if (version != VERSION) {
            throw new JournalRefusedException("The journal was repaired by a newer version of Uitto, which noted what"
                    + " is lost in format " + version + ". Update this node.");
        }
        boolean everyone = in.readBoolean();
        List<Range> ranges = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ranges.add(new Range(in.readUTF(), in.readLong(), in.readLong()));
        }
        Set<String> discarded = new TreeSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            discarded.add(in.readUTF());
        }
        return new LostEvents(everyone, ranges, discarded);
    }
}
