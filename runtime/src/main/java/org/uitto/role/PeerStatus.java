package org.uitto.role;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.uitto.core.Progress;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;

/**
 * What the leader of a group knows of another node in it at one moment.
 *
 * @param matchIndex the last index known to be durable there and equal to the leader's
 * @param nextIndex the next that the leader sends
 * @param mode how the leader sends
 * @param standing how far the node's word goes
 * @param lagEntries how many entries of the leader's log it is not known to have
 * @param heardMillisAgo how long ago it last answered in this term
 * @param inFlightMessages how many messages with entries were sent to it and not answered
 * @param inFlightBytes the size of the entries in them
 */
public record PeerStatus(
        NodeId node,
        long matchIndex,
        long nextIndex,
        Mode mode,
        Standing standing,
        long lagEntries,
        long heardMillisAgo,
        int inFlightMessages,
        long inFlightBytes) {
    /** How a leader sends to another node. */
    public enum Mode {
        /** It looks for where the logs agree, one message at a time. */
        PROBE,
        /** It sends entries ahead. */
        REPLICATE,
        /** It has the node fetch a snapshot, for what the node needs next is not in the log any more. */
        SNAPSHOT
    }

    /** How far a node's word goes. */
    public enum Standing {
        /** It counts. */
        COUNTS,
        /** It counts; but the node has started anew, and may turn out to have lost what it acknowledged. */
        RESTARTED,
        /** It does not: the node says itself that it is a newcomer. */
        NEWCOMER,
        /** It does not: the node has lost what it acknowledged, and does not know it. */
        FORGETFUL
    }

    /** All that {@code state} knows of others, in the order of their ids; nothing unless it leads. */
    static List<PeerStatus> of(RoleState state, LogView log, long nowNanos) {
        return state instanceof Leader leader
                ? leader.progress().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(peer -> of(peer.getKey(), heard(leader, peer.getValue(), nowNanos), log, nowNanos))
                        .toList()
                : List.of();
    }

    /** Who is not heard in time wakes a quiescent leader. */
    private static Progress heard(Leader leader, Progress progress, long nowNanos) {
        return leader.quiescent() ? progress.heardAt(nowNanos) : progress;
    }

    private static PeerStatus of(NodeId peer, Progress progress, LogView log, long nowNanos) {
        return new PeerStatus(
                peer,
                progress.matchIndex(),
                progress.nextIndex(),
                mode(progress, log),
                standing(progress.standing()),
                log.last().index() - progress.matchIndex(),
                TimeUnit.NANOSECONDS.toMillis(nowNanos - progress.heardAtNanos()),
                progress.inFlight().size(),
                progress.inFlight().stream()
                        .mapToLong(Progress.InFlight::lengthBytes)
                        .sum());
    }

    private static Mode mode(Progress progress, LogView log) {
        if (progress.nextIndex() <= log.base().index()) {
            return Mode.SNAPSHOT;
        }
        return progress.mode() == Progress.Mode.PROBE ? Mode.PROBE : Mode.REPLICATE;
    }

    private static Standing standing(Progress.Standing standing) {
        return switch (standing) {
            case COUNTS -> Standing.COUNTS;
            case RESTARTED -> Standing.RESTARTED;
            case NEWCOMER -> Standing.NEWCOMER;
            case FORGETFUL -> Standing.FORGETFUL;
        };
    }

    PeerStatus withoutTimes() {
        return new PeerStatus(
                node, matchIndex, nextIndex, mode, standing, lagEntries, 0, inFlightMessages, inFlightBytes);
    }
}
