package org.uitto.testkit;

import java.util.List;

/** What a {@link LinearizabilityChecker} found out about a history. */
public sealed interface LinearizabilityVerdict {
    /** There is an order of the operations that explains all results. */
    record Linearizable() implements LinearizabilityVerdict {}

    /**
     * There is none.
     *
     * @param part the part of the model that has none, such as a key
     * @param explained the longest order that could be found, each operation with its result
     * @param stuck the operations of which one had to be next, none of them possible
     */
    record Violation(Object part, List<String> explained, List<String> stuck) implements LinearizabilityVerdict {
        public Violation {
            explained = List.copyOf(explained);
            stuck = List.copyOf(stuck);
        }
    }

    /**
     * The search was given up.
     *
     * @param part the part of the model it was given up on
     * @param stepCount after how many steps
     */
    record Undecided(Object part, long stepCount) implements LinearizabilityVerdict {}

    /** True if the history is known to be linearizable. */
    default boolean isLinearizable() {
        return this instanceof Linearizable;
    }
}
