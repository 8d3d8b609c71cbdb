package org.uitto.role;

import java.util.SortedSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.core.Quiescent;
import org.uitto.log.Configuration;
import org.uitto.log.NodeId;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.role.RaftInput.PeerEnvelope;

/** Carries messages to peers, each at most once and in no promised order. Never blocks, never throws. */
public interface PeerTransport {
    /** The name of the actor below a replica that takes part in its group. */
    String RAFT = "raft";

    /** The name of the actor below a group's that takes what {@link #send(NodeId, SnapshotTransfer)} carries. */
    String SNAPSHOTS = "snapshots";

    /** {@code node} has been heard, and says that it is reached at {@code contact}. */
    default void heardFrom(NodeId node, String contact) {}

    /** Who takes part in the group from now on. */
    default void onConfiguration(Configuration configuration) {}

    /**
     * This node's part in the group is {@code quiescent} from now on, until {@link #wake()}.
     *
     * @param followers who are to be told again and again, if this node leads; else empty, and it waits to be told
     * @param raft is told to wake if the other side is not heard in time
     */
    void quiesce(Quiescent quiescent, SortedSet<NodeId> followers, ActorRef<RaftInput> raft);

    /** Ends {@link #quiesce}. */
    void wake();

    /** Sends {@code envelope} to {@code to}'s actor of the same group. */
    void send(NodeId to, PeerEnvelope envelope);

    /** Sends {@code message} to {@code to}'s snapshot storage of the same group, without holding up the other messages. */
    void send(NodeId to, SnapshotTransfer message);
}
