package org.uitto.replicated;

import java.time.Duration;

/**
 * How fresh the answer to a read must be; chosen for each read, see {@link org.uitto.Raft#read}. An ordinary {@code ask} is
 * linearizable, by the leader.
 */
public sealed interface Consistency {
    /**
     * The answer has all that was acknowledged to anybody before the read was asked for (thesis §6.4): the leader says up to
     * which index, and any replica that has applied as much answers. Takes work off the leader: many reads share one question.
     */
    record Linearizable() implements Consistency {}

    /**
     * The same as linearizable, by the leader and without a round among the nodes, as long as its clock says that no other can have
     * been elected (thesis §6.4.1). Only if {@code uitto.raft.lease-reads} is on, on all nodes; else there is a round.
     */
    record Lease() implements Consistency {}

    /** The answer has all that was acknowledged to anybody earlier than {@code atMost} before the read was asked for. */
    record BoundedStale(Duration atMost) implements Consistency {
        public BoundedStale {
            if (atMost.isNegative()) {
                throw new IllegalArgumentException("Nothing is stale by less than nothing: " + atMost);
            }
        }
    }

    /** The answer is what the nearest replica has applied, however old; it needs no leader. */
    record Local() implements Consistency {}

    /** The answer has all that {@code token} stands for, such as one's own writes; it needs no leader. */
    record After(ReadToken token) implements Consistency {}

    /** {@link Linearizable}. */
    static Consistency linearizable() {
        return new Linearizable();
    }

    /** {@link Lease}. */
    static Consistency lease() {
        return new Lease();
    }

    /** {@link BoundedStale}. */
    static Consistency boundedStale(Duration atMost) {
        return new BoundedStale(atMost);
    }

    /** {@link Local}. */
    static Consistency local() {
        return new Local();
    }

    /** {@link After}. */
    static Consistency after(ReadToken token) {
        return new After(token);
    }
}
