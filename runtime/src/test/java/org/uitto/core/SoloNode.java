package org.uitto.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.RoleState.LeaderContact;
import org.uitto.core.RoleState.PreCandidate;
import org.uitto.core.RoleState.ReadRounds;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.Configuration;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.StorageId;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/** One node of a group by itself: its log and its role under the rules alone, and a clock that only the test moves. */
final class SoloNode {
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId C = new NodeId("c");
    static final NodeId D = new NodeId("d");
    static final NodeId E = new NodeId("e");
    static final List<NodeId> THREE = List.of(A, B, C);
    static final List<NodeId> FIVE = List.of(A, B, C, D, E);
    static final ProtocolLimits LIMITS = new ProtocolLimits(100, 200, 50, 100_000, 2, 1_000_000, 1, 90);

    final NodeId self;
    final LogWindow log;
    final NodeView view;
    final KnownStorages storages;
    RoleState state;
    long nowNanos = 1_000_000;

    SoloNode(NodeId self, List<NodeId> voters, LogWindow log, RoleState state) {
        this(self, voters, log, state, LIMITS);
    }

    SoloNode(NodeId self, List<NodeId> voters, LogWindow log, RoleState state, ProtocolLimits limits) {
        this.self = self;
        this.log = log;
        this.storages = new KnownStorages(self);
        this.view = new NodeView(self, Configuration.of(voters), log, storages, limits, Long.MIN_VALUE / 2);
        this.state = state;
    }

    /** Node a of three, as a follower of nobody that has voted for nobody. */
    static SoloNode follower(long term, LogWindow log) {
        return new SoloNode(A, THREE, log, new Follower(new TermAndVote(term, Optional.empty()), 0, Optional.empty()));
    }

    /** Node a of three, as a follower that has just heard of {@code leader}. */
    static SoloNode following(NodeId leader, long term, LogWindow log) {
        SoloNode node = follower(term, log);
        node.state = new Follower(node.state.current(), 0, Optional.of(new LeaderContact(leader, node.nowNanos)));
        return node;
    }

    /** Node a of {@code voters}, as a pre-candidate. */
    static SoloNode preCandidate(long term, List<NodeId> voters, LogWindow log) {
        return new SoloNode(
                A, voters, log, new PreCandidate(new TermAndVote(term, Optional.empty()), 0, java.util.Set.of(A)));
    }

    /** Node a of {@code voters}, as a candidate whose own vote is durable. */
    static SoloNode candidate(long term, List<NodeId> voters, LogWindow log) {
        return new SoloNode(
                A, voters, log, new Candidate(new TermAndVote(term, Optional.of(A)), 0, java.util.Set.of(A)));
    }

    /** Node a of {@code voters}, elected in {@code term}, its no-op appended behind {@code log} and not yet durable. */
    static SoloNode leader(long term, List<NodeId> voters, LogWindow log) {
        return leader(term, voters, log, LIMITS);
    }

    static SoloNode leader(long term, List<NodeId> voters, LogWindow log, ProtocolLimits limits) {
        SoloNode node = new SoloNode(
                A, voters, log, new Candidate(new TermAndVote(term, Optional.of(A)), 0, java.util.Set.of()), limits);
        for (NodeId voter : voters) {
            if (!(node.state instanceof Leader)) {
                node.carryOut(new CandidateRules(node.view, (Candidate) node.state, node.nowNanos)
                        .onRequestVoteReply(new PeerMessage.RequestVoteReply(term, voter, true)));
            }
        }
        return node;
    }

    /** Receives a message and carries out what the rules decide. */
    Transition on(PeerMessage message) {
        return carryOut(Rules.of(view, state, nowNanos).onMessage(message));
    }

    Transition electionTimeout() {
        return carryOut(Rules.of(view, state, nowNanos).onElectionTimeout());
    }

    Transition peerCrashed(NodeId peer) {
        return carryOut(Rules.of(view, state, nowNanos).onPeerCrashed(peer));
    }

    /** Everything decided so far has become durable. */
    Transition persisted() {
        return persisted(log.last(), state.current());
    }

    Transition persisted(LogPosition last, TermAndVote saved) {
        return carryOut(Rules.of(view, state, nowNanos).onPersisted(last, saved));
    }

    Transition snapshotSaved(StoredSnapshot snapshot) {
        return carryOut(Rules.of(view, state, nowNanos).onSnapshotSaved(snapshot));
    }

    Transition snapshotFetched(StoredSnapshot snapshot) {
        return carryOut(Rules.of(view, state, nowNanos).onSnapshotFetched(snapshot));
    }

    Transition quiesce() {
        return carryOut(asLeader().onQuiesce());
    }

    Transition leaderQuiescent(Quiescent leader) {
        return carryOut(Rules.of(view, state, nowNanos).onLeaderQuiescent(leader));
    }

    Transition wake() {
        return carryOut(Rules.of(view, state, nowNanos).onWake());
    }

    Transition heartbeatTick() {
        return carryOut(asLeader().onHeartbeatTick());
    }

    Transition propose(Payloads payloads) {
        return carryOut(asLeader().onPropose(payloads));
    }

    Transition change(MembershipChange change) {
        return carryOut(asLeader().onChange(change));
    }

    Transition transferTo(NodeId target) {
        return carryOut(asLeader().onTransfer(target));
    }

    Transition proposalsHeld() {
        return carryOut(asLeader().onProposalsHeld());
    }

    /** What it is after an election timeout. */
    RoleState electionTimeoutTo() {
        return electionTimeout().next();
    }

    /** As if the leader had gone over to {@code configuration}, which is not committed. */
    void assumeConfiguration(org.uitto.log.Configuration configuration) {
        log.apply(new EntriesAppended(
                log.last(),
                List.of(Logs.configuration(
                        new LogPosition(state.term(), log.last().index() + 1), configuration))));
    }

    Transition replicate() {
        return carryOut(asLeader().replicate());
    }

    Transition readRequest(long ticket) {
        return carryOut(asLeader().onReadRequest(ticket, false));
    }

    Transition leaseReadRequest(long ticket) {
        return carryOut(asLeader().onReadRequest(ticket, true));
    }

    Transition peerRestarted(NodeId peer) {
        return carryOut(asLeader().onPeerRestarted(peer, false));
    }

    /** {@code peer} has started on another storage, and says so. */
    Transition peerBegunAnew(NodeId peer, StorageId storage) {
        storages.started(peer, storage, 1);
        return carryOut(asLeader().onPeerRestarted(peer, true));
    }

    Leader leader() {
        return (Leader) state;
    }

    Progress progressOf(NodeId peer) {
        return java.util.Objects.requireNonNull(leader().progress().get(peer));
    }

    /** As if {@code peer}'s progress were this. */
    void assume(NodeId peer, Progress progress) {
        Map<NodeId, Progress> all = new TreeMap<>(leader().progress());
        all.put(peer, progress);
        state = leader().withProgress(all);
    }

    ReadRounds reads() {
        return leader().reads();
    }

    private LeaderRules asLeader() {
        return new LeaderRules(view, leader(), nowNanos);
    }

    private Transition carryOut(Transition transition) {
        for (LogMutation mutation : transition.writes()) {
            if (mutation instanceof EntriesAppended appended) {
                log.apply(appended);
            } else if (mutation instanceof PrefixCompacted compacted) {
                log.apply(compacted);
            } else if (mutation instanceof SnapshotInstalled installed) {
                log.apply(installed);
            } else if (mutation instanceof StorageSaved saved) {
                storages.save(saved.value());
            }
        }
        state = transition.next();
        return transition;
    }

    /** What a decision says to {@code peer}, at once or later. */
    static List<PeerMessage> saidTo(NodeId peer, Transition transition) {
        List<Outbound> all = new ArrayList<>(transition.sendNow());
        all.addAll(transition.sendOnceDurable());
        return all.stream()
                .filter(outbound -> outbound.to().equals(peer))
                .map(Outbound::message)
                .toList();
    }
}
