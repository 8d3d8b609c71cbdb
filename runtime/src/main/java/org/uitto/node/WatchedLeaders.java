package org.uitto.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.uitto.log.NodeId;

/**
 * Which nodes lead groups of this one and are therefore watched, each once. One that has crashed is watched anew when it has
 * started again, which shows in a silence before it leads; one that is heard of without a pause though it was taken for crashed
 * is not: something between refuses connections. Not thread-safe.
 */
final class WatchedLeaders {
    /** No process starts again, and leads, within so short a time after it has led. */
    private static final Duration SILENCE_OF_A_RESTART = Duration.ofMillis(300);

    /** Heard of last at {@code heardAtNanos}; {@code crashed} if it was taken for that since it is watched. */
    private record Leader(long heardAtNanos, boolean crashed) {}

    private final LongSupplier clock;
    private final BiConsumer<NodeId, Contact> watch;
    private final Map<NodeId, Leader> leaders = new HashMap<>();

    /**
     * Nobody yet.
     *
     * @param clock monotonic nanoseconds
     * @param watch begins to watch a node
     */
    WatchedLeaders(LongSupplier clock, BiConsumer<NodeId, Contact> watch) {
        this.clock = clock;
        this.watch = watch;
    }

    /** {@code node}, which leads some group, was heard; it is reached at {@code contact}, as it says. */
    void heard(NodeId node, String contact) {
        long now = clock.getAsLong();
        Leader known = leaders.get(node);
        if (known != null && !hasRestarted(known, now)) {
            leaders.put(node, new Leader(now, known.crashed()));
            return;
        }
        ReplicaAddress.parse(contact).ifPresent(address -> {
            leaders.put(node, new Leader(now, false));
            watch.accept(node, address.contact());
        });
    }

    private static boolean hasRestarted(Leader known, long nowNanos) {
        return known.crashed() && nowNanos - known.heardAtNanos() >= SILENCE_OF_A_RESTART.toNanos();
    }

    /** {@code node} was taken for crashed, and is not watched any more. */
    void crashed(NodeId node) {
        leaders.computeIfPresent(node, (id, known) -> new Leader(known.heardAtNanos(), true));
    }
}
