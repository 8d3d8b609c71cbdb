package org.uitto.log;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A log as its readers see it. Indexes are 1-based, bounds inclusive; terms never decrease along the log. A log that was
 * compacted begins behind its {@link #base()}; all up to there was committed.
 */
public interface LogView {
    /** The position of the last entry, durable or not; {@link #base()} if there is none. */
    LogPosition last();

    /** The position before the first entry: the last of those that were compacted, {@link LogPosition#ZERO} if none were. */
    LogPosition base();

    /** The snapshot that holds what was compacted; present if anything was. */
    Optional<StoredSnapshot> snapshot();

    /**
     * The newest configuration at or before {@code index}, among the entries and the snapshot; empty if there is none: then
     * the group has none of its own yet.
     *
     * @param index at least the snapshot's
     */
    Optional<Configuration> configurationAt(long index);

    /** All configurations in the snapshot and in the entries behind it, the oldest first. */
    Stream<Configuration> configurations();

    /** Where the newest configuration is; 0 if there is none, the snapshot's index if that has it. */
    long configurationIndex();

    /**
     * The term of the entry at {@code index}, or of the {@link #base()}; 0 for index 0 of a log that was never compacted.
     *
     * @throws IndexOutOfBoundsException if the log holds no entry there
     */
    long termAt(long index);

    /**
     * The largest index, at most {@code maxIndex}, whose term is known to be at most {@code maxTerm}; the base counts, what
     * is before it is not known; 0 if there is none. What a conflict hint is made of: it passes over a whole conflicting
     * term at once (paper §5.3).
     *
     * @param maxIndex at most the index of the last entry
     */
    long lastIndexUpTo(long maxIndex, long maxTerm);

    /**
     * The entries from {@code firstIndex} to {@code lastIndex}, or as many of them, at least one, as fit into
     * {@code maxBytes}. Empty if {@code firstIndex} is beyond {@code lastIndex}.
     */
    List<EntryBatch> read(long firstIndex, long lastIndex, long maxBytes);

    /**
     * Where the log could begin so that at least {@code keptBytes} of entries up to {@code lastIndex} remain, if it has so
     * many: an index from the base's on, to compact up to.
     */
    long indexBeforeBytes(long lastIndex, long keptBytes);

    /** The position at {@code index}, which the log holds or which is its base's. */
    default LogPosition positionAt(long index) {
        return index == 0 ? LogPosition.ZERO : new LogPosition(termAt(index), index);
    }

    /**
     * Whether the log holds this very entry, or begins behind it, and with it the whole prefix that the position names. No
     * for what is before the base, for it can't be told.
     */
    default boolean contains(LogPosition position) {
        return position.index() >= base().index()
                && position.index() <= last().index()
                && termAt(position.index()) == position.term();
    }
}
