package org.uitto.role;

import org.uitto.core.PeerMessage;
import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Watches a node decide, on the node's own thread: for tests that check invariants at every step, and for whoever wants to
 * see the protocol at work. The methods change nothing unless overridden; none may block or throw.
 */
public interface RoleObserver {
    /** Watches nothing. */
    RoleObserver NONE = new RoleObserver() {};

    /** The node can't take part at all: its log or its snapshot can't be read back. */
    default void onRefused(String reason, Throwable cause) {}

    /** The node has recovered with {@code log} and begins as {@code initial}. */
    default void onStarted(RoleState initial, LogView log) {}

    /**
     * The node is about to do what its rules have decided. A test may have it do something else, to see that its checks
     * notice.
     */
    default Transition onDecision(RoleState before, Transition decision, LogView log) {
        return decision;
    }

    /** The node has decided; {@code log} is already as {@code transition} wants it, messages have not been sent. */
    default void onTransition(RoleState before, Transition transition, LogView log) {}

    /** The node takes no further part in the group, for {@code reason}, which {@code cause} has brought about. */
    default void onHalted(RoleState state, String reason, Throwable cause) {}

    /** A write, and all before it, has become durable. */
    default void onDurable(Persisted persisted) {}

    /** A message of a peer has arrived; that of a start which is over is dropped after this. */
    default void onReceived(PeerEnvelope envelope) {}

    /** A message leaves for {@code to}; whether it arrives is another matter. */
    default void onSent(NodeId to, PeerMessage message) {}

    /** This observer and then {@code other}. */
    default RoleObserver and(RoleObserver other) {
        return new ObserverPair(this, other);
    }
}
