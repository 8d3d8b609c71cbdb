package org.uitto.log;

/**
 * Where an entry stands in the log. Two logs that hold an entry of the same position hold the same entry there and are
 * equal up to it (paper §5.3, Log Matching), so a position names a whole prefix; an index alone does not.
 *
 * <p>Ordered by the up-to-date rule of paper §5.4.1: first by term, then by index.
 *
 * @param term the term in which a leader created the entry; 0 only in {@link #ZERO}
 * @param index 1-based; 0 only in {@link #ZERO}
 */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {
    /** The position before the first entry of any log. */
    public static final LogPosition ZERO = new LogPosition(0, 0);

    public LogPosition {
        if (term < 0 || index < 0) {
            throw new IllegalArgumentException("A log position is not negative: term " + term + ", index " + index);
        }
    }

    @Override
    public int compareTo(LogPosition other) {
        return term != other.term ? Long.compare(term, other.term) : Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return term + "/" + index;
    }
}
