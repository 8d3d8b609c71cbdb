package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.batch;
import static org.uitto.core.Logs.entries;
import static org.uitto.core.Logs.log;
import static org.uitto.core.Logs.termsOf;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.candidate;
import static org.uitto.core.SoloNode.following;
import static org.uitto.core.SoloNode.preCandidate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.AppendOutcome;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.Transition.ElectionTimer;
import org.uitto.core.Transition.Outbound;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;

/** The receiver of AppendEntries (paper Figure 2), line by line; scenarios C. */
class FollowerRulesTest {
    private static AppendEntries append(LogPosition prev, List<EntryBatch> batches, long commitIndex) {
        return new AppendEntries(5, B, prev, batches, commitIndex);
    }

    private static AppendOutcome outcome(Transition transition) {
        return ((AppendEntriesReply) SoloNode.saidTo(B, transition).get(0)).outcome();
    }

    @Test
    @DisplayName("Figure 2, AppendEntries 2: refuses if it lacks the entry before")
    void refusesIfItLacksTheEntryBefore() {
        SoloNode node = following(B, 5, log(1, 1, 4));

        Transition missing = node.on(append(at(4, 4), entries(5, 5), 0));
        Transition different = node.on(append(at(5, 3), entries(4, 5), 0));

        assertInstanceOf(Conflict.class, outcome(missing));
        assertInstanceOf(Conflict.class, outcome(different));
        assertEquals(List.of(), missing.writes());
        assertEquals(List.of(1L, 1L, 4L), termsOf(node.log));
        assertEquals(ElectionTimer.RESTART, missing.timer(), "a leader that is refused is a leader");
    }

    @Test
    @DisplayName("Figure 2, AppendEntries 3: a conflicting entry goes, and all that follow it")
    void aConflictingEntryGoesAndAllThatFollowIt() {
        SoloNode node = following(B, 5, log(1, 1, 2, 2, 2));

        Transition appended = node.on(append(at(1, 1), entries(2, 1, 3), 0));

        assertEquals(List.of(new EntriesAppended(at(1, 2), entries(3, 3))), appended.writes());
        assertEquals(List.of(1L, 1L, 3L), termsOf(node.log));
        assertEquals(new Matched(3), outcome(appended));
    }

    @Test
    @DisplayName("Figure 2, AppendEntries 4: appends what it does not have, and only that")
    void appendsWhatItDoesNotHave() {
        SoloNode node = following(B, 5, log(1, 1, 4));

        Transition appended = node.on(append(at(1, 2), List.of(batch(4, 3, 3), batch(5, 6, 2)), 0));

        EntriesAppended write = (EntriesAppended) appended.writes().get(0);
        assertEquals(at(4, 3), write.prev());
        assertEquals(
                List.of(at(4, 4), at(5, 6)),
                write.batches().stream().map(EntryBatch::first).toList());
        assertEquals(List.of(1L, 1L, 4L, 4L, 4L, 5L, 5L), termsOf(node.log));
        assertEquals(new Matched(7), outcome(appended));
    }

    @ParameterizedTest
    @DisplayName("Figure 2, AppendEntries 5: commits up to the leader's commit, at most to the last new entry")
    @CsvSource({"0,0", "2,2", "3,3", "9,3"})
    void commitsAtMostToTheLastNewEntry(long leaderCommit, long expected) {
        SoloNode node = following(B, 5, log(1, 1, 1, 1, 1));

        node.on(append(at(1, 2), entries(3, 1), leaderCommit));

        assertEquals(expected, node.state.commitIndex());
    }

    @Test
    @DisplayName("C3 a request without entries proves only what came before it")
    void aRequestWithoutEntriesProvesOnlyItsPrev() {
        SoloNode node = following(B, 5, log(1, 1, 4, 4));

        Transition answer = node.on(append(at(1, 2), List.of(), 4));

        assertEquals(new Matched(2), outcome(answer));
        assertEquals(2, node.state.commitIndex());
        assertEquals(4, node.log.last().index(), "and cuts nothing");
    }

    @Test
    @DisplayName("C4 every acknowledgement waits for the disk, also of what was there before")
    void everyAcknowledgementWaitsForTheDisk() {
        SoloNode node = following(B, 5, log(1));

        for (AppendEntries request : List.of(
                append(at(1, 1), entries(2, 5), 0),
                append(at(1, 1), entries(2, 5), 0),
                append(at(5, 2), List.of(), 0),
                append(LogPosition.ZERO, List.of(), 0))) {
            Transition answer = node.on(request);

            assertEquals(List.of(), answer.sendNow());
            assertEquals(
                    List.of(new Outbound(B, new AppendEntriesReply(5, A, new Matched(request.lastIndex())))),
                    answer.sendOnceDurable());
        }
    }

    @Test
    @DisplayName("C7 a late, shorter request cuts nothing")
    void aLateShorterRequestCutsNothing() {
        SoloNode node = following(B, 5, log(1, 1, 5, 5, 5));

        Transition late = node.on(append(at(1, 1), List.of(batch(1, 2, 1), batch(5, 3, 1)), 1));

        assertEquals(List.of(), late.writes());
        assertEquals(new Matched(3), outcome(late));
        assertEquals(5, node.log.last().index());
    }

    @Test
    @DisplayName("C11 the commit index never goes back")
    void theCommitIndexNeverGoesBack() {
        SoloNode node = following(B, 5, log(1, 1, 1, 1));
        node.on(append(at(1, 4), List.of(), 4));

        node.on(append(at(1, 1), entries(2, 1), 9));
        assertEquals(4, node.state.commitIndex());
        node.on(append(at(1, 4), List.of(), 1));
        assertEquals(4, node.state.commitIndex());
        node.on(new Heartbeat(5, B, 2, 0, false));
        assertEquals(4, node.state.commitIndex());
    }

    @ParameterizedTest
    @DisplayName("C15 the hint is the last position that may still be in common")
    @CsvSource({
        // own log, prev term, prev index, hint term, hint index
        "1 1 4 4 4,   4,7,  4,5",
        "1 1 4 4 4,   3,5,  1,2",
        "1 1 4 4 4,   6,5,  4,5",
        "4 4 4,       2,3,  0,0",
        "1 2 3,       2,3,  2,2",
        "1 2 3,       9,9,  3,3"
    })
    void theHintIsTheLastPositionThatMayBeInCommon(
            String own, long prevTerm, long prevIndex, long hintTerm, long hintIndex) {
        long[] terms = Arrays.stream(own.split(" ")).mapToLong(Long::parseLong).toArray();
        SoloNode node = following(B, 10, log(terms));

        Transition answer = node.on(new AppendEntries(10, B, at(prevTerm, prevIndex), List.of(), 0));

        assertEquals(new Conflict(prevIndex, at(hintTerm, hintIndex)), outcome(answer));
    }

    @Test
    @DisplayName("C15 an empty log refuses with nothing in common")
    void anEmptyLogRefusesWithNothingInCommon() {
        SoloNode node = following(B, 5, log());

        assertEquals(new Conflict(7, LogPosition.ZERO), outcome(node.on(append(at(4, 7), entries(8, 5), 7))));
        assertEquals(0, node.state.commitIndex());
    }

    @Test
    @DisplayName("D17 a request from the beginning of the log is compared, not appended blindly")
    void aRequestFromTheBeginningIsCompared() {
        SoloNode node = following(B, 5, log(1, 1, 2));

        Transition same = node.on(append(LogPosition.ZERO, entries(1, 1, 1), 0));
        assertEquals(List.of(), same.writes());

        Transition longer = node.on(append(LogPosition.ZERO, entries(1, 1, 1, 3), 0));
        assertEquals(List.of(new EntriesAppended(at(1, 2), entries(3, 3))), longer.writes());
    }

    @Test
    void aHeartbeatCommitsAtMostWhatTheLogHasAndIsAnsweredAtOnce() {
        SoloNode node = following(B, 5, log(1, 1));

        Transition heard = node.on(new Heartbeat(5, B, 9, 3, true));

        assertEquals(2, node.state.commitIndex());
        assertEquals(List.of(new Outbound(B, new HeartbeatReply(5, A, 3, true))), heard.sendNow());
        assertEquals(ElectionTimer.RESTART, heard.timer());
        assertEquals(List.of(), heard.writes());
    }

    static List<SoloNode> rolesThatSubmit() {
        return List.of(preCandidate(5, THREE, log(1)), candidate(5, THREE, log(1)));
    }

    @ParameterizedTest
    @MethodSource("rolesThatSubmit")
    void whoeverIsNoLeaderFollowsTheLeaderOfItsTerm(SoloNode node) {
        Transition appended = node.on(append(at(1, 1), entries(2, 5), 1));

        assertInstanceOf(Follower.class, node.state);
        assertEquals(Optional.of(B), node.state.leader());
        assertEquals(new Matched(2), outcome(appended));
        assertEquals(List.of(1L, 5L), termsOf(node.log));
        assertEquals(1, node.state.commitIndex());
    }

    @Test
    @DisplayName("A4 a refused request of the same term makes a candidate a follower too")
    void aRefusedRequestOfTheSameTermMakesACandidateAFollower() {
        SoloNode node = candidate(5, THREE, log(1));

        Transition refused = node.on(append(at(4, 8), List.of(), 1));

        assertInstanceOf(Conflict.class, outcome(refused));
        assertEquals(Optional.of(A), node.state.current().votedFor());
        assertEquals(Optional.of(B), node.state.leader());
    }

    @Test
    void aLeaderOfALaterTermIsFollowedAtOnce() {
        SoloNode node = following(B, 3, log(1));

        Transition appended = node.on(append(at(1, 1), entries(2, 5), 2));

        assertEquals(5, node.state.term());
        assertEquals(2, node.state.commitIndex());
        assertEquals(2, appended.writes().size(), "the term, then the entries");
        assertInstanceOf(EntriesAppended.class, appended.writes().get(1));
    }

    @Test
    @DisplayName(
            "C19 a log shorter than its leader believes is refused with its end, and nothing is committed beyond it")
    void aLogShorterThanItsLeaderBelievesSaysSo() {
        SoloNode node = following(B, 5, log(1, 1));

        Transition answer = node.on(append(at(5, 6), entries(7, 5), 6));

        assertEquals(new Conflict(6, at(1, 2)), outcome(answer));
        assertEquals(0, node.state.commitIndex());
    }
}
