package org.uitto.replicated;

/**
 * A moment in the life of a replicated actor, to be named to other nodes and processes: what was acknowledged before it is in
 * every answer that comes {@link Consistency#after after} it. Got from {@link org.uitto.Raft#token}.
 *
 * @param index an index of the actor's log; at least 0
 */
public record ReadToken(long index) {
    public ReadToken {
        if (index < 0) {
            throw new IllegalArgumentException("A log has no index " + index);
        }
    }

    /** The token that {@code text}, made by {@link #toString}, stands for. */
    public static ReadToken parse(String text) {
        return new ReadToken(Long.parseLong(text));
    }

    @Override
    public String toString() {
        return Long.toString(index);
    }
}
