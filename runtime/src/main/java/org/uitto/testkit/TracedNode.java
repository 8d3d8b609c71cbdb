package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Candidate;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.testkit.TraceEvent.Role;
import org.uitto.testkit.TraceEvent.State;

/**
 * Tells the trace what one node does, in the words of etcd's Raft. Three things differ there and are told as they would be
 * there:
 *
 * <ul>
 *   <li>A node acknowledges its own entries and its own vote by a message to itself, received once it is durable.
 *   <li>The commit index survives a restart. Here it does not, so what the node knew before is told until it knows it again.
 *   <li>What a node ignores, such as a candidate while it hears a leader, is as if the network had lost it.
 * </ul>
 */
final class TracedNode implements NodeObserver {
    private final ProtocolTrace trace;
    private final String self;
    private State state = new State(0, State.NOBODY, 0, Role.FOLLOWER, 0);
    private long commitWhenReady;
    private long decidedWrites;
    private long durableWrites;
    private boolean untold;
    private final List<OwnWrite> ownWrites = new ArrayList<>();
    private @Nullable PeerMessage arrived;

    /** Something of its own that a node acknowledges to itself once write {@code number} is durable. */
    private record OwnWrite(long number, TraceMessage acknowledgement) {}

    TracedNode(ProtocolTrace trace, String self) {
        this.trace = trace;
        this.self = self;
    }

    /** Whether everything that it has decided is durable, and has been told. */
    boolean isQuiet() {
        return durableWrites == decidedWrites && !untold;
    }

    @Override
    public void onStarted(RoleState initial, LogView log) {
        decidedWrites = 0;
        durableWrites = 0;
        ownWrites.clear();
        arrived = null;
        untold = false;
        state = new State(
                initial.term(),
                voteOf(initial.current()),
                commitWhenReady,
                Role.FOLLOWER,
                log.last().index());
        tell("InitState", null);
    }

    @Override
    public void onInput(RaftInput input) {
        arrived = input instanceof PeerEnvelope envelope ? envelope.message() : null;
    }

    @Override
    public void onDurable(Persisted persisted) {
        durableWrites = persisted.writeNumber();
        ready();
        OwnWrite newest = null; // It acknowledges all before it, too.
        for (OwnWrite written : ownWrites) {
            newest = written.number() <= durableWrites ? written : newest;
        }
        ownWrites.removeIf(written -> written.number() <= durableWrites);
        if (newest != null
                && newest.acknowledgement().term() == state.term()
                && state.role() == roleOfAcknowledgement(newest)) {
            tell("Receive" + newest.acknowledgement().type().event(), newest.acknowledgement());
        }
    }

    private static Role roleOfAcknowledgement(OwnWrite written) {
        return written.acknowledgement().type() == TraceMessage.Type.VOTE_RESP ? Role.CANDIDATE : Role.LEADER;
    }

    @Override
    public void onTransition(RoleState before, Transition transition, LogView log) {
        PeerMessage message = arrived;
        boolean stale = message != null && message.term() < before.term();
        if (message != null && !CoverageWatch.hearsOfRestart(before, transition, message)) {
            arrived = null;
            receive(message, before, transition);
        }
        boolean writes = !transition.writes().isEmpty();
        decidedWrites += writes ? 1 : 0;
        change(transition.next());
        append(transition, log);
        commit(transition.next());
        transition.sendNow().forEach(outbound -> send(outbound, stale));
        transition.sendOnceDurable().forEach(outbound -> send(outbound, stale));
        untold |= writes;
        if (untold && decidedWrites == durableWrites) {
            ready();
        }
    }

    private void receive(PeerMessage message, RoleState before, Transition transition) {
        TraceMessage received = trace.received(message, self);
        boolean ignored = message instanceof RequestVote
                && message.term() > before.term()
                && transition.next().term() == before.term();
        if (received != null && !ignored) {
            tell("Receive" + received.type().event(), received);
        }
    }

    private void change(RoleState next) {
        Role role = next instanceof Leader ? Role.LEADER : next instanceof Candidate ? Role.CANDIDATE : Role.FOLLOWER;
        boolean later = next.term() > state.term();
        String vote = voteOf(next.current());
        if (role == Role.CANDIDATE && later) {
            state = new State(next.term(), vote, state.commit(), role, state.log());
            tell("BecomeCandidate", null);
            acknowledgeOnceDurable(TraceMessage.ownVote(self, next.term()));
        } else if (role == Role.FOLLOWER && (later || state.role() != role)) {
            String kept = later ? State.NOBODY : state.vote();
            state = new State(next.term(), kept, state.commit(), role, state.log());
            tell("BecomeFollower", null);
        } else if (role == Role.LEADER && state.role() != role) {
            state = state.as(role);
            tell("BecomeLeader", null);
        }
        untold |= !vote.equals(state.vote());
        state = state.withVote(vote);
    }

    private void append(Transition transition, LogView log) {
        for (LogMutation mutation : transition.writes()) {
            if (mutation instanceof EntriesAppended appended && state.role() == Role.LEADER) {
                long last = appended.last().index();
                for (long index = state.log() + 1; index <= last; index++) {
                    tell("Replicate", null);
                    state = state.withLog(index);
                }
                acknowledgeOnceDurable(TraceMessage.ownEntries(self, state.term(), last));
            }
        }
        state = state.withLog(log.last().index());
    }

    private void acknowledgeOnceDurable(TraceMessage acknowledgement) {
        ownWrites.add(new OwnWrite(decidedWrites, acknowledgement));
        tell("Send" + acknowledgement.type().event(), acknowledgement);
        untold = true;
    }

    private void commit(RoleState next) {
        if (next.commitIndex() > state.commit()) {
            state = state.withCommit(next.commitIndex());
            untold = true;
            if (state.role() == Role.LEADER) {
                tell("Commit", null);
            }
        }
    }

    private void send(Outbound outbound, boolean stale) {
        TraceMessage message = TraceMessage.of(outbound.message(), self, trace.number(outbound.to()), stale);
        if (message != null) {
            trace.sent(outbound.message(), message);
            tell("Send" + message.type().event(), message);
            untold = true;
        }
    }

    private void ready() {
        untold = false;
        commitWhenReady = state.commit();
        tell("Ready", null);
    }

    private void tell(String name, @Nullable TraceMessage message) {
        trace.add(name, self, state, message);
    }

    private String voteOf(TermAndVote current) {
        return current.votedFor().map((NodeId node) -> trace.number(node)).orElse(State.NOBODY);
    }
}
