package org.uitto.core;

import java.util.List;

/**
 * What a leader knows of one follower's log (paper Figure 2, nextIndex and matchIndex), and what is under way to it.
 *
 * @param matchIndex the last index known to be durable there and equal to the leader's; never decreases
 * @param nextIndex the next to send; always greater than {@code matchIndex}
 * @param mode how freely to send
 * @param inFlight what was sent and not yet answered, oldest first
 * @param heardAtNanos when the follower last answered in this term, on the leader's monotonic clock
 * @param roundAnswered the newest round of heartbeats that it answered
 * @param standing how far its word goes
 */
public record Progress(
        long matchIndex,
        long nextIndex,
        Mode mode,
        List<InFlight> inFlight,
        long heardAtNanos,
        long roundAnswered,
        Standing standing) {
    /** How far a follower's word goes. */
    public enum Standing {
        /** It counts. */
        COUNTS,
        /** It counts; but the follower has started anew, and may turn out to have lost what it acknowledged. */
        RESTARTED,
        /** It does not: the follower says itself that it is a newcomer. */
        NEWCOMER,
        /** It does not: the follower has lost what it acknowledged, and does not know it. */
        FORGETFUL
    }

    /** How freely entries are sent. */
    public enum Mode {
        /** Looks for where the logs agree, one message at a time. */
        PROBE,
        /** Knows where the logs agree: sends ahead, as far as the window reaches. */
        REPLICATE
    }

    /**
     * One AppendEntries under way.
     *
     * @param lastIndex the last index that an acceptance would prove
     * @param sentAtNanos on the leader's monotonic clock
     */
    public record InFlight(long lastIndex, long lengthBytes, long sentAtNanos) {}

    public Progress {
        inFlight = List.copyOf(inFlight);
        if (matchIndex < 0 || nextIndex <= matchIndex) {
            throw new IllegalStateException(
                    "nextIndex " + nextIndex + " must be greater than matchIndex " + matchIndex);
        }
    }

    /** Nothing known but that the follower may have everything before {@code nextIndex}. */
    static Progress probing(long nextIndex, long nowNanos) {
        return new Progress(0, nextIndex, Mode.PROBE, List.of(), nowNanos, 0, Standing.COUNTS);
    }

    /** Whether what it has and what it answers counts. */
    public boolean counts() {
        return standing == Standing.COUNTS || standing == Standing.RESTARTED;
    }

    /** After the follower has started anew: what it says counts as before, until it turns out what it has lost. */
    Progress restarted() {
        return standing == Standing.COUNTS ? standing(Standing.RESTARTED) : this;
    }

    /** From now on with this standing. */
    Progress standing(Standing newStanding) {
        return new Progress(matchIndex, nextIndex, mode, inFlight, heardAtNanos, roundAnswered, newStanding);
    }

    /** Whether another message may be sent, going by {@code limits}. */
    boolean hasRoom(ProtocolLimits limits) {
        if (inFlight.isEmpty()) {
            return true;
        }
        return mode == Mode.REPLICATE
                && inFlight.size() < limits.maxInFlightMessages()
                && inFlight.stream().mapToLong(InFlight::lengthBytes).sum() < limits.maxInFlightBytes();
    }

    /** Whether what is under way has gone unanswered for too long. */
    boolean isOverdue(ProtocolLimits limits, long nowNanos) {
        return !inFlight.isEmpty() && nowNanos - inFlight.get(0).sentAtNanos() >= limits.resendNanos();
    }

    /** After sending up to {@code lastIndex}. */
    Progress sent(long lastIndex, long lengthBytes, long nowNanos) {
        List<InFlight> more = new java.util.ArrayList<>(inFlight);
        more.add(new InFlight(lastIndex, lengthBytes, nowNanos));
        long next = mode == Mode.REPLICATE ? lastIndex + 1 : nextIndex;
        return new Progress(matchIndex, next, mode, more, heardAtNanos, roundAnswered, standing);
    }

    /** After the follower has proved that it holds everything up to {@code index}. */
    Progress matched(long index) {
        long match = Math.max(matchIndex, index);
        List<InFlight> rest =
                inFlight.stream().filter(sent -> sent.lastIndex() > match).toList();
        long next = Math.max(nextIndex, match + 1);
        return new Progress(match, next, Mode.REPLICATE, rest, heardAtNanos, roundAnswered, standing);
    }

    /** Looks again for where the logs agree, from {@code nextIndex} down, but never below what is known to match. */
    Progress probeFrom(long newNextIndex) {
        return new Progress(
                matchIndex,
                Math.max(matchIndex + 1, newNextIndex),
                Mode.PROBE,
                List.of(),
                heardAtNanos,
                roundAnswered,
                standing);
    }

    /** After a sign of life. */
    public Progress heardAt(long nowNanos) {
        return new Progress(matchIndex, nextIndex, mode, inFlight, nowNanos, roundAnswered, standing);
    }

    /** After the answer to the heartbeat of {@code round}. */
    Progress answered(long round) {
        return new Progress(
                matchIndex, nextIndex, mode, inFlight, heardAtNanos, Math.max(roundAnswered, round), standing);
    }
}
