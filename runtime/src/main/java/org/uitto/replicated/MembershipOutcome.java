package org.uitto.replicated;

import java.util.Optional;
import org.uitto.log.Configuration;

/**
 * What became of a change of a group's members (paper §6).
 *
 * @param result what happened
 * @param configuration who takes part, as the leader's log said last; empty if nobody was asked or nobody answered
 * @param reason why it is not done, in words for the operator; empty if it is
 */
public record MembershipOutcome(Result result, Optional<Configuration> configuration, String reason) {
    /** What happened. */
    public enum Result {
        /** All is as it was to be, and committed: a node that was removed is not needed any more. */
        DONE,
        /** It was begun and is not done yet. The group goes on with it by itself, whoever leads. */
        UNDER_WAY,
        /** It was not begun: it would not do, and asking again would not help. Nothing has changed. */
        REFUSED,
        /** It was not begun, because of another change or a change of the leader. Nothing has changed; it may go later. */
        BUSY,
        /** It may have been begun, and was lost with its leader or overtaken by another change: it can be asked for again. */
        LOST,
        /** The node that was asked does not lead, or nobody does. Nothing has changed. */
        NOT_LEADER
    }

    /** An outcome that tells nothing of who takes part. */
    static MembershipOutcome of(Result result, String reason) {
        return new MembershipOutcome(result, Optional.empty(), reason);
    }
}
