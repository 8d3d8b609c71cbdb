package org.uitto.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.uitto.log.NodeId;

/**
 * Who takes part in a group (paper §6).
 *
 * @param voters the nodes whose majority decides; at least one, in the order of their ids
 */
public record Configuration(SortedSet<NodeId> voters) {
    public Configuration {
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("A group needs at least one voter");
        }
        voters = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    }

    /** A configuration of these voters. */
    public static Configuration of(Collection<NodeId> voters) {
        return new Configuration(new TreeSet<>(voters));
    }

    /** Whether {@code nodes} hold a majority of the voters; nodes that are no voters do not count. */
    public boolean isQuorum(Set<NodeId> nodes) {
        long held = voters.stream().filter(nodes::contains).count();
        return held > voters.size() / 2;
    }

    /** The largest value that a majority of the voters has reached, going by {@code reached}. */
    public long reachedByQuorum(ToLongFunction<NodeId> reached) {
        long[] values = voters.stream().mapToLong(reached).toArray();
        Arrays.sort(values);
        return values[(values.length - 1) / 2];
    }

    /** The voters other than {@code self}, in order. */
    public SortedSet<NodeId> peersOf(NodeId self) {
        SortedSet<NodeId> peers = new TreeSet<>(voters);
        peers.remove(self);
        return peers;
    }
}
