package org.uitto.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.RoleState.LeaderContact;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.NodeId;
import org.uitto.log.StorageRecord.Standing;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/**
 * The rules of a node whose word does not count: it may have voted and acknowledged on a storage that it has lost, and must
 * not do so again as if it had not. It follows the leader and stores what it is sent, but gives no vote, and what it
 * acknowledges commits nothing. There are two ways out:
 *
 * <ul>
 *   <li>Every peer says that this is the first storage it has seen of this node: so there was none before that has taken part.
 *       A group's first start goes this way, and therefore needs all its members once.
 *   <li>A leader writes the storage into the {@linkplain org.uitto.log.Configuration configuration} (see {@link
 *       LeaderRules}), and this node has that entry and knows it to be committed. Those who have committed it, without this
 *       node's help, have left behind every term in which the lost storage can have mattered, and the log up to that entry
 *       has everything that it can have helped to commit.
 * </ul>
 */
final class NewcomerRules extends Rules<Newcomer> {
    NewcomerRules(NodeView node, Newcomer state, long nowNanos) {
        super(node, state, nowNanos);
    }

    @Override
    Rules<?> inTerm(TermAndVote later) {
        Newcomer next = new Newcomer(later, state.commitIndex(), Optional.empty(), state.confirmedBy());
        return new NewcomerRules(node, next, nowNanos);
    }

    @Override
    boolean mayVote() {
        return false;
    }

    @Override
    Optional<LeaderContact> following() {
        return state.contact();
    }

    @Override
    Transition started() {
        boolean isAlone = node.isVoter() && peers().findAny().isEmpty();
        return isAlone ? admitted(Transition.to(state), Standing.FIRST) : super.started();
    }

    @Override
    public Transition onElectionTimeout() {
        return decided(started().timer(ElectionTimer.RESTART)); // Whoever did not hear it may be there now.
    }

    @Override
    Transition firstSeenBy(HelloReply reply) {
        Set<NodeId> confirmedBy = new TreeSet<>(state.confirmedBy());
        confirmedBy.add(reply.from());
        Transition transition =
                Transition.to(new Newcomer(state.current(), state.commitIndex(), state.contact(), confirmedBy));
        // One that was added later is let in by the leader alone: nobody has seen it before.
        return node.initial().isVoter(node.self()) && peers().allMatch(confirmedBy::contains)
                ? admitted(transition, Standing.FIRST)
                : transition;
    }

    @Override
    Transition admittedByTheLog(Transition transition) {
        return admitted(transition, Standing.BY_THE_LOG);
    }

    private Transition admitted(Transition transition, Standing standing) {
        RoleState.Follower follower =
                new RoleState.Follower(state.current(), transition.next().commitIndex(), state.contact());
        return transition
                .next(follower)
                .write(new StorageSaved(recordAfter(transition).as(standing)));
    }

    @Override
    public Transition onAppendEntries(AppendEntries request) {
        return uncounted(asFollowerRules().onAppendEntries(request));
    }

    @Override
    public Transition onHeartbeat(Heartbeat heartbeat) {
        return uncounted(asFollowerRules().onHeartbeat(heartbeat));
    }

    @Override
    public Transition onInstallSnapshot(InstallSnapshot offer) {
        return uncounted(asFollowerRules().onInstallSnapshot(offer));
    }

    @Override
    public Transition onSnapshotFetched(StoredSnapshot snapshot) {
        return uncounted(asFollowerRules().onSnapshotFetched(snapshot));
    }

    private FollowerRules asFollowerRules() {
        RoleState.Follower follower = new RoleState.Follower(state.current(), state.commitIndex(), state.contact());
        return new FollowerRules(node, follower, nowNanos);
    }

    /** What a follower does, and what it says only as far as it proves nothing to anybody. */
    private Transition uncounted(Transition follower) {
        RoleState next = follower.next();
        return follower.next(new Newcomer(
                        next.current(), next.commitIndex(), ((RoleState.Follower) next).contact(), state.confirmedBy()))
                .saying(uncounted(follower.sendNow()), uncounted(follower.sendOnceDurable()));
    }

    private List<Outbound> uncounted(List<Outbound> messages) {
        return messages.stream()
                .flatMap(sent -> uncounted(sent.message()).stream().map(message -> new Outbound(sent.to(), message)))
                .toList();
    }

    private Optional<PeerMessage> uncounted(PeerMessage message) {
        if (message instanceof AppendEntriesReply reply && reply.outcome() instanceof Matched matched) {
            return Optional.of(new AppendEntriesReply(reply.term(), reply.from(), new Stored(matched.matchIndex())));
        } else if (message instanceof HeartbeatReply reply) {
            // To answer would confirm a leadership; but the leader must get to know on which storage this node is.
            return reply.awaited() ? Optional.empty() : Optional.of(hello());
        }
        return Optional.of(message);
    }
}
