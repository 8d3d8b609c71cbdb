package org.uitto.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.LeaderContact;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/**
 * What the rules of all roles have in common (paper Figure 2, "Rules for All Servers"). An instance is made for one
 * decision and then forgotten.
 *
 * @param <S> the state of the role whose rules these are
 */
public abstract sealed class Rules<S extends RoleState> implements PeerMessage.Handler<Transition>
        permits FollowerRules, PreCandidateRules, CandidateRules, LeaderRules {
    final NodeView node;
    final S state;
    final long nowNanos;

    Rules(NodeView node, S state, long nowNanos) {
        this.node = node;
        this.state = state;
        this.nowNanos = nowNanos;
    }

    /** The rules of the role that {@code state} is of. */
    public static Rules<?> of(NodeView node, RoleState state, long nowNanos) {
        if (state instanceof Follower follower) {
            return new FollowerRules(node, follower, nowNanos);
        } else if (state instanceof PreCandidate preCandidate) {
            return new PreCandidateRules(node, preCandidate, nowNanos);
        } else if (state instanceof Candidate candidate) {
            return new CandidateRules(node, candidate, nowNanos);
        }
        return new LeaderRules(node, (Leader) state, nowNanos);
    }

    /** A message of a peer arrived. */
    public final Transition onMessage(PeerMessage message) {
        if (message.term() > state.term() && raisesTerm(message)) {
            // Paper Figure 2: a later term in any RPC or reply makes its receiver a follower in that term.
            Follower follower =
                    new Follower(state.current().atLeast(message.term()), state.commitIndex(), Optional.empty());
            return decided(message.accept(new FollowerRules(node, follower, nowNanos)));
        }
        if (message.term() < state.term()) {
            return message.accept(new StaleTerm());
        }
        return decided(message.accept(this));
    }

    /** The election timer ran out (paper §5.2). */
    public Transition onElectionTimeout() {
        return decided(askForPreVotes());
    }

    /**
     * Writes became durable.
     *
     * @param last the position that the durable log ends with
     * @param saved the durable term and vote
     */
    public final Transition onPersisted(LogPosition last, TermAndVote saved) {
        return decided(persisted(last, saved));
    }

    Transition persisted(LogPosition last, TermAndVote saved) {
        return Transition.to(state);
    }

    /**
     * A snapshot of this node's own state is stored: the log need not begin at the beginning any more (paper §7). A part of
     * what the snapshot has is kept for followers that lag a little.
     */
    public final Transition onSnapshotSaved(StoredSnapshot snapshot) {
        long index = snapshot.position().index();
        if (!isNews(snapshot) || index > state.commitIndex() || !node.log().contains(snapshot.position())) {
            return Transition.to(state); // A newer one came from a leader meanwhile.
        }
        long baseIndex = node.log().indexBeforeBytes(index, node.limits().retainedLogBytes());
        return Transition.to(state)
                .write(new PrefixCompacted(snapshot, node.log().positionAt(baseIndex)));
    }

    /** A snapshot that a leader has offered is here, and stored (paper Figure 13). */
    public Transition onSnapshotFetched(StoredSnapshot snapshot) {
        LogPosition position = snapshot.position();
        if (position.index() <= state.commitIndex()) {
            return Transition.to(state); // Entries have come faster.
        }
        // Whoever still asked for votes with the log that goes now had better not get them.
        Follower next = new Follower(state.current(), position.index(), following());
        Transition transition = Transition.to(next)
                .write(
                        node.log().contains(position)
                                ? new PrefixCompacted(snapshot, position) // Rule 6: what follows is kept.
                                : new SnapshotInstalled(snapshot)); // Rule 7: nothing of this log is.
        return next.leader()
                .map(leader -> transition.sendOnceDurable(
                        leader, new AppendEntriesReply(state.term(), node.self(), new Matched(position.index()))))
                .orElse(transition);
    }

    /** The leader that this node follows, if it is a follower. */
    Optional<LeaderContact> following() {
        return Optional.empty();
    }

    private boolean isNews(StoredSnapshot snapshot) {
        return node.log()
                .snapshot()
                .filter(known -> known.position().index() >= snapshot.position().index())
                .isEmpty();
    }

    /** The leader of this term that this node has heard of so recently that it helps nobody to depose it. */
    Optional<NodeId> loyalTo() {
        return Optional.empty();
    }

    private boolean raisesTerm(PeerMessage message) {
        if (message instanceof RequestPreVote) {
            return false; // A pre-vote changes nobody's term (thesis §9.6).
        }
        // Thesis §4.2.3: a node that hears from a leader does not let a candidate disturb it.
        return !(message instanceof RequestVote) || loyalTo().isEmpty();
    }

    /** Adds the write that a change of term or vote calls for, so that no rule can forget it (paper Figure 2). */
    final Transition decided(Transition transition) {
        TermAndVote next = transition.next().current();
        return next.equals(state.current()) ? transition : transition.writeFirst(new TermAndVoteSaved(next));
    }

    final List<Outbound> toPeers(PeerMessage message) {
        return peers().map(peer -> new Outbound(peer, message)).toList();
    }

    final Stream<NodeId> peers() {
        return node.configuration().peersOf(node.self()).stream();
    }

    /** This node as a follower of nobody in particular, in the same term and with the same vote. */
    final Follower asFollower() {
        return new Follower(state.current(), state.commitIndex(), Optional.empty());
    }

    /** Asks all whether it would be elected, in whatever role it is now (thesis §9.6). */
    final Transition askForPreVotes() {
        PreCandidate preCandidate = new PreCandidate(state.current(), state.commitIndex(), Set.of(node.self()));
        if (node.configuration().isQuorum(preCandidate.granted())) {
            return standForElection();
        }
        PeerMessage request =
                new RequestPreVote(state.term(), node.self(), node.log().last());
        return Transition.to(preCandidate).sendNow(toPeers(request)).timer(ElectionTimer.RESTART);
    }

    /** Begins a term, votes for itself and asks for votes, once its own is durable (paper §5.2). */
    final Transition standForElection() {
        TermAndVote own = state.current().atLeast(state.term() + 1).votingFor(node.self());
        Transition transition = Transition.to(new Candidate(own, state.commitIndex(), Set.of()))
                .timer(ElectionTimer.RESTART_ONCE_DURABLE);
        for (Outbound request :
                toPeers(new RequestVote(own.term(), node.self(), node.log().last()))) {
            transition = transition.sendOnceDurable(request.to(), request.message());
        }
        return transition;
    }

    @Override
    public final Transition onRequestPreVote(RequestPreVote request) {
        boolean undisturbed =
                loyalTo().filter(leader -> !leader.equals(request.from())).isEmpty();
        boolean granted = request.term() >= state.term() && undisturbed && isUpToDate(request.lastLog());
        // Two nodes that find their leader gone at about the same time would else split the votes.
        return Transition.to(state)
                .sendNow(request.from(), new RequestPreVoteReply(state.term(), node.self(), request.term(), granted))
                .timer(granted ? ElectionTimer.POSTPONE : ElectionTimer.KEEP);
    }

    @Override
    public final Transition onRequestVote(RequestVote request) {
        if (request.term() > state.term()) {
            return Transition.to(state); // Loyal to its leader: the candidate's term is none of its business.
        }
        boolean granted = state.current().mayVoteFor(request.from()) && isUpToDate(request.lastLog());
        RequestVoteReply reply = new RequestVoteReply(state.term(), node.self(), granted);
        if (!granted) {
            return Transition.to(state).sendNow(request.from(), reply);
        }
        return Transition.to(votingFor(request.from()))
                .sendOnceDurable(request.from(), reply)
                .timer(ElectionTimer.RESTART_ONCE_DURABLE);
    }

    /** This node as a follower that has given its vote of this term to {@code candidate}. */
    Follower votingFor(NodeId candidate) {
        return new Follower(state.current().votingFor(candidate), state.commitIndex(), Optional.empty());
    }

    /** Paper §5.4.1: whether a log that ends with {@code theirLast} lacks nothing that this one has. */
    private boolean isUpToDate(LogPosition theirLast) {
        return theirLast.compareTo(node.log().last()) >= 0;
    }

    @Override
    public Transition onRequestPreVoteReply(RequestPreVoteReply reply) {
        return Transition.to(state); // Late answer to a question that this node no longer asks.
    }

    @Override
    public Transition onRequestVoteReply(RequestVoteReply reply) {
        return Transition.to(state); // Late answer to an election that is over.
    }

    @Override
    public Transition onAppendEntriesReply(AppendEntriesReply reply) {
        return Transition.to(state); // Meant for the leader that this node was.
    }

    @Override
    public Transition onHeartbeatReply(HeartbeatReply reply) {
        return Transition.to(state); // Meant for the leader that this node was.
    }

    /** Answers to what was sent in an earlier term (paper §5.1): requests learn of the later one, replies are ignored. */
    private final class StaleTerm implements PeerMessage.Handler<Transition> {
        @Override
        public Transition onRequestPreVote(RequestPreVote request) {
            return Rules.this.onRequestPreVote(request);
        }

        @Override
        public Transition onRequestPreVoteReply(RequestPreVoteReply reply) {
            // The sender's term is older than ours, and yet it may well have answered what we ask now.
            return decided(Rules.this.onRequestPreVoteReply(reply));
        }

        @Override
        public Transition onRequestVote(RequestVote request) {
            return Transition.to(state).sendNow(request.from(), new RequestVoteReply(state.term(), node.self(), false));
        }

        @Override
        public Transition onRequestVoteReply(RequestVoteReply reply) {
            return Transition.to(state);
        }

        @Override
        public Transition onAppendEntries(AppendEntries request) {
            Conflict refused = new Conflict(request.prev().index(), LogPosition.ZERO);
            return Transition.to(state)
                    .sendNow(request.from(), new AppendEntriesReply(state.term(), node.self(), refused));
        }

        @Override
        public Transition onAppendEntriesReply(AppendEntriesReply reply) {
            return Transition.to(state);
        }

        @Override
        public Transition onInstallSnapshot(InstallSnapshot offer) {
            Conflict refused = new Conflict(offer.snapshot().position().index(), LogPosition.ZERO);
            return Transition.to(state)
                    .sendNow(offer.from(), new AppendEntriesReply(state.term(), node.self(), refused));
        }

        @Override
        public Transition onHeartbeat(Heartbeat heartbeat) {
            return Transition.to(state)
                    .sendNow(
                            heartbeat.from(),
                            new HeartbeatReply(state.term(), node.self(), heartbeat.round(), heartbeat.awaited()));
        }

        @Override
        public Transition onHeartbeatReply(HeartbeatReply reply) {
            return Transition.to(state);
        }
    }
}
