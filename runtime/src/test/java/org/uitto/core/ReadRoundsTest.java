package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.D;
import static org.uitto.core.SoloNode.E;
import static org.uitto.core.SoloNode.FIVE;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.leader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
import org.uitto.log.NodeId;

/** Reads (thesis §6.4); scenarios F. */
class ReadRoundsTest {
    /** A leader of term 4 whose no-op is committed. */
    private static SoloNode serving(List<NodeId> voters) {
        SoloNode node = leader(4, voters, log(1));
        node.persisted();
        voters.stream()
                .filter(voter -> !voter.equals(A))
                .forEach(voter -> node.on(new AppendEntriesReply(4, voter, new Matched(2))));
        assertEquals(2, node.state.commitIndex());
        return node;
    }

    private static List<Long> answered(SoloNode node, NodeId peer, long round) {
        return node.on(new HeartbeatReply(4, peer, round, true)).readsReady();
    }

    @Test
    void aReadStartsARoundAndIsReadyWhenAQuorumHasAnsweredIt() {
        SoloNode node = serving(FIVE);

        Transition asked = node.readRequest(1);
        assertEquals(List.of(), asked.readsReady());
        assertEquals(List.of(new Heartbeat(4, A, 2, 1, true)), SoloNode.saidTo(E, asked));

        assertEquals(List.of(), answered(node, B, 1), "F7 two of five are no quorum");
        assertEquals(List.of(), answered(node, B, 1), "nor is one that answers twice");
        assertEquals(List.of(1L), answered(node, C, 1));
        assertEquals(List.of(), answered(node, D, 1));
    }

    @Test
    @DisplayName("F4 F5 a read by lease needs no round for a while after one was sent that a quorum has answered")
    void aReadByLeaseNeedsNoRoundForAWhile() {
        SoloNode node = serving(FIVE);
        assertEquals(List.of(), node.leaseReadRequest(1).readsReady(), "nobody has answered yet");
        node.nowNanos += 20; // From when it was sent, not from when it was answered.
        answered(node, B, 1);
        assertEquals(List.of(1L), answered(node, C, 1));

        node.nowNanos += 69;
        Transition held = node.leaseReadRequest(2);
        assertEquals(List.of(2L), held.readsReady());
        assertEquals(List.of(), held.sendNow());
        assertEquals(List.of(), node.readRequest(3).readsReady(), "one that does not trust clocks waits for a round");
        node.nowNanos += 1;
        assertEquals(List.of(), node.leaseReadRequest(4).readsReady(), "the lease is over");

        answered(node, D, 2);
        assertEquals(List.of(3L), answered(node, E, 2));
        answered(node, D, 3);
        assertEquals(List.of(4L), answered(node, E, 3), "its own round");
        assertEquals(List.of(5L), node.leaseReadRequest(5).readsReady());
    }

    @Test
    @DisplayName("F4 once it has begun to hand over there is no lease in that term, whatever comes of it")
    void handingOverEndsLeases() {
        SoloNode node = serving(THREE);
        node.leaseReadRequest(1);
        assertEquals(List.of(1L), answered(node, B, 1));
        assertEquals(List.of(2L), node.leaseReadRequest(2).readsReady());

        node.transferTo(B);

        assertEquals(List.of(), node.leaseReadRequest(3).readsReady());
        assertEquals(List.of(3L), answered(node, B, 2));
        assertEquals(List.of(), node.leaseReadRequest(4).readsReady());
    }

    @Test
    @DisplayName("F1 no read is ready before an entry of this term is committed")
    void noReadIsReadyBeforeAnEntryOfThisTermIsCommitted() {
        SoloNode node = leader(4, THREE, log(1));
        node.persisted();
        node.readRequest(1);

        assertEquals(List.of(), answered(node, B, 1));
        assertEquals(List.of(), answered(node, C, 1));

        Transition committed = node.on(new AppendEntriesReply(4, B, new Matched(2)));
        assertEquals(2, committed.next().commitIndex());
        assertEquals(List.of(1L), committed.readsReady());
    }

    @Test
    @DisplayName("F2 what was confirmed before the commit is ready with the state after it, not before")
    void earlierTermsThatAreCommittedServeNoRead() {
        SoloNode node = leader(4, THREE, log(1, 1, 1));
        node.on(new AppendEntriesReply(4, B, new Matched(3)));
        node.on(new AppendEntriesReply(4, C, new Matched(3)));
        node.readRequest(1);

        assertEquals(List.of(), answered(node, B, 1));
    }

    @Test
    void aRoundThatBeganBeforeTheReadDoesNotConfirmIt() {
        SoloNode node = serving(THREE);
        node.readRequest(1);

        Transition second = node.readRequest(2);
        assertEquals(List.of(), second.sendNow(), "one round at a time");
        Transition first = node.on(new HeartbeatReply(4, B, 1, true));

        assertEquals(List.of(1L), first.readsReady());
        assertEquals(List.of(new Heartbeat(4, A, 2, 2, true)), SoloNode.saidTo(C, first));
        assertEquals(List.of(), answered(node, C, 1));
        assertEquals(List.of(2L), answered(node, C, 2));
    }

    @Test
    void readsThatComeDuringARoundShareTheNext() {
        SoloNode node = serving(THREE);
        node.readRequest(1);
        for (long ticket = 2; ticket <= 5; ticket++) {
            node.readRequest(ticket);
        }

        answered(node, B, 1);
        assertEquals(List.of(2L, 3L, 4L, 5L), answered(node, B, 2));
        assertEquals(2, node.reads().started());
        assertEquals(List.of(), node.reads().waiting());
    }

    @Test
    void aLostRoundIsRepeatedByTheNextHeartbeat() {
        SoloNode node = serving(THREE);
        node.readRequest(1);

        Transition tick = node.heartbeatTick();

        assertEquals(List.of(new Heartbeat(4, A, 2, 1, false)), SoloNode.saidTo(B, tick));
        assertEquals(List.of(1L), answered(node, B, 1));
    }

    @Test
    @DisplayName("F8 whoever is no voter confirms nothing, nor does an earlier term")
    void whoeverIsNoVoterConfirmsNothing() {
        SoloNode node = serving(THREE);
        node.readRequest(1);

        assertEquals(List.of(), answered(node, new NodeId("stranger"), 1));
        assertEquals(List.of(), node.on(new HeartbeatReply(3, B, 1, true)).readsReady());
        assertEquals(
                List.of(),
                node.on(new AppendEntriesReply(4, B, new Matched(2))).readsReady(),
                "an acknowledgement may be older than the read");
    }

    @Test
    void anEndedLeadershipMakesNoReadReady() {
        SoloNode node = serving(THREE);
        node.readRequest(1);

        assertEquals(List.of(), node.on(new HeartbeatReply(5, B, 1, true)).readsReady());
        assertEquals(List.of(), answered(node, C, 1));
    }

    @Test
    void aNodeAloneInItsGroupConfirmsItselfOnceItsNoOpIsCommitted() {
        SoloNode node = leader(4, List.of(A), log(1));
        assertEquals(List.of(), node.readRequest(1).readsReady());
        assertEquals(List.of(), node.readRequest(2).readsReady());

        assertEquals(List.of(1L, 2L), node.persisted().readsReady());
        assertEquals(List.of(3L), node.readRequest(3).readsReady());
        assertEquals(List.of(4L), node.readRequest(4).readsReady());
    }

    @Test
    @DisplayName("F11 every read is ready in the end, in its order, and never by answers to heartbeats sent before it")
    void everyReadIsReadyAndNeverTooEarly() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SoloNode node = serving(FIVE);
            Map<Long, Long> firstRoundAfter = new HashMap<>();
            List<Long> ready = new ArrayList<>();
            long reads = 0;
            for (int step = 0; step < 100; step++) {
                long startedBefore = node.reads().started();
                if (random.nextInt(3) == 0) {
                    reads++;
                    firstRoundAfter.put(reads, startedBefore + 1);
                    ready.addAll(node.readRequest(reads).readsReady());
                } else {
                    long round = random.nextLong(startedBefore + 1);
                    ready.addAll(answered(node, FIVE.get(1 + random.nextInt(4)), round));
                }
                long confirmed = node.reads().confirmed();
                assertTrue(confirmed <= node.reads().started());
                for (long ticket : ready) {
                    assertTrue(firstRoundAfter.getOrDefault(ticket, Long.MAX_VALUE) <= confirmed, "seed " + seed);
                }
            }
            while (!node.reads().waiting().isEmpty()) {
                ready.addAll(answered(node, B, node.reads().started()));
                ready.addAll(answered(node, C, node.reads().started()));
            }
            List<Long> all = new ArrayList<>();
            for (long ticket = 1; ticket <= reads; ticket++) {
                all.add(ticket);
            }
            assertEquals(all, ready, "seed " + seed);
        }
    }

    @Test
    @DisplayName("F8 E10 learners confirm nothing, and while two majorities decide both confirm")
    void learnersConfirmNothingAndTwoMajoritiesBothDo() {
        SoloNode node = serving(THREE);
        Configuration present = node.view.configuration();
        Configuration learning = present.withLearners(Map.of(D, Member.UNKNOWN, E, Member.UNKNOWN));
        node.assumeConfiguration(learning);
        node.assume(D, Progress.probing(3, node.nowNanos));
        node.assume(E, Progress.probing(3, node.nowNanos));
        node.readRequest(1);
        assertEquals(List.of(), answered(node, D, 1));
        assertEquals(List.of(), answered(node, E, 1));
        assertEquals(List.of(1L), answered(node, B, 1));

        node.assumeConfiguration(learning.jointWith(Set.of(A, D, E)));
        node.readRequest(2);
        assertEquals(List.of(), answered(node, B, 2), "the old majority alone");
        assertEquals(List.of(2L), answered(node, D, 2));
        node.readRequest(3);
        assertEquals(List.of(), answered(node, D, 3));
        assertEquals(List.of(), answered(node, E, 3), "the new majority alone");
        assertEquals(List.of(3L), answered(node, C, 3));
    }
}
