package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.testkit.TraceEvent.State;

/** The trace of a run, and that what reads it would notice if it were wrong. */
class ProtocolTraceTest {
    private static final int COUNT = 400;
    private static final List<TraceEvent> TRACE = ProtocolTraceRun.events(1, COUNT, Sabotage.NONE);

    @Test
    void tellsOfAnElectionReplicationACrashAndARestartUnderEverySeed() {
        for (long seed = 1; seed <= 40; seed++) {
            List<TraceEvent> trace = ProtocolTraceRun.events(seed, COUNT, Sabotage.NONE);

            TraceSpecification.follow(trace);

            Set<String> names = trace.stream().map(TraceEvent::name).collect(Collectors.toSet());
            assertTrue(
                    names.containsAll(Set.of(
                            "InitState",
                            "BecomeCandidate",
                            "BecomeFollower",
                            "BecomeLeader",
                            "Replicate",
                            "Commit",
                            "Ready",
                            "SendRequestVoteRequest",
                            "ReceiveRequestVoteRequest",
                            "SendRequestVoteResponse",
                            "ReceiveRequestVoteResponse",
                            "SendAppendEntriesRequest",
                            "ReceiveAppendEntriesRequest",
                            "SendAppendEntriesResponse",
                            "ReceiveAppendEntriesResponse")),
                    "seed " + seed + " tells only of " + names);
            assertEquals(COUNT, trace.size());
            assertEquals(4, count(trace, event -> event.name().equals("InitState")), "seed " + seed);
        }
    }

    @Test
    void isTheSameEachTime() {
        assertEquals(TRACE, ProtocolTraceRun.events(1, COUNT, Sabotage.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {ProtocolTraceRun.MIN_EVENTS, ProtocolTraceRun.MAX_EVENTS})
    void holdsAllOfItInFewEventsAndInMany(int count) {
        for (long seed = 1; seed <= 10; seed++) {
            List<TraceEvent> trace = ProtocolTraceRun.events(seed, count, Sabotage.NONE);

            TraceSpecification.follow(trace);

            assertEquals(count, trace.size());
            assertEquals(4, count(trace, event -> event.name().equals("InitState")), "seed " + seed);
        }
    }

    @Test
    void writesTheLinesOfTheFormat() {
        TraceEvent begins = new TraceEvent(
                "BecomeCandidate",
                "1",
                new State(2, "1", 0, TraceEvent.Role.CANDIDATE, 0),
                List.of("1", "2", "3"),
                Optional.empty());
        TraceEvent sends = new TraceEvent(
                "SendAppendEntriesRequest",
                "2",
                new State(3, "0", 4, TraceEvent.Role.LEADER, 5),
                List.of("1", "2", "3"),
                Optional.of(new TraceMessage(TraceMessage.Type.APP, 3, "2", "1", 1, 2, 4, 4, false, 0)));

        assertEquals(
                "{\"tag\":\"trace\",\"ts\":1,\"event\":{\"name\":\"BecomeCandidate\",\"nid\":\"1\",\"state\":{\"term\":2,"
                        + "\"vote\":\"1\",\"commit\":0},\"role\":\"StateCandidate\",\"log\":0,\"conf\":[[\"1\",\"2\",\"3\"],[]]}}",
                begins.json(1));
        assertEquals(
                "{\"tag\":\"trace\",\"ts\":2,\"event\":{\"name\":\"SendAppendEntriesRequest\",\"nid\":\"2\",\"state\":"
                        + "{\"term\":3,\"vote\":\"0\",\"commit\":4},\"role\":\"StateLeader\",\"log\":5,\"conf\":[[\"1\",\"2\","
                        + "\"3\"],[]],\"msg\":{\"type\":\"MsgApp\",\"term\":3,\"from\":\"2\",\"to\":\"1\",\"entries\":1,"
                        + "\"logTerm\":2,\"index\":4,\"commit\":4,\"vote\":\"0\",\"reject\":false,\"rejectHint\":0}}}",
                sends.json(2));
    }

    @Test
    void refusesAMessageThatArrivesBeforeItsSenderIsReady() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        int asked = first(trace, event -> event.name().equals("SendRequestVoteRequest"));
        int ready = firstFrom(
                asked,
                trace,
                event -> event.name().equals("Ready")
                        && event.node().equals(trace.get(asked).node()));
        trace.remove(ready);

        assertRefused(trace, "its sender was ready");
    }

    @Test
    void refusesAnAcknowledgementThatCountsBeforeItIsDurable() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        int counted = first(
                trace,
                event -> event.name().equals("ReceiveAppendEntriesResponse")
                        && !event.message().orElseThrow().from().equals(event.node()));
        TraceMessage acknowledgement = trace.get(counted).message().orElseThrow();
        for (int i = counted; i >= 0; i--) { // From when it was sent on its sender is not ready.
            TraceEvent event = trace.get(i);
            if (event.name().equals("SendAppendEntriesResponse")
                    && event.message().equals(Optional.of(acknowledgement))) {
                break;
            } else if (event.name().equals("Ready") && event.node().equals(acknowledgement.from())) {
                trace.remove(i);
            }
        }

        assertRefused(trace, "its sender was ready");
    }

    @Test
    void refusesAMessageThatNobodySent() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        int received = first(trace, event -> event.name().equals("ReceiveAppendEntriesRequest"));

        trace.add(received, trace.get(received));

        assertThrows(AssertionError.class, () -> TraceSpecification.follow(trace));
    }

    @Test
    void refusesALeaderWithoutAQuorum() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        trace.removeIf(event -> event.name().equals("ReceiveRequestVoteResponse")
                && !event.message().orElseThrow().from().equals(event.node()));

        assertRefused(trace, "the votes of a quorum");
    }

    @Test
    void refusesACommitWithoutAQuorum() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        trace.removeIf(event -> event.name().equals("ReceiveAppendEntriesResponse")
                && !event.message().orElseThrow().from().equals(event.node()));

        assertRefused(trace, "a quorum has an entry of this term");
    }

    @Test
    void refusesARestartThatHasForgottenItsVote() {
        List<TraceEvent> trace = new ArrayList<>(TRACE);
        int restart = IntStream.range(3, trace.size())
                .filter(i -> trace.get(i).name().equals("InitState"))
                .findFirst()
                .orElseThrow();
        TraceEvent event = trace.get(restart);
        State state = event.state();
        String otherVote = state.vote().equals("1") ? "2" : "1";
        trace.set(
                restart,
                new TraceEvent(event.name(), event.node(), state.withVote(otherVote), event.voters(), event.message()));

        assertRefused(trace, "the state of the node is");
    }

    private static void assertRefused(List<TraceEvent> trace, String rule) {
        AssertionError refused = assertThrows(AssertionError.class, () -> TraceSpecification.follow(trace));
        assertTrue(String.valueOf(refused.getMessage()).contains(rule), refused::getMessage);
    }

    private static long count(List<TraceEvent> trace, Predicate<TraceEvent> kind) {
        return trace.stream().filter(kind).count();
    }

    private static int first(List<TraceEvent> trace, Predicate<TraceEvent> kind) {
        return firstFrom(0, trace, kind);
    }

    private static int firstFrom(int index, List<TraceEvent> trace, Predicate<TraceEvent> kind) {
        return IntStream.range(index, trace.size())
                .filter(i -> kind.test(trace.get(i)))
                .findFirst()
                .orElseThrow();
    }
}
