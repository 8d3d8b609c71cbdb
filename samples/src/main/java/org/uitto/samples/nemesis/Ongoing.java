package org.uitto.samples.nemesis;

import java.util.List;

/**
 * A fault that was made so.
 *
 * @param nemesis its kind
 * @param description what is so now, to whom, in words for a report
 * @param nodes who suffers
 * @param undo ends it; nodes whose processes are gone may be left to whoever started them
 */
public record Ongoing(Nemesis nemesis, String description, List<String> nodes, Undo undo) {
    /** Ends a fault. */
    @FunctionalInterface
    public interface Undo {
        /** Called once. */
        void run() throws InterruptedException;
    }

    public Ongoing {
        nodes = List.copyOf(nodes);
    }
}
