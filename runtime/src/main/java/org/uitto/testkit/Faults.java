package org.uitto.testkit;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What may go wrong while a {@link ReplicatedTestKit} runs an actor. Immutable. */
public final class Faults {
    private final Set<Kind> kinds;

    private Faults(Set<Kind> kinds) {
        this.kinds = Collections.unmodifiableSet(kinds);
    }

    /** A kind of fault. Each strikes one node, now and then the one that leads, and lasts for up to three seconds. */
    public enum Kind {
        /** The node dies, between two steps or in the midst of one, and starts again. */
        CRASH,
        /** The node stands still, as in a long garbage collection, and goes on. */
        PAUSE,
        /** Nodes are split into two sides that don't hear each other. */
        PARTITION,
        /** The node hears nobody and is heard by nobody, clients included. */
        ISOLATION,
        /** Another node doesn't hear the node any more, but is heard by it. */
        ONE_WAY_CUT,
        /** What the node tells another takes long. */
        SLOW_LINK,
        /** The node's disk takes twenty times as long. */
        SLOW_DISK,
        /** The node's disk hangs. */
        STALLED_DISK,
        /** The node's disk refuses to write; the node is started again when that is over. */
        FAILING_DISK,
        /** The node dies and starts again with an empty disk. At most a minority has lost its disk at a time. */
        LOST_DISK,
        /** The node's clock goes ahead at once by up to two seconds. */
        CLOCK_JUMP,
        /** The leader is asked to hand leadership over. */
        HAND_OVER
    }

    /** All kinds, of which each seed draws its own mix: all at once hide what a few would show. */
    public static Faults random() {
        return new Faults(EnumSet.allOf(Kind.class));
    }

    /** These kinds, of which each seed draws its own mix. */
    public static Faults of(Kind first, Kind... more) {
        Set<Kind> kinds = EnumSet.of(first);
        kinds.addAll(Arrays.asList(more));
        return new Faults(kinds);
    }

    /** Nothing goes wrong, but for what a script does. */
    public static Faults none() {
        return new Faults(EnumSet.noneOf(Kind.class));
    }

    boolean isNone() {
        return kinds.isEmpty();
    }

    /** How likely each kind is, in one run; empty if nothing is to go wrong. */
    Map<Kind, Integer> mix(SeededRandom random) {
        Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
        for (Kind kind : kinds) {
            if (random.chance(kinds.size() == 1 ? 1 : 0.5)) {
                weights.put(kind, 1 + random.below(100));
            }
        }
        return weights;
    }
}
