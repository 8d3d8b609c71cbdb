package org.uitto.log.store;

import java.util.List;
import org.uitto.log.LogMutation;

/**
 * The event that a journal holds: all the mutations that gathered while the write before was under way.
 *
 * @param mutations in the order in which they were decided; at least one
 */
public record LogMutations(List<LogMutation> mutations) {
    public LogMutations {
        mutations = List.copyOf(mutations);
    }
}
