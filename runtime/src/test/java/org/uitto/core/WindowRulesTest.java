package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.batch;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.LIMITS;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.leader;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.Progress.Mode;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;

/** How much a leader sends ahead, and when it sends again. */
class WindowRulesTest {
    private static final int ENTRY_BYTES = 100;

    private static Payloads entriesOf100Bytes(int count) {
        Payloads.Builder payloads = new Payloads.Builder();
        for (int i = 0; i < count; i++) {
            payloads.add(EntryKind.EVENTS, new byte[ENTRY_BYTES - 5]);
        }
        return payloads.build();
    }

    private static SoloNode leaderWith(long maxAppendBytes, int maxMessages, long maxBytes) {
        return leader(4, THREE, log(), new ProtocolLimits(100, 200, 50, maxAppendBytes, maxMessages, maxBytes, 1, 0));
    }

    private static List<AppendEntries> sentTo(NodeId peer, Transition transition) {
        return SoloNode.saidTo(peer, transition).stream()
                .map(AppendEntries.class::cast)
                .toList();
    }

    private static void acknowledge(SoloNode node, NodeId peer, long index) {
        node.on(new AppendEntriesReply(4, peer, new Matched(index)));
    }

    private static long bytesOf(AppendEntries request) {
        return request.batches().stream().mapToLong(EntryBatch::lengthBytes).sum();
    }

    @Test
    void probesWithOneMessageAtATime() {
        SoloNode node = leaderWith(1_000, 9, 1_000_000);
        node.propose(entriesOf100Bytes(50));

        assertEquals(1, sentTo(B, node.replicate()).size());
        assertEquals(Mode.PROBE, node.progressOf(B).mode());
        assertEquals(List.of(), sentTo(B, node.replicate()));
    }

    @Test
    void goesOnProbingWhereItWasWhenAFollowerThatWasNeverHeardOfStartsAnew() {
        SoloNode node = leader(4, THREE, log(1, 2, 2, 3));
        long before = sentTo(B, node.replicate()).get(0).prev().index();

        node.peerRestarted(B);

        assertEquals(4, before);
        assertEquals(
                List.of(before),
                sentTo(B, node.replicate()).stream()
                        .map(request -> request.prev().index())
                        .toList());
    }

    @Test
    void sendsAheadOnceItKnowsWhereTheLogsAgree() {
        SoloNode node = leaderWith(1_000, 3, 1_000_000);
        node.propose(entriesOf100Bytes(50));
        node.replicate();

        acknowledge(node, B, 1);
        List<AppendEntries> sent = sentTo(B, node.replicate());

        assertEquals(Mode.REPLICATE, node.progressOf(B).mode());
        // The probe, which reached further than its acknowledgement says, is still under way.
        assertEquals(
                List.of(1L, 11L),
                sent.stream().map(request -> request.prev().index()).toList());
        assertEquals(List.of(), sentTo(B, node.replicate()));
    }

    @Test
    void oneMessageLeavesTheWindowAndOneEnters() {
        SoloNode node = leaderWith(1_000, 2, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(50));
        assertEquals(2, sentTo(B, node.replicate()).size());

        acknowledge(node, B, 11);
        List<AppendEntries> next = sentTo(B, node.replicate());

        assertEquals(1, next.size());
        assertEquals(21, next.get(0).prev().index());
        assertEquals(List.of(), sentTo(C, node.replicate()), "another follower's window is its own");
    }

    @Test
    void whatGathersWhileTheWindowIsFullLeavesTogether() {
        SoloNode node = leaderWith(100_000, 1, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(1));
        node.replicate();
        for (int i = 0; i < 20; i++) {
            node.propose(entriesOf100Bytes(1));
            assertEquals(List.of(), sentTo(B, node.replicate()));
        }

        acknowledge(node, B, 2);

        List<AppendEntries> gathered = sentTo(B, node.replicate());
        assertEquals(1, gathered.size());
        assertEquals(22, gathered.get(0).lastIndex());
    }

    @Test
    void theWindowIsBoundedInBytes() {
        SoloNode node = leaderWith(1_000, 100, 2_500);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(100));

        long sentBytes = sentTo(B, node.replicate()).stream()
                .mapToLong(WindowRulesTest::bytesOf)
                .sum();

        assertEquals(3_000, sentBytes, "the message that reaches the bound is the last");
    }

    @Test
    void oneMessageCarriesNoMoreThanItsBound() {
        SoloNode node = leaderWith(1_050, 100, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(25));

        assertEquals(
                List.of(1_000L, 1_000L, 500L),
                sentTo(B, node.replicate()).stream()
                        .map(WindowRulesTest::bytesOf)
                        .toList());
    }

    @Test
    void anEntryLargerThanTheBoundTravelsAlone() {
        SoloNode node = leaderWith(150, 100, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(1));
        node.propose(Payloads.single(EntryKind.EVENTS, new byte[10_000]));
        node.propose(entriesOf100Bytes(1));

        assertEquals(
                List.of(2L, 3L, 4L),
                sentTo(B, node.replicate()).stream()
                        .map(AppendEntries::lastIndex)
                        .toList());
    }

    @Test
    void sendsAgainFromWhatIsProvenWhenAnAnswerIsOverdue() {
        SoloNode node = leaderWith(1_000, 2, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(50));
        node.replicate();

        node.nowNanos += LIMITS.resendNanos() - 1;
        node.heartbeatTick();
        assertEquals(List.of(), sentTo(B, node.replicate()));

        node.nowNanos += 1;
        node.heartbeatTick();
        List<AppendEntries> again = sentTo(B, node.replicate());

        assertEquals(1, again.size(), "one at a time until it answers");
        assertEquals(1, again.get(0).prev().index());
    }

    @Test
    void aProbeIsSentAgainAsItWas() {
        SoloNode node = leaderWith(1_000, 2, 1_000_000);
        List<AppendEntries> probe = sentTo(B, node.replicate());

        node.nowNanos += LIMITS.resendNanos();
        node.heartbeatTick();

        assertEquals(probe, sentTo(B, node.replicate()));
    }

    @Test
    @DisplayName("a lost message is found by the refusal of the next one")
    void aLostMessageIsFoundByTheRefusalOfTheNext() {
        SoloNode node = leaderWith(1_000, 3, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(entriesOf100Bytes(30));
        node.replicate();

        node.on(new AppendEntriesReply(4, B, new Conflict(11, new LogPosition(4, 1))));
        node.on(new AppendEntriesReply(4, B, new Conflict(21, new LogPosition(4, 1))));

        assertEquals(2, node.progressOf(B).nextIndex());
        assertEquals(1, sentTo(B, node.replicate()).size());
        acknowledge(node, B, 11);
        assertEquals(2, sentTo(B, node.replicate()).size());
    }

    @Test
    void whatIsUnderWayIsForgottenAsItIsAnswered() {
        SoloNode node = leaderWith(1_000, 3, 1_000_000);
        node.replicate();
        acknowledge(node, B, 1);
        node.propose(batch(4, 2, 1).payloads());
        node.replicate();
        node.persisted(); // Else it would give up leading: its disk hangs.
        acknowledge(node, B, 2);

        node.nowNanos += 10 * LIMITS.resendNanos();
        node.on(new PeerMessage.HeartbeatReply(4, C, 0, false));
        node.heartbeatTick();

        assertEquals(Mode.REPLICATE, node.progressOf(B).mode());
        assertTrue(node.progressOf(B).inFlight().isEmpty());
    }
}
