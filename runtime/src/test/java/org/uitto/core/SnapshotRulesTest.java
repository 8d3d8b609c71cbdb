package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition.SnapshotFetch;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;

/** When a log is compacted, and how a follower comes to have what its leader has compacted (paper §7, Figure 13). */
class SnapshotRulesTest {
    private static StoredSnapshot at(long term, long index) {
        return new StoredSnapshot(
                new SnapshotInfo(new LogPosition(term, index), Configuration.of(SoloNode.THREE), 10, 7), 0, 4);
    }

    private static InstallSnapshot offer(long inTerm, StoredSnapshot snapshot) {
        return new InstallSnapshot(inTerm, B, snapshot.info());
    }

    private static SoloNode following(LogWindow log, long term, long commitIndex) {
        SoloNode node = SoloNode.following(B, term, log);
        node.state = new Follower(node.state.current(), commitIndex, ((Follower) node.state).contact());
        return node;
    }

    private static PeerMessage matched(long term, long index) {
        return new AppendEntriesReply(term, A, new Matched(index));
    }

    private static EntryBatch entry(long term, long index) {
        return new EntryBatch(new LogPosition(term, index), Payloads.single(EntryKind.EVENTS, new byte[] {1}));
    }

    private static PrefixCompacted upTo(long term, long index) {
        return new PrefixCompacted(at(term, index), new LogPosition(term, index));
    }

    @Test
    void fetchesTheSnapshotThatItLacks() {
        SoloNode node = following(log(1, 1), 3, 2);

        Transition transition = node.on(offer(3, at(2, 9)));

        assertEquals(Optional.of(new SnapshotFetch(at(2, 9).info(), B)), transition.fetch());
        assertEquals(List.of(), saidTo(B, transition));
        assertEquals(2, node.state.commitIndex());
    }

    /** Scenario D1. */
    @Test
    void replacesALogThatHasAnotherEntryThere() {
        SoloNode node = following(log(1, 1, 1, 1), 3, 1);

        Transition transition = node.snapshotFetched(at(2, 3));

        assertEquals(List.of(new SnapshotInstalled(at(2, 3))), transition.writes());
        assertEquals(new LogPosition(2, 3), node.log.last());
        assertEquals(new LogPosition(2, 3), node.log.base());
        assertEquals(3, node.state.commitIndex());
        assertEquals(List.of(), transition.sendNow());
        assertEquals(List.of(matched(3, 3)), saidTo(B, transition));
    }

    /** Paper Figure 13, rule 6. */
    @Test
    void keepsWhatFollowsASnapshotThatItsLogContains() {
        SoloNode node = following(log(1, 1, 2, 2, 2), 3, 1);

        node.snapshotFetched(at(2, 3));

        assertEquals(new LogPosition(2, 3), node.log.base());
        assertEquals(new LogPosition(2, 5), node.log.last());
        assertEquals(3, node.state.commitIndex());
    }

    @Test
    void fetchesNothingThatItHasAlready() {
        SoloNode node = following(log(1, 1, 2, 2), 3, 1);

        Transition transition = node.on(offer(3, at(2, 3)));

        assertEquals(Optional.empty(), transition.fetch());
        assertEquals(List.of(matched(3, 3)), saidTo(B, transition));
        assertEquals(3, node.state.commitIndex(), "what a snapshot holds is committed");
    }

    @Test
    void aFetchedSnapshotThatEntriesHaveOvertakenChangesNothing() {
        SoloNode node = following(log(1, 1, 2, 2), 3, 4);

        Transition transition = node.snapshotFetched(at(2, 3));

        assertEquals(List.of(), transition.writes());
        assertEquals(4, node.state.commitIndex());
    }

    /** Scenario D2: the configuration that was in force goes with the entry that it came from. */
    @Test
    void takesTheConfigurationFromTheSnapshotWhenItReplacesTheLog() {
        SoloNode node = following(log(1, 1), 3, 1);
        Configuration uncommitted = Configuration.of(SoloNode.FIVE);
        node.log.apply(new EntriesAppended(
                node.log.last(),
                List.of(new EntryBatch(
                        new LogPosition(1, 3), Payloads.single(EntryKind.CONFIGURATION, uncommitted.toBytes())))));
        assertEquals(uncommitted, node.view.configuration());

        node.snapshotFetched(at(2, 3));

        assertEquals(Configuration.of(THREE), node.view.configuration());
    }

    /** Scenario D19. */
    @Test
    void candidatesTakeTheOfferOfALeaderOfTheirTerm() {
        SoloNode candidate = SoloNode.candidate(3, THREE, log(1));
        SoloNode preCandidate = SoloNode.preCandidate(3, THREE, log(1));

        for (SoloNode node : List.of(candidate, preCandidate)) {
            Transition transition = node.on(offer(3, at(2, 9)));

            assertTrue(transition.fetch().isPresent());
            assertInstanceOf(Follower.class, node.state);
            assertEquals(3, node.state.term());
        }
    }

    /** Scenario D19: what was fetched before it stood for election is not lost. */
    @Test
    void aCandidateThatGetsItsSnapshotFollowsAgain() {
        SoloNode node = SoloNode.candidate(3, THREE, log(1));

        node.snapshotFetched(at(2, 9));

        assertInstanceOf(Follower.class, node.state);
        assertEquals(new TermAndVote(3, Optional.of(A)), node.state.current());
        assertEquals(new LogPosition(2, 9), node.log.last());
    }

    @Test
    void refusesTheOfferOfAnOlderTerm() {
        SoloNode node = following(log(1, 1), 3, 0);

        Transition transition = node.on(offer(2, at(1, 9)));

        assertEquals(Optional.empty(), transition.fetch());
        AppendEntriesReply reply = (AppendEntriesReply) saidTo(B, transition).get(0);
        assertEquals(3, reply.term());
        assertInstanceOf(Conflict.class, reply.outcome());
    }

    @Test
    void aLeaderInstallsNothing() {
        SoloNode node = SoloNode.leader(3, THREE, log(1));

        Transition transition = node.snapshotFetched(at(2, 9));

        assertEquals(List.of(), transition.writes());
        assertInstanceOf(Leader.class, node.state);
    }

    /** Scenario D17. */
    @Test
    void appendsNothingBlindlyBeforeItsBase() {
        SoloNode node = following(log(1, 1, 1, 1), 3, 3);
        node.log.apply(upTo(1, 3));
        AppendEntries fromTheBeginning = new AppendEntries(
                3, B, LogPosition.ZERO, List.of(entry(1, 1), entry(1, 2), entry(1, 3), entry(1, 4), entry(3, 5)), 3);

        Transition transition = node.on(fromTheBeginning);

        assertEquals(new LogPosition(3, 5), node.log.last());
        assertEquals(new LogPosition(1, 3), node.log.base());
        assertEquals(List.of(matched(3, 5)), saidTo(B, transition));
    }

    @Test
    void acceptsWhatItHasCompactedAsKnown() {
        SoloNode node = following(log(1, 1, 1, 1), 3, 3);
        node.log.apply(upTo(1, 3));

        Transition transition = node.on(new AppendEntries(3, B, new LogPosition(1, 1), List.of(entry(1, 2)), 3));

        assertEquals(List.of(), transition.writes());
        assertEquals(List.of(matched(3, 3)), saidTo(B, transition));
    }

    /** Scenario D9. */
    @Test
    void offersItsSnapshotToAFollowerThatIsBehindItsBase() {
        SoloNode node = SoloNode.leader(3, THREE, log(1, 1, 2, 2));
        node.log.apply(upTo(2, 4));
        node.assume(B, Progress.probing(2, node.nowNanos));
        node.assume(C, node.progressOf(C).matched(4));

        Transition first = node.replicate();
        Transition again = node.replicate();

        assertEquals(List.of(new InstallSnapshot(3, A, at(2, 4).info())), saidTo(B, first));
        assertEquals(List.of(), saidTo(B, again), "one at a time");
    }

    @Test
    void offersItAgainWhenNobodyAnswers() {
        SoloNode node = SoloNode.leader(3, THREE, log(1, 1, 2, 2));
        node.log.apply(upTo(2, 4));
        node.assume(B, Progress.probing(2, node.nowNanos));
        node.replicate();

        node.nowNanos += SoloNode.LIMITS.resendNanos();
        node.heartbeatTick();

        assertTrue(saidTo(B, node.replicate()).contains(new InstallSnapshot(3, A, at(2, 4).info())));
    }

    @Test
    void goesOnBehindTheSnapshotOnceItIsThere() {
        SoloNode node = SoloNode.leader(3, THREE, log(1, 1, 2, 2));
        node.log.apply(upTo(2, 4));
        node.assume(B, Progress.probing(2, node.nowNanos));
        node.replicate();

        node.on(new AppendEntriesReply(3, B, new Matched(4)));
        Transition transition = node.replicate();

        AppendEntries request = (AppendEntries) saidTo(B, transition).get(0);
        assertEquals(new LogPosition(2, 4), request.prev());
    }

    @Test
    void compactsButKeepsTheBytesThatItIsToldTo() {
        long entryBytes = log(1).lengthBytes();
        ProtocolLimits limits = new ProtocolLimits(100, 200, 50, 100_000, 2, 1_000_000, 2 * entryBytes, 0);
        SoloNode node = new SoloNode(
                A,
                THREE,
                log(1, 1, 1, 1, 1),
                new Follower(new TermAndVote(3, Optional.empty()), 4, Optional.empty()),
                limits);

        node.snapshotSaved(at(1, 4));

        assertTrue(node.log.base().index() <= 2, "two entries before the snapshot's end stay: " + node.log.base());
        assertEquals(Optional.of(at(1, 4)), node.log.snapshot());
        assertEquals(new LogPosition(1, 5), node.log.last());
    }

    @Test
    void compactsNothingThatIsNotCommitted() {
        SoloNode node = following(log(1, 1, 1), 3, 1);

        assertEquals(List.of(), node.snapshotSaved(at(1, 2)).writes());
    }

    /** Scenario D12. */
    @Test
    void anOlderSnapshotTakesNothingBack() {
        SoloNode node = following(log(1, 1, 1, 1), 3, 4);
        node.snapshotSaved(at(1, 3));

        assertEquals(List.of(), node.snapshotSaved(at(1, 2)).writes());
        assertEquals(Optional.of(at(1, 3)), node.log.snapshot());
    }
}
