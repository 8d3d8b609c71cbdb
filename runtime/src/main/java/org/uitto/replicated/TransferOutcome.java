package org.uitto.replicated;

import java.util.Optional;
import org.uitto.log.NodeId;

/**
 * What became of handing leadership over (thesis §3.10).
 *
 * @param result what happened
 * @param leader who leads now, as far as the node that was asked knows
 */
public record TransferOutcome(Result result, Optional<NodeId> leader) {
    /** What happened. */
    public enum Result {
        /** Another node leads. */
        TRANSFERRED,
        /** Nothing came of it in time: the node leads on. Its target was perhaps too far behind, or went away. */
        ABANDONED,
        /** The node that was asked does not lead. */
        NOT_LEADER,
        /** The target is no other member, has no say yet, or has not answered of late. */
        NO_SUCCESSOR
    }
}
