package org.uitto.role;

import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.RoleState;
import org.uitto.core.Rules;
import org.uitto.core.Transition;
import org.uitto.log.store.LogNotice.LogFailed;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.NotSaved;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.ElectionTimerFired;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.HeartbeatTick;
import org.uitto.role.RaftInput.LeaderQuiescent;
import org.uitto.role.RaftInput.LogChanged;
import org.uitto.role.RaftInput.PeerCrashed;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftInput.ProposalsHeld;
import org.uitto.role.RaftInput.Propose;
import org.uitto.role.RaftInput.SnapshotChanged;
import org.uitto.role.RaftInput.SnapshotTaken;
import org.uitto.role.RaftInput.StateMachineFailed;
import org.uitto.role.RaftInput.TransferLeadership;
import org.uitto.role.RaftInput.TransferReply;
import org.uitto.role.RaftInput.Wake;
import org.uitto.role.Storages.Origin;

/**
 * What all roles do alike. The rules of {@code org.uitto.core} decide what differs.
 *
 * @param <S> what the node knows in this role
 */
abstract sealed class RoleBehavior<S extends RoleState> extends AbstractBehavior<RaftInput>
        permits NewcomerBehavior, FollowerBehavior, PreCandidateBehavior, CandidateBehavior, LeaderBehavior {
    final RoleContext node;
    private final Class<S> role;

    /** The only mutable field of a role; its value is immutable. */
    private S state;

    RoleBehavior(RoleContext node, Class<S> role, S state) {
        super(node.actor);
        this.node = node;
        this.role = role;
        this.state = state;
    }

    final S state() {
        return state;
    }

    @Override
    public final Receive<RaftInput> createReceive() {
        ReceiveBuilder<RaftInput> inputs = newReceiveBuilder()
                .onMessage(PeerEnvelope.class, this::onPeer)
                .onMessage(
                        LeaderQuiescent.class,
                        quiescent -> decide(rules -> rules.onLeaderQuiescent(quiescent.leader())))
                .onMessageEquals(Wake.INSTANCE, () -> decide(Rules::onWake))
                .onMessage(PeerCrashed.class, crashed -> decide(rules -> rules.onPeerCrashed(crashed.peer())))
                .onMessage(LogChanged.class, this::onLog)
                .onMessage(SnapshotTaken.class, this::onSnapshotTaken)
                .onMessage(SnapshotChanged.class, this::onSnapshot)
                .onMessage(Propose.class, this::onPropose)
                .onMessage(ConfirmReads.class, this::onConfirmReads)
                .onMessageEquals(ElectionTimerFired.INSTANCE, this::onElectionTimer)
                .onMessageEquals(HeartbeatTick.INSTANCE, this::onHeartbeatTick)
                .onMessage(StateMachineFailed.class, this::onStateMachineFailed)
                .onMessage(ProposalsHeld.class, this::onProposalsHeld)
                .onMessage(TransferLeadership.class, this::onTransferLeadership)
                .onMessage(ChangeMembers.class, this::onChangeMembers)
                .onMessage(GetStatus.class, this::onGetStatus);
        return inputs.build();
    }

    private Behavior<RaftInput> onPeer(PeerEnvelope envelope) {
        node.given.observer().onReceived(envelope);
        node.given.transport().heardFrom(envelope.message().from(), envelope.contact());
        Origin origin = node.storages().originOf(envelope, node.nowNanos());
        if (origin == Origin.BYGONE && !(envelope.message() instanceof Hello)) {
            return this;
        }
        if (origin == Origin.RESTARTED || origin == Origin.ELSEWHERE) {
            onPeerRestarted(envelope, origin);
        }
        return decide(rules -> rules.onMessage(envelope.message()));
    }

    /** A peer has started anew. Only a leader keeps anything about its peers that this makes void. */
    void onPeerRestarted(PeerEnvelope envelope, Origin origin) {}

    private Behavior<RaftInput> onLog(LogChanged changed) {
        if (changed.notice() instanceof Persisted persisted) {
            node.durable(persisted);
            return decide(rules -> rules.onPersisted(persisted.last(), persisted.saved()));
        }
        if (changed.notice() instanceof LogFailed failed) {
            return node.halt(state, failed.reason(), failed.cause());
        }
        throw new IllegalStateException("The log of a running node can't recover again: " + changed.notice());
    }

    private Behavior<RaftInput> onSnapshotTaken(SnapshotTaken taken) {
        node.save(taken);
        return this;
    }

    private Behavior<RaftInput> onSnapshot(SnapshotChanged changed) {
        if (changed.notice() instanceof Saved saved) {
            Behavior<RaftInput> next = decide(rules -> rules.onSnapshotSaved(saved.snapshot()));
            node.settle(saved);
            return next;
        } else if (changed.notice() instanceof Fetched fetched) {
            Behavior<RaftInput> next = decide(rules -> rules.onSnapshotFetched(fetched.snapshot()));
            node.settle(fetched);
            return next;
        } else if (changed.notice() instanceof NotSaved notSaved) {
            node.settle(notSaved);
            return this;
        }
        throw new IllegalStateException("A running node reads no snapshot back: " + changed.notice());
    }

    private Behavior<RaftInput> onElectionTimer() {
        return node.isElectionTimeout() ? decide(Rules::onElectionTimeout) : this;
    }

    /** Only a leader can propose; the proposer learns of the change of leader by itself. */
    Behavior<RaftInput> onPropose(Propose propose) {
        return this;
    }

    /** Only a leader can confirm that it leads; the reader learns of the change of leader by itself. */
    Behavior<RaftInput> onConfirmReads(ConfirmReads confirm) {
        return this;
    }

    /** Only a leader has asked for this. */
    Behavior<RaftInput> onProposalsHeld(ProposalsHeld held) {
        return this;
    }

    /** Only a leader has leadership to hand over. */
    Behavior<RaftInput> onTransferLeadership(TransferLeadership request) {
        request.replyTo().tell(TransferReply.NOT_LEADER);
        return this;
    }

    /** Only a leader can change who takes part. */
    Behavior<RaftInput> onChangeMembers(ChangeMembers request) {
        request.replyTo().tell(new ChangeReply.NotLeader());
        return this;
    }

    /** Only a leader has heartbeats to send; this is the last tick of a leadership that is over. */
    Behavior<RaftInput> onHeartbeatTick() {
        return this;
    }

    private Behavior<RaftInput> onStateMachineFailed(StateMachineFailed failed) {
        return node.halt(state, failed.reason(), new IllegalStateException(failed.reason()));
    }

    private Behavior<RaftInput> onGetStatus(GetStatus request) {
        request.replyTo().tell(node.status(state, GroupStatus.Role.of(state), Optional.empty()));
        return this;
    }

    /** Has the rules of this role decide and does what they say. */
    Behavior<RaftInput> decide(Function<Rules<?>, Transition> decision) {
        try {
            return follow(decision.apply(Rules.of(node.view(), state, node.nowNanos())));
        } catch (RuntimeException e) {
            return node.halt(state, "a rule failed: " + e.getMessage(), e);
        }
    }

    /** Does what a decision says and becomes what it says. */
    final Behavior<RaftInput> follow(Transition transition) {
        RoleState next = perform(transition);
        if (role.isInstance(next)) {
            return stay();
        }
        leaveRole();
        return node.enter(next);
    }

    /** Does what a decision says; leaving the role, if it says so, is left to the caller. */
    final RoleState perform(Transition transition) {
        RoleState next = node.perform(state, transition);
        if (role.isInstance(next)) {
            state = role.cast(next);
        }
        return next;
    }

    /** Goes on in this role, with a new state. */
    Behavior<RaftInput> stay() {
        return this;
    }

    /** Puts away what only this role needs. */
    void leaveRole() {}
}
