package org.uitto.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.log.LogMutation;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;

/**
 * One decision: what to know from now on, what to write, what to say and when.
 *
 * @param next the role's state from now on; of another type when the role changes
 * @param writes in this order; the log in memory changes at once, the disk when it can
 * @param sendNow may leave before the writes are durable, though not before the term that they tell of is
 * @param sendOnceDurable leaves when these and all earlier writes are durable (paper Figure 2: "updated on stable storage
 *     before responding to RPCs")
 * @param timer what happens to the election timer
 * @param readsReady tickets of reads that may be answered once what is committed now has been applied
 * @param fetch a snapshot to get from the leader, if not all of it is here
 */
public record Transition(
        RoleState next,
        List<LogMutation> writes,
        List<Outbound> sendNow,
        List<Outbound> sendOnceDurable,
        ElectionTimer timer,
        List<Long> readsReady,
        Optional<SnapshotFetch> fetch) {
    /** A message and whom it is for. */
    public record Outbound(NodeId to, PeerMessage message) {}

    /** A snapshot, and who has it. */
    public record SnapshotFetch(SnapshotInfo snapshot, NodeId source) {}

    /** What happens to the election timer. */
    public enum ElectionTimer {
        /** Goes on as it is. */
        KEEP,
        /** Ends within a moment, of which each node draws its own. */
        HASTEN,
        /** Goes on, but not so soon that this node would stand against one that it has just encouraged. */
        POSTPONE,
        /** Starts over with a newly drawn timeout. */
        RESTART,
        /** Starts over now, and again when the writes are durable: a slow disk must not cost the election. */
        RESTART_ONCE_DURABLE
    }

    public Transition {
        writes = List.copyOf(writes);
        sendNow = List.copyOf(sendNow);
        sendOnceDurable = List.copyOf(sendOnceDurable);
        readsReady = List.copyOf(readsReady);
    }

    /** Nothing to do but to know {@code next}. */
    static Transition to(RoleState next) {
        return new Transition(next, List.of(), List.of(), List.of(), ElectionTimer.KEEP, List.of(), Optional.empty());
    }

    public Transition next(RoleState newNext) {
        return new Transition(newNext, writes, sendNow, sendOnceDurable, timer, readsReady, fetch);
    }

    public Transition saying(List<Outbound> now, List<Outbound> onceDurable) {
        return new Transition(next, writes, now, onceDurable, timer, readsReady, fetch);
    }

    Transition write(LogMutation mutation) {
        List<LogMutation> more = new ArrayList<>(writes);
        more.add(mutation);
        return new Transition(next, more, sendNow, sendOnceDurable, timer, readsReady, fetch);
    }

    Transition writeFirst(LogMutation mutation) {
        List<LogMutation> more = new ArrayList<>(writes);
        more.add(0, mutation);
        return new Transition(next, more, sendNow, sendOnceDurable, timer, readsReady, fetch);
    }

    Transition sendNow(List<Outbound> messages) {
        List<Outbound> more = new ArrayList<>(sendNow);
        more.addAll(messages);
        return new Transition(next, writes, more, sendOnceDurable, timer, readsReady, fetch);
    }

    Transition sendNow(NodeId to, PeerMessage message) {
        return sendNow(List.of(new Outbound(to, message)));
    }

    Transition sendOnceDurable(NodeId to, PeerMessage message) {
        List<Outbound> more = new ArrayList<>(sendOnceDurable);
        more.add(new Outbound(to, message));
        return new Transition(next, writes, sendNow, more, timer, readsReady, fetch);
    }

    Transition timer(ElectionTimer newTimer) {
        return new Transition(next, writes, sendNow, sendOnceDurable, newTimer, readsReady, fetch);
    }

    Transition readsReady(List<Long> tickets) {
        return new Transition(next, writes, sendNow, sendOnceDurable, timer, tickets, fetch);
    }

    Transition fetch(SnapshotInfo snapshot, NodeId source) {
        return new Transition(
                next,
                writes,
                sendNow,
                sendOnceDurable,
                timer,
                readsReady,
                Optional.of(new SnapshotFetch(snapshot, source)));
    }
}
