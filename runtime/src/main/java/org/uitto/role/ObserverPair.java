package org.uitto.role;

import org.uitto.core.PeerMessage;
import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput.PeerEnvelope;

/** Two observers of the same node, told one after the other. */
record ObserverPair(RoleObserver first, RoleObserver second) implements RoleObserver {
    @Override
    public void onRefused(String reason, Throwable cause) {
        first.onRefused(reason, cause);
        second.onRefused(reason, cause);
    }

    @Override
    public void onStarted(RoleState initial, LogView log) {
        first.onStarted(initial, log);
        second.onStarted(initial, log);
    }

    @Override
    public Transition onDecision(RoleState before, Transition decision, LogView log) {
        return second.onDecision(before, first.onDecision(before, decision, log), log);
    }

    @Override
    public void onTransition(RoleState before, Transition transition, LogView log) {
        first.onTransition(before, transition, log);
        second.onTransition(before, transition, log);
    }

    @Override
    public void onHalted(RoleState state, String reason, Throwable cause) {
        first.onHalted(state, reason, cause);
        second.onHalted(state, reason, cause);
    }

    @Override
    public void onDurable(Persisted persisted) {
        first.onDurable(persisted);
        second.onDurable(persisted);
    }

    @Override
    public void onReceived(PeerEnvelope envelope) {
        first.onReceived(envelope);
        second.onReceived(envelope);
    }

    @Override
    public void onSent(NodeId to, PeerMessage message) {
        first.onSent(to, message);
        second.onSent(to, message);
    }
}
