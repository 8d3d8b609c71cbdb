package org.uitto.testkit;

import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput;
import org.uitto.role.RoleObserver;
import org.uitto.testkit.Nemesis.Fault;

/** One life of a node, watched by those who check and count, and by a ghost that may end it at any of its steps. */
final class HauntedNode implements NodeObserver {
    /** Who decides whether the node dies. */
    interface Ghost {
        /** The node has begun to lead. */
        void leads();

        /** The node, of {@code role}, has decided; {@code youngLeader} if it leads and has committed nothing yet. */
        void decides(boolean youngLeader, String role);

        /** A write of the node, of {@code role}, has become durable. */
        void isDurable(String role);

        /** The node may die of {@code fault} here. */
        void strikes(Fault fault, double probability, String at);
    }

    private final RoleObserver witness;
    private final Sabotage sabotage;
    private final CoverageWatch coverage;
    private final Ghost ghost;

    HauntedNode(RoleObserver witness, Sabotage sabotage, CoverageWatch coverage, Ghost ghost) {
        this.witness = witness;
        this.sabotage = sabotage;
        this.coverage = coverage;
        this.ghost = ghost;
    }

    /** The node's role; empty before it has one. */
    String role() {
        return coverage.role();
    }

    void perhapsDie(Fault fault, double probability) {
        perhapsDieAt(fault, probability, role());
    }

    void perhapsDieAt(Fault fault, double probability, String at) {
        if (probability > 0) {
            ghost.strikes(fault, probability, at);
        }
    }

    @Override
    public void onInput(RaftInput input) {
        coverage.onInput(input);
        if (witness instanceof NodeObserver observer) {
            observer.onInput(input);
        }
    }

    @Override
    public void onStarted(RoleState initial, LogView log) {
        coverage.onStarted(initial, log);
        witness.onStarted(initial, log);
    }

    @Override
    public Transition onDecision(RoleState before, Transition decision, LogView log) {
        return sabotage.instead(before, decision, log);
    }

    @Override
    public void onTransition(RoleState before, Transition transition, LogView log) {
        coverage.onTransition(before, transition, log);
        witness.onTransition(before, transition, log);
        if (transition.next() instanceof Leader && !(before instanceof Leader)) {
            ghost.leads();
        }
        // Before its first commit a leader leaves the most behind for others to get wrong (paper Figure 8).
        boolean young = transition.next() instanceof Leader leader && leader.commitIndex() < leader.noOpIndex();
        ghost.decides(young, role());
    }

    @Override
    public void onHalted(RoleState state, String reason, Throwable cause) {
        witness.onHalted(state, reason, cause);
    }

    @Override
    public void onRefused(String reason, Throwable cause) {
        witness.onRefused(reason, cause);
    }

    @Override
    public void onDurable(Persisted persisted) {
        witness.onDurable(persisted);
        ghost.isDurable(role());
    }
}
