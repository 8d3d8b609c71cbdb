package org.uitto.samples.clusterpage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.uitto.ProtocolEvent.Direction;
import org.uitto.ProtocolEvent.Message;

/**
 * How long this node waits for its peers: from sending entries until it hears that they are on the peer's disk, and from a
 * heartbeat to its answer. Bounded: what can't be kept is not measured. Not thread-safe.
 */
final class Latencies {
    private static final int MAX_PEERS = 64;
    private static final int MAX_WAITING = 64;

    private record Sent(long index, long atNanos) {}

    /** What is known of one peer. */
    private static final class Peer {
        private final Deque<Sent> waiting = new ArrayDeque<>();
        private final Mean stored = new Mean();
        private final Mean heartbeats = new Mean();
        private long heartbeatAtNanos;
        private boolean heartbeatIsOut;
    }

    /** Of times. */
    private static final class Mean {
        private long sumNanos;
        private int count;

        void add(long nanos) {
            sumNanos += nanos;
            count++;
        }

        void drainTo(ObjectNode json, String name) {
            if (count > 0) {
                json.put(name, TimeUnit.NANOSECONDS.toMicros(sumNanos / count));
                sumNanos = 0;
                count = 0;
            }
        }
    }

    private final Map<String, Peer> peers = new HashMap<>();

    void see(Message message, long nowNanos) {
        if (peers.size() >= MAX_PEERS && !peers.containsKey(message.peer().value())) {
            return;
        }
        Peer peer = peers.computeIfAbsent(message.peer().value(), id -> new Peer());
        if (message.direction() == Direction.SENT) {
            sent(peer, message, nowNanos);
        } else {
            received(peer, message, nowNanos);
        }
    }

    private static void sent(Peer peer, Message message, long nowNanos) {
        if (message.type().equals("Heartbeat") && !peer.heartbeatIsOut) {
            peer.heartbeatIsOut = true;
            peer.heartbeatAtNanos = nowNanos;
        } else if (message.entryCount() > 0 && peer.waiting.size() < MAX_WAITING) {
            peer.waiting.add(new Sent(message.index(), nowNanos));
        }
    }

    private static void received(Peer peer, Message message, long nowNanos) {
        if (message.type().equals("HeartbeatReply") && peer.heartbeatIsOut) {
            peer.heartbeatIsOut = false;
            peer.heartbeats.add(nowNanos - peer.heartbeatAtNanos);
        } else if (message.type().equals("AppendEntriesReply") && message.refused()) {
            peer.waiting.clear();
        } else if (message.type().equals("AppendEntriesReply")) {
            while (!peer.waiting.isEmpty() && peer.waiting.element().index() <= message.index()) {
                peer.stored.add(nowNanos - peer.waiting.remove().atNanos());
            }
        }
    }

    /** Puts in what was measured since it was last asked, in microseconds, and forgets it. */
    void drainTo(ObjectNode json) {
        peers.forEach((id, peer) -> {
            ObjectNode latency = json.objectNode();
            peer.stored.drainTo(latency, "stored");
            peer.heartbeats.drainTo(latency, "heartbeat");
            if (!latency.isEmpty()) {
                json.set(id, latency);
            }
        });
    }
}
