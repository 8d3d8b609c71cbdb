package org.uitto.log;

/**
 * Consecutive entries of one term.
 *
 * @param first the position of the first of them
 * @param payloads their contents; at least one
 */
public record EntryBatch(LogPosition first, Payloads payloads) {
    public EntryBatch {
        if (first.index() < 1 || first.term() < 1) {
            throw new IllegalArgumentException("The first entry of a log is 1/1, not " + first);
        }
    }

    /** The term in which a leader created these entries. */
    public long term() {
        return first.term();
    }

    /** The index of the first entry. */
    public long firstIndex() {
        return first.index();
    }

    /** The index of the last entry, inclusive. */
    public long lastIndex() {
        return first.index() + payloads.count() - 1;
    }

    /** The position of the last entry. */
    public LogPosition last() {
        return new LogPosition(first.term(), lastIndex());
    }

    /** The size of the entries in bytes, headers included. */
    public int lengthBytes() {
        return payloads.lengthBytes();
    }

    /** The part from {@code index} (inclusive, within the batch) on. */
    public EntryBatch from(long index) {
        return index == first.index()
                ? this
                : new EntryBatch(
                        new LogPosition(first.term(), index),
                        payloads.withoutFirst(Math.toIntExact(index - first.index())));
    }

    /** The part up to {@code index} (inclusive, within the batch). */
    public EntryBatch upTo(long index) {
        return index == lastIndex()
                ? this
                : new EntryBatch(first, payloads.first(Math.toIntExact(index - first.index() + 1)));
    }

    @Override
    public String toString() {
        return first + ".." + lastIndex();
    }
}
