package org.uitto.role;

import org.uitto.log.Configuration;
import org.uitto.log.NodeId;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.role.RaftInput.PeerEnvelope;

/** Carries messages to peers, each at most once and in no promised order. Never blocks, never throws. */
public interface PeerTransport {
    /** The name of the actor below a group's that takes what {@link #send(NodeId, SnapshotTransfer)} carries. */
    String SNAPSHOTS = "snapshots";

    /** {@code node} has been heard, and says that it is reached at {@code contact}. */
    default void heardFrom(NodeId node, String contact) {}

    /** Who takes part in the group from now on. */
    default void onConfiguration(Configuration configuration) {}

    /** Sends {@code envelope} to {@code to}'s actor of the same group. */
    void send(NodeId to, PeerEnvelope envelope);

    /** Sends {@code message} to {@code to}'s snapshot storage of the same group, without holding up the other messages. */
    void send(NodeId to, SnapshotTransfer message);
}
