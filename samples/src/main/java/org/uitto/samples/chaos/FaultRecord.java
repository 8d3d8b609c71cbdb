package org.uitto.samples.chaos;

import java.util.List;
import org.uitto.samples.nemesis.Nemesis;

/**
 * A fault as it happened. Times are from the start of the run.
 *
 * @param beginNanos when it began
 * @param endNanos when it was undone
 * @param healthyNanos when all nodes took part again
 */
record FaultRecord(
        Nemesis nemesis, String description, List<String> nodes, long beginNanos, long endNanos, long healthyNanos) {
    FaultRecord {
        nodes = List.copyOf(nodes);
    }

    /** How long it took until all nodes took part again, in seconds. */
    double recoverySeconds() {
        return (healthyNanos - endNanos) / 1e9;
    }
}
