package org.uitto.replicated;

import java.util.Optional;

/**
 * What became of taking a snapshot because somebody asked for it.
 *
 * @param result what happened
 * @param index the index of the last entry that the node's newest snapshot includes; 0 if it has none
 * @param trouble why it failed; empty unless it did
 */
public record SnapshotOutcome(Result result, long index, Optional<String> trouble) {
    /** What happened. */
    public enum Result {
        /** It was taken and is durable; the log was cut behind it, as far as it need not be kept. */
        TAKEN,
        /** Nothing was applied since the last snapshot. */
        NOTHING_NEW,
        /** One is under way already, taken by the replica itself or for another who asked. */
        UNDER_WAY,
        /** It could not be taken or stored. */
        FAILED
    }
}
