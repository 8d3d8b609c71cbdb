package org.uitto.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.LeaderContact;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;

/** The rules of a follower (paper §5.2, §5.3). */
final class FollowerRules extends Rules<Follower> {
    FollowerRules(NodeView node, Follower state, long nowNanos) {
        super(node, state, nowNanos);
    }

    @Override
    Optional<NodeId> loyalTo() {
        return state.contact()
                .filter(contact -> contact.quiescent()
                        || nowNanos - contact.heardAtNanos() < node.limits().electionTimeoutMinNanos())
                .map(LeaderContact::leader);
    }

    @Override
    public Transition onLeaderQuiescent(Quiescent leader) {
        long last = node.log().last().index();
        boolean isAtRest = leader.term() == state.term()
                && state.leader().filter(leader.leader()::equals).isPresent()
                && leader.lastIndex() == last
                && state.commitIndex() == last;
        return isAtRest ? Transition.to(quiescent(true)) : super.onLeaderQuiescent(leader);
    }

    @Override
    public Transition onWake() {
        return state.isQuiescent() ? Transition.to(quiescent(false)).timer(ElectionTimer.HASTEN) : Transition.to(state);
    }

    private Follower quiescent(boolean quiescent) {
        return new Follower(
                state.current(), state.commitIndex(), state.contact().map(known -> known.withQuiescent(quiescent)));
    }

    @Override
    Transition peerCrashed(NodeId peer) {
        // A lease rests on it that its followers elect no other, whatever they hear, until it has run out (thesis
        // §6.4.1).
        boolean follows =
                state.leader().filter(peer::equals).isPresent() && node.limits().leaseNanos() == 0;
        return follows ? Transition.to(asFollower()).timer(ElectionTimer.HASTEN) : Transition.to(state);
    }

    @Override
    Follower votingFor(NodeId candidate) {
        return new Follower(state.current().votingFor(candidate), state.commitIndex(), state.contact());
    }

    @Override
    public Transition onAppendEntries(AppendEntries asSent) {
        Follower following = hearing(asSent.from());
        AppendEntries request = behindBase(asSent);
        if (!node.log().contains(request.prev())) {
            return refuse(following, request);
        }
        // Only what the request proved counts as matched or committed, however much longer this log is.
        long matchIndex = request.lastIndex();
        Follower next = following.withCommitIndex(Math.min(request.commitIndex(), matchIndex));
        Transition transition = Transition.to(next)
                .timer(ElectionTimer.RESTART)
                .sendOnceDurable(
                        request.from(), new AppendEntriesReply(state.term(), node.self(), new Matched(matchIndex)));
        return firstUnknown(request.batches())
                .map(start -> transition.write(appended(start, request.batches())))
                .orElse(transition);
    }

    /**
     * The part of a request that is behind what this log has compacted. The rest is committed, so it is the same in the
     * leader's log (paper §5.4.3): known, though it can't be looked at any more.
     */
    private AppendEntries behindBase(AppendEntries request) {
        LogPosition base = node.log().base();
        if (request.prev().index() >= base.index()) {
            return request;
        }
        List<EntryBatch> rest = new ArrayList<>();
        for (EntryBatch batch : request.batches()) {
            if (batch.lastIndex() > base.index()) {
                rest.add(batch.firstIndex() <= base.index() ? batch.from(base.index() + 1) : batch);
            }
        }
        return new AppendEntries(request.term(), request.from(), base, rest, request.commitIndex());
    }

    private Transition refuse(Follower following, AppendEntries request) {
        LogPosition prev = request.prev();
        if (prev.index() <= state.commitIndex()) {
            throw new InvariantViolation(node.self() + ": the leader " + request.from() + " of term " + request.term()
                    + " has " + prev + " where this node has committed "
                    + node.log().positionAt(prev.index()) + " (Leader Completeness)");
        }
        long commonIndex = node.log()
                .lastIndexUpTo(Math.min(prev.index(), node.log().last().index()), prev.term());
        Conflict conflict = new Conflict(prev.index(), node.log().positionAt(commonIndex));
        return Transition.to(following)
                .timer(ElectionTimer.RESTART)
                .sendOnceDurable(request.from(), new AppendEntriesReply(state.term(), node.self(), conflict));
    }

    /** The first index that this log lacks or has with another term; empty if it has all of {@code batches}. */
    private Optional<Long> firstUnknown(List<EntryBatch> batches) {
        for (EntryBatch batch : batches) {
            long known = knownUpTo(batch);
            if (known < batch.lastIndex()) {
                return Optional.of(known + 1);
            }
        }
        return Optional.empty();
    }

    private long knownUpTo(EntryBatch batch) {
        long overlapEnd = Math.min(batch.lastIndex(), node.log().last().index());
        long index = batch.firstIndex() - 1;
        while (index < overlapEnd && node.log().termAt(index + 1) == batch.term()) {
            // Terms never decrease along a log: equal at both ends is equal throughout.
            index = node.log().termAt(overlapEnd) == batch.term() ? overlapEnd : index + 1;
        }
        return index;
    }

    /** Cuts what conflicts, if anything, and appends the rest (paper Figure 2, AppendEntries 3 and 4). */
    private EntriesAppended appended(long start, List<EntryBatch> batches) {
        if (start <= state.commitIndex()) {
            throw new InvariantViolation(node.self() + ": the leader of term " + state.term() + " has another entry at "
                    + start + " than this node, which has committed up to " + state.commitIndex()
                    + " (State Machine Safety)");
        }
        List<EntryBatch> rest = new ArrayList<>();
        for (EntryBatch batch : batches) {
            if (batch.lastIndex() >= start) {
                rest.add(batch.firstIndex() < start ? batch.from(start) : batch);
            }
        }
        return new EntriesAppended(node.log().positionAt(start - 1), rest);
    }

    @Override
    public Transition onInstallSnapshot(InstallSnapshot offer) {
        Follower following = hearing(offer.from());
        LogPosition position = offer.snapshot().position();
        boolean known = position.index() <= state.commitIndex() || node.log().contains(position);
        if (!known) {
            return Transition.to(following).timer(ElectionTimer.RESTART).fetch(offer.snapshot(), offer.from());
        }
        // A snapshot holds what is committed, and so is what this log has in common with it.
        return Transition.to(following.withCommitIndex(position.index()))
                .timer(ElectionTimer.RESTART)
                .sendOnceDurable(
                        offer.from(), new AppendEntriesReply(state.term(), node.self(), new Matched(position.index())));
    }

    @Override
    public Transition onTimeoutNow(TimeoutNow order) {
        boolean follows = state.leader().filter(order.from()::equals).isPresent();
        return follows && node.isVoter() ? standForElection(true) : Transition.to(state);
    }

    @Override
    Optional<LeaderContact> following() {
        return state.contact();
    }

    @Override
    public Transition onHeartbeat(Heartbeat heartbeat) {
        // The leader caps this at what it knows to match here; the cap by our own log is for a log that was cut back.
        long committed = Math.min(heartbeat.commitIndex(), node.log().last().index());
        return Transition.to(hearing(heartbeat.from()).withCommitIndex(committed))
                .timer(ElectionTimer.RESTART)
                .sendNow(
                        heartbeat.from(),
                        new HeartbeatReply(state.term(), node.self(), heartbeat.round(), heartbeat.awaited()));
    }

    private Follower hearing(NodeId leader) {
        state.leader().filter(known -> !known.equals(leader)).ifPresent(known -> {
            throw new InvariantViolation(node.self() + ": both " + known + " and " + leader + " lead term "
                    + state.term() + " (Election Safety)");
        });
        return new Follower(state.current(), state.commitIndex(), Optional.of(new LeaderContact(leader, nowNanos)));
    }
}
