package org.uitto.role;

import org.uitto.log.NodeId;
import org.uitto.role.RaftInput.PeerEnvelope;

/** Carries messages to peers, each at most once and in no promised order. Never blocks, never throws. */
@FunctionalInterface
public interface PeerTransport {
    /** Sends {@code envelope} to {@code to}'s actor of the same group. */
    void send(NodeId to, PeerEnvelope envelope);
}
