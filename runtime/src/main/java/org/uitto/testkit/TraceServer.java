package org.uitto.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.uitto.testkit.TraceEvent.Role;
import org.uitto.testkit.TraceEvent.State;

/** One server of {@link TraceSpecification}: its state, its log as the terms of its entries, and what it may say. */
final class TraceServer {
    private final String id;
    private final List<String> voters;
    private State state;
    private List<Long> log = new ArrayList<>();
    private final Set<String> responded = new HashSet<>();
    private final Set<String> granted = new HashSet<>();
    private final Map<String, Long> matchIndex = new HashMap<>();
    private State durableState;
    private List<Long> durableLog;
    private final List<Pending> pending = new ArrayList<>();
    private final List<TraceMessage> owedAnswers = new ArrayList<>();
    private boolean becomesFollower;

    /** A message that leaves once its sender is ready, with the terms of its entries. */
    record Pending(TraceMessage message, List<Long> entryTerms) {}

    TraceServer(String id, List<String> voters, State initial) {
        this.id = id;
        this.voters = voters;
        this.state = initial;
        for (long i = 0; i < initial.log(); i++) {
            log.add(1L);
        }
        this.durableState = state;
        this.durableLog = List.copyOf(log);
    }

    String id() {
        return id;
    }

    State state() {
        return state;
    }

    long term() {
        return state.term();
    }

    List<Long> committed() {
        return log.subList(0, (int) Math.min(state.commit(), log.size()));
    }

    boolean hasAll(List<Long> entries) {
        return entries.size() <= log.size() && entries.equals(log.subList(0, entries.size()));
    }

    void restart() {
        log = new ArrayList<>(durableLog);
        state = durableState.as(Role.FOLLOWER);
        responded.clear();
        granted.clear();
        matchIndex.clear();
        pending.clear();
        owedAnswers.clear();
        becomesFollower = false;
    }

    /** What was decided is durable, and leaves. */
    List<Pending> ready() {
        durableState = state;
        durableLog = List.copyOf(log);
        List<Pending> leaving = List.copyOf(pending);
        pending.clear();
        return leaving;
    }

    void standForElection() {
        require(state.role() != Role.LEADER, "a leader does not stand for election");
        state = new State(state.term() + 1, id, state.commit(), Role.CANDIDATE, state.log());
        responded.clear();
        granted.clear();
    }

    /**
     * Becomes a follower by itself, unless a message has just made it one.
     *
     * @return whether it was by itself; else the rest of what the message did may not be told yet
     */
    boolean becomeFollower(State told) {
        if (becomesFollower) {
            becomesFollower = false;
            require(told.term() == state.term() && told.role() == state.role(), "the message has made it " + state);
            return false;
        }
        require(state.role() != Role.FOLLOWER, "a follower need not become one");
        state = state.as(Role.FOLLOWER);
        return true;
    }

    void lead() {
        require(state.role() == Role.CANDIDATE, "a leader was a candidate");
        require(isQuorum(granted), "a leader has the votes of a quorum, not of " + granted);
        state = state.as(Role.LEADER);
        matchIndex.clear();
        matchIndex.put(id, (long) log.size());
    }

    void replicate() {
        require(state.role() == Role.LEADER, "a leader replicates");
        log.add(state.term());
        state = state.withLog(log.size());
    }

    void commit() {
        require(state.role() == Role.LEADER, "a leader commits");
        long reached = log.size();
        while (reached > 0 && !isQuorum(reaching(reached))) {
            reached--;
        }
        boolean ofThisTerm = reached > 0 && log.get((int) reached - 1) == state.term();
        require(
                ofThisTerm && reached > state.commit(),
                "a quorum has an entry of this term that was not committed yet");
        state = state.withCommit(reached);
    }

    private Set<String> reaching(long index) {
        Set<String> reaching = new HashSet<>();
        matchIndex.forEach((server, match) -> {
            if (match >= index) {
                reaching.add(server);
            }
        });
        return reaching;
    }

    private boolean isQuorum(Set<String> some) {
        return some.size() * 2 > voters.size();
    }

    void send(TraceMessage message) {
        require(message.term() == state.term(), "a node speaks in its term");
        require(TraceSpecification.maySend(state.role(), message.type()), "its role sends this");
        boolean toItself = message.to().equals(id);
        if (message.type().isAnswer() && !toItself) {
            require(
                    owedAnswers.remove(message.essence()),
                    "a node answers as it was asked, not otherwise than " + owedAnswers);
            return; // It has been pending since the question came.
        }
        require(message.equals(expected(message, toItself)), "the message is " + expected(message, toItself));
        int from = (int) message.index();
        List<Long> terms = message.type() == TraceMessage.Type.APP
                ? List.copyOf(log.subList(from, from + message.entries()))
                : List.of();
        pending.add(new Pending(message, terms));
    }

    /** What the message has to be, given whom it is for and which entries it has. */
    private TraceMessage expected(TraceMessage sent, boolean toItself) {
        String to = sent.to();
        return switch (sent.type()) {
            case VOTE ->
                new TraceMessage(TraceMessage.Type.VOTE, term(), id, to, 0, lastTerm(), log.size(), 0, false, 0);
            case VOTE_RESP -> TraceMessage.ownVote(id, term());
            case APP_RESP -> TraceMessage.ownEntries(id, term(), log.size());
            case HEARTBEAT -> {
                long commit = Math.min(state.commit(), matchIndex.getOrDefault(to, 0L));
                yield new TraceMessage(TraceMessage.Type.HEARTBEAT, term(), id, to, 0, 0, 0, commit, false, 0);
            }
            case APP -> {
                long last = sent.index() + sent.entries();
                require(
                        !toItself && sent.index() >= matchIndex.getOrDefault(to, 0L) && last <= log.size(),
                        "what is sent follows what is known to match");
                long commit = Math.min(state.commit(), last);
                yield new TraceMessage(
                        TraceMessage.Type.APP,
                        term(),
                        id,
                        to,
                        sent.entries(),
                        termAt(sent.index()),
                        sent.index(),
                        commit,
                        false,
                        0);
            }
            case HEARTBEAT_RESP -> throw new AssertionError("a heartbeat is answered to another");
        };
    }

    void receive(TraceMessage message, List<Long> entryTerms) {
        State before = state;
        becomesFollower = false;
        if (message.term() > state.term()) {
            state = new State(message.term(), State.NOBODY, state.commit(), Role.FOLLOWER, state.log());
            becomesFollower = true;
        }
        switch (message.type()) {
            case VOTE -> receiveVoteRequest(message);
            case VOTE_RESP -> receiveVote(message);
            case APP, HEARTBEAT -> receiveEntries(message, entryTerms);
            case APP_RESP, HEARTBEAT_RESP -> receiveAcknowledgement(message);
        }
        if (before.role() == Role.CANDIDATE && state.role() == Role.FOLLOWER) {
            becomesFollower = true;
        }
    }

    private void receiveVoteRequest(TraceMessage request) {
        boolean upToDate =
                request.logTerm() > lastTerm() || (request.logTerm() == lastTerm() && request.index() >= log.size());
        boolean free = state.vote().equals(State.NOBODY) || state.vote().equals(request.from());
        boolean grants = request.term() == term() && upToDate && free;
        if (grants) {
            state = state.withVote(request.from());
        }
        answer(new TraceMessage(TraceMessage.Type.VOTE_RESP, term(), id, request.from(), 0, 0, 0, 0, !grants, 0));
    }

    private void receiveVote(TraceMessage vote) {
        if (vote.term() == term()) {
            responded.add(vote.from());
            if (!vote.reject()) {
                granted.add(vote.from());
            }
        }
    }

    private void receiveEntries(TraceMessage request, List<Long> entryTerms) {
        if (request.term() < term()) {
            answer(refusal(request));
            return;
        }
        require(state.role() != Role.LEADER, "a term has one leader");
        state = state.as(Role.FOLLOWER);
        if (request.type() == TraceMessage.Type.HEARTBEAT) {
            // The specification lets a heartbeat raise a commit index, but not be the first to do so.
            state = state.withCommit(state.commit() >= 1 ? Math.max(state.commit(), request.commit()) : 0);
            answer(new TraceMessage(
                    TraceMessage.Type.HEARTBEAT_RESP, term(), id, request.from(), 0, 0, 0, 0, false, 0));
            return;
        }
        boolean matches = request.index() <= log.size() && termAt(request.index()) == request.logTerm();
        if (!matches) {
            answer(refusal(request));
        } else if (request.index() < state.commit()) {
            // It has all of what is committed; the specification takes nothing else from such a request.
            answer(acceptance(request, state.commit()));
        } else {
            append((int) request.index(), entryTerms);
            long last = request.index() + request.entries();
            state = state.withLog(log.size()).withCommit(Math.max(state.commit(), Math.min(request.commit(), last)));
            answer(acceptance(request, last));
        }
    }

    private void append(int after, List<Long> entryTerms) {
        for (int i = 0; i < entryTerms.size(); i++) {
            int at = after + i;
            if (at < log.size() && !log.get(at).equals(entryTerms.get(i))) {
                log = new ArrayList<>(log.subList(0, at));
            }
            if (at == log.size()) {
                log.add(entryTerms.get(i));
            }
        }
    }

    private TraceMessage acceptance(TraceMessage request, long match) {
        return new TraceMessage(TraceMessage.Type.APP_RESP, term(), id, request.from(), 0, 0, match, 0, false, 0);
    }

    private TraceMessage refusal(TraceMessage request) {
        return new TraceMessage(TraceMessage.Type.APP_RESP, term(), id, request.from(), 0, 0, 0, 0, true, 0);
    }

    private void receiveAcknowledgement(TraceMessage reply) {
        if (reply.term() == term() && !reply.reject()) {
            matchIndex.merge(reply.from(), reply.index(), Math::max);
        }
    }

    private void answer(TraceMessage answer) {
        pending.add(new Pending(answer, List.of()));
        owedAnswers.add(answer);
    }

    private long lastTerm() {
        return termAt(log.size());
    }

    private long termAt(long index) {
        return index == 0 ? 0 : log.get((int) index - 1);
    }

    private static void require(boolean holds, String rule) {
        TraceSpecification.require(holds, rule);
    }
}
