package org.uitto.core;

import java.util.Set;
import java.util.TreeSet;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.log.NodeId;

/** The rules of a node that asks whether it would be elected (thesis §9.6). */
final class PreCandidateRules extends Rules<PreCandidate> {
    PreCandidateRules(NodeView node, PreCandidate state, long nowNanos) {
        super(node, state, nowNanos);
    }

    @Override
    public Transition onRequestPreVoteReply(RequestPreVoteReply reply) {
        if (!reply.granted() || !node.isOnItsStorage(reply.from()) || reply.askedInTerm() != state.term()) {
            return Transition.to(state);
        }
        Set<NodeId> granted = new TreeSet<>(state.granted());
        granted.add(reply.from());
        return node.configuration().isQuorum(granted)
                ? standForElection(false)
                : Transition.to(new PreCandidate(state.current(), state.commitIndex(), granted));
    }

    @Override
    public Transition onAppendEntries(AppendEntries request) {
        return new FollowerRules(node, asFollower(), nowNanos).onAppendEntries(request);
    }

    @Override
    public Transition onHeartbeat(Heartbeat heartbeat) {
        return new FollowerRules(node, asFollower(), nowNanos).onHeartbeat(heartbeat);
    }

    @Override
    public Transition onInstallSnapshot(InstallSnapshot offer) {
        return new FollowerRules(node, asFollower(), nowNanos).onInstallSnapshot(offer);
    }
}
