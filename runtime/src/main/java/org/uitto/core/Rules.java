package org.uitto.core;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.LeaderContact;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.StorageRecord.Standing;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/**
 * What the rules of all roles have in common (paper Figure 2, "Rules for All Servers"). An instance is made for one
 * decision and then forgotten.
 *
 * @param <S> the state of the role whose rules these are
 */
public abstract sealed class Rules<S extends RoleState> implements PeerMessage.Handler<Transition>
        permits NewcomerRules, FollowerRules, PreCandidateRules, CandidateRules, LeaderRules {
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
        } else if (state instanceof Newcomer newcomer) {
            return new NewcomerRules(node, newcomer, nowNanos);
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
            return decided(message.accept(inTerm(state.current().atLeast(message.term()))));
        }
        if (message.term() < state.term()) {
            return message.accept(new StaleTerm());
        }
        return decided(message.accept(this));
    }

    /** The rules of what this node is in a later term, as a follower of nobody yet. */
    Rules<?> inTerm(TermAndVote later) {
        return new FollowerRules(node, new Follower(later, state.commitIndex(), Optional.empty()), nowNanos);
    }

    /** The node has started, in this state. */
    public final Transition onStarted() {
        return decided(started());
    }

    Transition started() {
        return Transition.to(state).sendNow(toPeers(hello()));
    }

    /** Shows this start of this node. */
    final PeerMessage hello() {
        return new Hello(state.term(), node.self(), node.storages().ownStart());
    }

    /** The election timer ran out (paper §5.2). */
    public Transition onElectionTimeout() {
        boolean mayBeNeeded = node.isVoter() || node.isBecomingVoter() || node.wasVoterBefore(state.commitIndex());
        return decided(mayBeNeeded ? askForPreVotes() : waitForLeader());
    }

    /**
     * The process of {@code peer} is said to be gone. Of interest to whoever follows it only.
     *
     * <p>Differs from the paper, which knows of a lost leader by its silence alone: a follower need not wait for that. If the news
     * is wrong, the others stay loyal and refuse the pre-vote, so nothing comes of it (thesis §4.2.3, §9.6).
     */
    public final Transition onPeerCrashed(NodeId peer) {
        return decided(peerCrashed(peer));
    }

    Transition peerCrashed(NodeId peer) {
        return Transition.to(state);
    }

    /**
     * {@code leader} is still there, as its node says, and says nothing by itself. Only its follower, if all is as it believes, goes
     * along with that; any other wakes it.
     */
    public Transition onLeaderQuiescent(Quiescent leader) {
        return Transition.to(state).sendNow(leader.leader(), hello());
    }

    /** Nothing was heard in time from the other side of a group in which nothing happens. Of interest to the quiescent only. */
    public Transition onWake() {
        return Transition.to(state);
    }

    /** A node that is no voter leaves it to others to be elected, and waits for whoever leads. */
    private Transition waitForLeader() {
        return Transition.to(asFollower()).timer(ElectionTimer.RESTART);
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
        if (message instanceof RequestPreVote || message instanceof Hello || message instanceof HelloReply) {
            return false; // A pre-vote changes nobody's term (thesis §9.6), and no more does a greeting.
        }
        if (isLateAnswer(message) && state instanceof Follower && loyalTo().isPresent()) {
            return false;
        }
        // Thesis §4.2.3: a node that hears from a leader does not let a candidate disturb it.
        return !(message instanceof RequestVote request)
                || request.handedOver()
                || loyalTo().isEmpty();
    }

    /**
     * Where clocks count, a follower must not be led to forget its leader, and vote for another too soon, by an answer to what it
     * asked in an earlier role (thesis §6.4.1).
     */
    private boolean isLateAnswer(PeerMessage message) {
        return node.limits().leaseNanos() > 0
                && (message instanceof RequestVoteReply
                        || message instanceof RequestPreVoteReply
                        || message instanceof AppendEntriesReply
                        || message instanceof HeartbeatReply);
    }

    /** Adds what no rule may forget: to write a new term or vote (paper Figure 2), to see whether its own word counts. */
    final Transition decided(Transition transition) {
        TermAndVote next = transition.next().current();
        Transition saved =
                next.equals(state.current()) ? transition : transition.writeFirst(new TermAndVoteSaved(next));
        return withElectionTimer(withStanding(saved));
    }

    /** A leader needs no election timer. Once it leads no more it does, whatever has ended its leadership. */
    private Transition withElectionTimer(Transition transition) {
        boolean stepsDown = state instanceof Leader && !(transition.next() instanceof Leader);
        return stepsDown && transition.timer() == ElectionTimer.KEEP
                ? transition.timer(ElectionTimer.RESTART)
                : transition;
    }

    /**
     * Goes by what the committed configuration says of this node's storage: as far as it was known to be committed before
     * this decision, for what the decision writes is not in the log yet.
     */
    private Transition withStanding(Transition transition) {
        Optional<StorageId> counts =
                node.log().configurationAt(state.commitIndex()).flatMap(known -> known.storageOf(node.self()));
        if (counts.isEmpty()) {
            return transition;
        }
        Optional<StorageId> own = Optional.of(recordAfter(transition).own());
        boolean newcomer = transition.next() instanceof Newcomer;
        if (newcomer) {
            return counts.equals(own)
                    ? Rules.of(node, transition.next(), nowNanos).admittedByTheLog(transition)
                    : transition;
        }
        // After a start little is known to be committed: what admitted this storage may come later in the log.
        boolean named = counts.equals(own)
                || node.configuration().storageOf(node.self()).equals(own);
        // If not, another of the same node was admitted since: this is of old, perhaps a copy that was put back.
        return named ? transition : asNewcomer(transition);
    }

    /** After {@code transition}, as one whose word counts. Only a newcomer has that before it. */
    Transition admittedByTheLog(Transition transition) {
        return transition;
    }

    /** After {@code transition}, as one whose word does not count, under a new name: the old one stands for more. */
    private Transition asNewcomer(Transition transition) {
        RoleState next = transition.next();
        StorageRecord renamed = recordAfter(transition).renamed(node.storages().unusedName());
        return transition
                .next(new Newcomer(next.current(), next.commitIndex(), Optional.empty(), Set.of()))
                .write(new StorageSaved(renamed))
                .timer(ElectionTimer.RESTART);
    }

    /** What this node will remember of storages once {@code transition} is done. */
    final StorageRecord recordAfter(Transition transition) {
        StorageRecord record = node.storages().record();
        for (LogMutation mutation : transition.writes()) {
            record = mutation instanceof StorageSaved saved ? saved.value() : record;
        }
        return record;
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
        if (node.isQuorumAlone()) {
            return standForElection(false);
        }
        PeerMessage request =
                new RequestPreVote(state.term(), node.self(), node.log().last());
        return Transition.to(preCandidate).sendNow(toPeers(request)).timer(ElectionTimer.RESTART);
    }

    /**
     * Begins a term, votes for itself and asks for votes, once its own is durable (paper §5.2).
     *
     * @param handedOver whether the leader has asked it to
     */
    final Transition standForElection(boolean handedOver) {
        TermAndVote own = state.current().atLeast(state.term() + 1).votingFor(node.self());
        Transition transition = Transition.to(new Candidate(own, state.commitIndex(), Set.of()))
                .timer(ElectionTimer.RESTART_ONCE_DURABLE);
        PeerMessage vote = new RequestVote(own.term(), node.self(), node.log().last(), handedOver);
        for (Outbound request : toPeers(vote)) {
            transition = transition.sendOnceDurable(request.to(), request.message());
        }
        return transition;
    }

    @Override
    public Transition onRequestPreVote(RequestPreVote request) {
        boolean undisturbed =
                loyalTo().filter(leader -> !leader.equals(request.from())).isEmpty();
        boolean granted = mayVote() && request.term() >= state.term() && undisturbed && isUpToDate(request.lastLog());
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
        boolean granted = mayVote() && state.current().mayVoteFor(request.from()) && isUpToDate(request.lastLog());
        RequestVoteReply reply = new RequestVoteReply(state.term(), node.self(), granted);
        if (!granted) {
            return Transition.to(state).sendNow(request.from(), reply);
        }
        return Transition.to(votingFor(request.from()))
                .sendOnceDurable(request.from(), reply)
                .timer(ElectionTimer.RESTART_ONCE_DURABLE);
    }

    /** Whether this node's vote counts. */
    boolean mayVote() {
        return !mayBeBoundByLease();
    }

    /** Whether it may have answered a leader before it started, which counts on that for a while (thesis §6.4.1). */
    private boolean mayBeBoundByLease() {
        return node.limits().leaseNanos() > 0
                && nowNanos - node.startedAtNanos() < node.limits().electionTimeoutMinNanos();
    }

    @Override
    public Transition onTimeoutNow(TimeoutNow order) {
        return Transition.to(state); // Only a follower can take over.
    }

    /**
     * Tells a peer whether it shows its first storage. Other storages of it may be known from any configuration in the log: the
     * newest, which may not be committed, may name the one that it shows in the place of another. Nothing is confirmed to one
     * that takes no part any more, nor by one whose own storage has come later: what an earlier one has seen it does not know.
     */
    @Override
    public Transition onHello(Hello hello) {
        NodeId peer = hello.from();
        StorageId shown = hello.start().storage();
        StorageRecord record = node.storages().record().knowing(peer, shown);
        StorageId first = requireNonNull(record.peers().get(peer));
        StorageId known = node.log()
                .configurations()
                .flatMap(configuration -> configuration.storageOf(peer).stream())
                .filter(named -> !named.equals(shown))
                .findFirst()
                .orElse(first);
        boolean forgotten = node.storages()
                .latestStart(peer)
                .filter(latest -> latest.isForgottenBy(hello.start()))
                .isPresent();
        Transition noted = record.equals(node.storages().record())
                ? Transition.to(state)
                : Transition.to(state).write(new StorageSaved(record));
        boolean isRemoved =
                node.log().configurationIndex() > 0 && !node.configuration().isMember(peer);
        boolean mayKnowTooLittle = record.standing() == Standing.BY_THE_LOG && known.equals(shown);
        return (!isRemoved && !mayKnowTooLittle) || forgotten
                ? noted.sendOnceDurable(
                        peer, new HelloReply(state.term(), node.self(), hello.start(), known, forgotten))
                : noted;
    }

    @Override
    public final Transition onHelloReply(HelloReply reply) {
        if (!reply.start().equals(node.storages().ownStart())) {
            return Transition.to(state); // About an earlier start, or another name of this storage.
        } else if (reply.forgotten()) {
            return asNewcomer(Transition.to(state));
        }
        return reply.known().equals(reply.start().storage()) ? firstSeenBy(reply) : Transition.to(state);
    }

    /** A peer has seen no earlier storage of this node. Of interest to a newcomer only. */
    Transition firstSeenBy(HelloReply reply) {
        return Transition.to(state);
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

        @Override
        public Transition onTimeoutNow(TimeoutNow order) {
            return Transition.to(state);
        }

        @Override
        public Transition onHello(Hello hello) {
            return decided(Rules.this.onHello(hello));
        }

        @Override
        public Transition onHelloReply(HelloReply reply) {
            return decided(Rules.this.onHelloReply(reply));
        }
    }
}
