package org.uitto.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.ReadRounds;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.TermAndVote;

/** The rules of a candidate (paper §5.2). */
final class CandidateRules extends Rules<Candidate> {
    CandidateRules(NodeView node, Candidate state, long nowNanos) {
        super(node, state, nowNanos);
    }

    @Override
    Transition persisted(LogPosition last, TermAndVote saved) {
        // Its own vote is a vote like any other: it counts once it cannot be forgotten.
        return saved.equals(state.current()) ? voted(node.self()) : Transition.to(state);
    }

    @Override
    public Transition onRequestVoteReply(RequestVoteReply reply) {
        return reply.granted() && node.isOnItsStorage(reply.from()) ? voted(reply.from()) : Transition.to(state);
    }

    private Transition voted(NodeId voter) {
        Set<NodeId> granted = new TreeSet<>(state.granted());
        granted.add(voter);
        return node.configuration().isQuorum(granted)
                ? lead()
                : Transition.to(new Candidate(state.current(), state.commitIndex(), granted));
    }

    /** Begins its term with an entry of its own, behind which everything before it can be committed (paper §8). */
    private Transition lead() {
        LogPosition last = node.log().last();
        LogPosition noOp = new LogPosition(state.term(), last.index() + 1);
        Map<NodeId, Progress> progress =
                peers().collect(Collectors.toMap(peer -> peer, peer -> Progress.probing(noOp.index(), nowNanos)));
        // Its vote was written behind all of its log, so all of that is durable by now.
        Leader leader = new Leader(
                state.current(),
                state.commitIndex(),
                node.self(),
                noOp.index(),
                last.index(),
                nowNanos,
                progress,
                ReadRounds.NONE,
                Optional.empty(),
                false,
                false);
        return Transition.to(leader).write(new EntriesAppended(last, List.of(new EntryBatch(noOp, firstOfTerm()))));
    }

    /** The first leader of a group begins with the configuration, for from then on the log says who takes part. */
    private Payloads firstOfTerm() {
        if (node.log().configurationIndex() > 0) {
            return Payloads.single(EntryKind.NO_OP, new byte[0]);
        }
        StorageRecord record = node.storages().record();
        Configuration configuration = node.configuration().with(node.self(), record.own());
        for (Map.Entry<NodeId, StorageId> peer : record.peers().entrySet()) {
            if (configuration.voters().contains(peer.getKey())) {
                configuration = configuration.with(peer.getKey(), peer.getValue());
            }
        }
        return Payloads.single(EntryKind.CONFIGURATION, configuration.toBytes());
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
