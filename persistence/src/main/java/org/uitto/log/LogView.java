package org.uitto.log;

import java.util.List;

/**
 * A log as its readers see it. Indexes are 1-based, bounds inclusive; terms never decrease along the log.
 */
public interface LogView {
    /** The position of the last entry, durable or not; {@link LogPosition#ZERO} if there is none. */
    LogPosition last();

    /**
     * The term of the entry at {@code index}; 0 for index 0.
     *
     * @throws IndexOutOfBoundsException if the log holds no entry there
     */
    long termAt(long index);

    /**
     * The largest index, at most {@code maxIndex}, whose term is at most {@code maxTerm}; 0 if there is none. What a
     * conflict hint is made of: it passes over a whole conflicting term at once (paper §5.3).
     *
     * @param maxIndex at most the index of the last entry
     */
    long lastIndexUpTo(long maxIndex, long maxTerm);

    /**
     * The entries from {@code firstIndex} to {@code lastIndex}, or as many of them, at least one, as fit into
     * {@code maxBytes}. Empty if {@code firstIndex} is beyond {@code lastIndex}.
     */
    List<EntryBatch> read(long firstIndex, long lastIndex, long maxBytes);

    /** The position at {@code index}, which the log holds or which is 0. */
    default LogPosition positionAt(long index) {
        return index == 0 ? LogPosition.ZERO : new LogPosition(termAt(index), index);
    }

    /** Whether the log holds this very entry, and with it the whole prefix that the position names. */
    default boolean contains(LogPosition position) {
        return position.index() <= last().index() && termAt(position.index()) == position.term();
    }
}
