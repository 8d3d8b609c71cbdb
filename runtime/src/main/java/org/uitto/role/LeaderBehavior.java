package org.uitto.role;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.uitto.core.LeaderRules;
import org.uitto.core.Membership.Refusal;
import org.uitto.core.RoleState;
import org.uitto.core.Rules;
import org.uitto.core.Transition;
import org.uitto.log.NodeId;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.HeartbeatTick;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftInput.ProposalsHeld;
import org.uitto.role.RaftInput.Propose;
import org.uitto.role.RaftInput.TransferLeadership;
import org.uitto.role.RaftInput.TransferReply;
import org.uitto.role.Storages.Origin;

/**
 * A node while it leads (paper §5.3). Entered from {@link CandidateBehavior}; left for {@link FollowerBehavior} when a later
 * term shows or a quorum no longer answers.
 */
final class LeaderBehavior extends RoleBehavior<RoleState.Leader> {
    private Rest rest = Rest.NONE;

    /** What the leader and its log had come to at a heartbeat, and since when nothing has come to it. */
    private record Rest(long lastIndex, long readRounds, long sinceNanos) {
        /** None: at least one heartbeat is still to be sent, which tells all of what is committed. */
        static final Rest NONE = new Rest(-1, -1, 0);

        static Rest of(RoleContext node, RoleState.Leader state) {
            return new Rest(node.view().log().last().index(), state.reads().started(), node.nowNanos());
        }

        boolean isDisturbed(Rest now) {
            return lastIndex != now.lastIndex || readRounds != now.readRounds;
        }
    }

    LeaderBehavior(RoleContext node, RoleState.Leader state) {
        super(node, RoleState.Leader.class, state);
    }

    /** Begins to lead. */
    Behavior<RaftInput> lead() {
        startHeartbeats();
        return stay();
    }

    private void startHeartbeats() {
        node.timers.startTimerAtFixedRate(
                HeartbeatTick.INSTANCE, node.given.settings().heartbeatInterval());
    }

    /** Whatever there is to decide wakes a leader that has been quiescent. */
    @Override
    Behavior<RaftInput> decide(Function<Rules<?>, Transition> decision) {
        wake();
        return super.decide(decision);
    }

    private void wake() {
        if (state().quiescent()) {
            perform(rules().onWake());
            rest = Rest.NONE;
            startHeartbeats();
        }
    }

    /** Whether nothing has happened for so long that nothing need be said any more. */
    private boolean isTimeToQuiesce() {
        Duration after = node.given.settings().quiesceAfter();
        Rest now = Rest.of(node, state());
        if (rest.isDisturbed(now) || !rules().isAtRest()) {
            rest = now;
        }
        return !after.isZero() && now.sinceNanos() - rest.sinceNanos() >= after.toNanos();
    }

    /** The answers to earlier heartbeats are here, or they would wake it. */
    private Behavior<RaftInput> quiesce() {
        perform(rules().onQuiesce());
        if (state().quiescent()) { // Unless it has ceased to be at rest since: a peer is silent for too long just now.
            node.timers.cancel(HeartbeatTick.INSTANCE);
        }
        return this;
    }

    @Override
    void leaveRole() {
        node.timers.cancel(HeartbeatTick.INSTANCE);
    }

    @Override
    Behavior<RaftInput> onPropose(Propose propose) {
        return propose.term() == state().term()
                ? decide(rules -> ((LeaderRules) rules).onPropose(propose.payloads()))
                : this; // Proposed in a leadership that is over; whoever did has been told so.
    }

    @Override
    Behavior<RaftInput> onConfirmReads(ConfirmReads confirm) {
        return confirm.term() == state().term()
                ? decide(rules -> ((LeaderRules) rules).onReadRequest(confirm.ticket(), confirm.byLease()))
                : this; // Asked in a leadership that is over; whoever did has been told so.
    }

    @Override
    Behavior<RaftInput> onProposalsHeld(ProposalsHeld held) {
        return held.term() == state().term()
                ? decide(rules -> ((LeaderRules) rules).onProposalsHeld())
                : this; // In a leadership that is over.
    }

    @Override
    Behavior<RaftInput> onTransferLeadership(TransferLeadership request) {
        wake();
        Optional<NodeId> target =
                request.target().or(rules()::likeliestSuccessor).filter(rules()::canTakeOver);
        request.replyTo().tell(target.isPresent() ? TransferReply.BEGUN : TransferReply.NO_SUCCESSOR);
        return target.isPresent() ? decide(rules -> ((LeaderRules) rules).onTransfer(target.get())) : this;
    }

    @Override
    Behavior<RaftInput> onChangeMembers(ChangeMembers request) {
        wake();
        Optional<Refusal> refusal = rules().membership().refusalOf(request.change());
        request.replyTo()
                .tell(
                        refusal.isPresent()
                                ? new ChangeReply.Refused(
                                        refusal.get().passes(), refusal.get().reason())
                                : new ChangeReply.Begun(rules().membership().votersAfter(request.change())));
        return decide(rules -> ((LeaderRules) rules).onChange(request.change()));
    }

    @Override
    Behavior<RaftInput> onHeartbeatTick() {
        if (rules().hasStalledDisk()) {
            getContext()
                    .getLog()
                    .warn(
                            "Node {} gives up leading group {}: its disk has not finished a write for too long. What it"
                                    + " has written is at index {}, its log ends at {}. Look at the disk.",
                            node.given.self(),
                            node.given.group(),
                            state().durableIndex(),
                            node.view().log().last().index());
        }
        return isTimeToQuiesce() ? quiesce() : decide(rules -> ((LeaderRules) rules).onHeartbeatTick());
    }

    @Override
    void onPeerRestarted(PeerEnvelope envelope, Origin origin) {
        wake();
        perform(rules().onPeerRestarted(envelope.message().from(), origin == Origin.ELSEWHERE));
    }

    /** Whatever was decided, what the log has gathered for a follower goes out as soon as its window has room. */
    @Override
    Behavior<RaftInput> stay() {
        perform(rules().replicate());
        return this;
    }

    private LeaderRules rules() {
        return new LeaderRules(node.view(), state(), node.nowNanos());
    }
}
