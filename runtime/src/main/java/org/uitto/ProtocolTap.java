package org.uitto;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.ProtocolEvent.Direction;
import org.uitto.ProtocolEvent.LogMoved;
import org.uitto.ProtocolEvent.Message;
import org.uitto.ProtocolEvent.VoteGiven;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.AppendOutcome;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.EntryBatch;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RoleObserver;

/** Tells listeners what happens to this node in its groups; makes nothing, and costs a look, while there is none. */
final class ProtocolTap {
    private static final Logger LOG = LoggerFactory.getLogger(ProtocolTap.class);

    private final List<Consumer<? super ProtocolEvent>> listeners = new CopyOnWriteArrayList<>();

    /** Adds a listener, and hands out its end. */
    Runnable add(Consumer<? super ProtocolEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(ProtocolEvent event) {
        listeners.forEach(listener -> tell(listener, event));
    }

    private void tell(Consumer<? super ProtocolEvent> listener, ProtocolEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            listeners.remove(listener); // It would fail at every message, in the way of the protocol.
            LOG.error("A listener of Raft.tap failed at {}; it is told nothing more", event, e);
        }
    }

    /** Watches the node in {@code group}. */
    RoleObserver observer(GroupId group, NodeId node) {
        return new Observer(group, node);
    }

    private final class Observer implements RoleObserver {
        private final GroupId group;
        private final NodeId node;
        private LogPosition last = LogPosition.ZERO;
        private LogPosition durable = LogPosition.ZERO;
        private long commitIndex;

        Observer(GroupId group, NodeId node) {
            this.group = group;
            this.node = node;
        }

        @Override
        public void onStarted(RoleState initial, LogView log) {
            last = log.last();
            durable = log.last();
            commitIndex = initial.commitIndex();
            logMoved();
        }

        @Override
        public void onTransition(RoleState before, Transition transition, LogView log) {
            RoleState next = transition.next();
            boolean moved = !last.equals(log.last()) || commitIndex != next.commitIndex();
            if (moved) {
                last = log.last();
                commitIndex = next.commitIndex();
                logMoved();
            }
            if (!listeners.isEmpty() && !next.current().equals(before.current())) {
                next.current()
                        .votedFor()
                        .ifPresent(candidate -> tell(new VoteGiven(group, node, next.term(), candidate)));
            }
        }

        @Override
        public void onDurable(Persisted persisted) {
            if (!durable.equals(persisted.last())) {
                durable = persisted.last();
                logMoved();
            }
        }

        private void logMoved() {
            if (!listeners.isEmpty()) {
                tell(new LogMoved(group, node, last, durable, commitIndex));
            }
        }

        @Override
        public void onReceived(PeerEnvelope envelope) {
            if (!listeners.isEmpty()) {
                tell(message(Direction.RECEIVED, envelope.message().from(), envelope.message()));
            }
        }

        @Override
        public void onSent(NodeId to, PeerMessage message) {
            if (!listeners.isEmpty()) {
                tell(message(Direction.SENT, to, message));
            }
        }

        private Message message(Direction direction, NodeId peer, PeerMessage message) {
            String type = message.getClass().getSimpleName();
            int entryCount = message instanceof AppendEntries request ? entryCount(request) : 0;
            return new Message(
                    group, node, direction, peer, type, message.term(), entryCount, index(message), isRefusal(message));
        }
    }

    private static int entryCount(AppendEntries request) {
        int count = 0;
        for (EntryBatch batch : request.batches()) {
            count += batch.payloads().count();
        }
        return count;
    }

    private static long index(PeerMessage message) {
        if (message instanceof AppendEntries request) {
            return request.lastIndex();
        } else if (message instanceof AppendEntriesReply reply) {
            return index(reply.outcome());
        } else if (message instanceof InstallSnapshot offer) {
            return offer.snapshot().position().index();
        }
        return message instanceof Heartbeat heartbeat ? heartbeat.commitIndex() : 0;
    }

    private static long index(AppendOutcome outcome) {
        if (outcome instanceof Matched matched) {
            return matched.matchIndex();
        } else if (outcome instanceof Stored stored) {
            return stored.lastIndex();
        }
        return outcome instanceof Conflict conflict ? conflict.hint().index() : 0;
    }

    private static boolean isRefusal(PeerMessage message) {
        return (message instanceof RequestVoteReply vote && !vote.granted())
                || (message instanceof RequestPreVoteReply preVote && !preVote.granted())
                || (message instanceof AppendEntriesReply reply && reply.outcome() instanceof Conflict);
    }
}
