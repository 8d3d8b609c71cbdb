package org.uitto.log;

/**
 * Names one body of data: what a node has on its disk for one group. A disk that was replaced gets another; a copy of the
 * data has the same. Not to be mixed up with the node, which keeps its id.
 *
 * @param value drawn at random when the data began; never 0
 */
public record StorageId(long value) {
    public StorageId {
        if (value == 0) {
            throw new IllegalArgumentException("0 names no storage");
        }
    }

    /** The storage that {@code chance} names: any number will do. */
    public static StorageId drawn(long chance) {
        return new StorageId(chance == 0 ? 1 : chance);
    }

    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}
