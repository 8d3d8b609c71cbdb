package org.uitto.samples.nemesis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Who is to suffer, decided before anybody knows who leads.
 *
 * @param who by their part
 * @param draw decides between those who could be meant
 */
public record Victims(Who who, long draw) {
    /** The parts that nodes can have. */
    public enum Who {
        /** Whoever leads; anyone if nobody does. */
        LEADER,
        /** One that does not lead. */
        FOLLOWER,
        /** As many as a cluster can spare. */
        MINORITY,
        /** One more than a cluster can spare. */
        MAJORITY,
        /** All. */
        ALL
    }

    /** The nodes that are meant, in a drawn order, if {@code leader} leads {@code nodes}. */
    List<String> among(List<String> nodes, Optional<String> leader) {
        List<String> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, new Random(draw));
        int spare = (nodes.size() - 1) / 2;
        return switch (who) {
            case LEADER -> List.of(leader.orElse(shuffled.get(0)));
            case FOLLOWER ->
                shuffled.stream()
                        .filter(node -> !leader.equals(Optional.of(node)))
                        .limit(1)
                        .toList();
            case MINORITY -> List.copyOf(shuffled.subList(0, Math.max(1, spare)));
            case MAJORITY -> List.copyOf(shuffled.subList(0, spare + 1));
            case ALL -> List.copyOf(shuffled);
        };
    }
}
