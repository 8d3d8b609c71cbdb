package org.uitto.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.core.KnownStorages.storageOf;
import static org.uitto.core.Logs.at;
import static org.uitto.core.Logs.configuration;
import static org.uitto.core.Logs.configured;
import static org.uitto.core.Logs.entries;
import static org.uitto.core.Logs.log;
import static org.uitto.core.SoloNode.A;
import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.C;
import static org.uitto.core.SoloNode.THREE;
import static org.uitto.core.SoloNode.saidTo;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.RoleState.Follower;
import org.uitto.core.RoleState.Newcomer;
import org.uitto.log.Configuration;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.TermAndVote;

/** A node that may have forgotten what it promised has no say, and gets it back only when that can do no harm; scenario A15. */
class NewcomerRulesTest {
    private static final StorageId NEW = new StorageId(77);

    /** Node a of three, that has lost what it had. */
    private static SoloNode newcomer(long term, LogWindow log) {
        SoloNode node = new SoloNode(
                A, THREE, log, new Newcomer(new TermAndVote(term, Optional.empty()), 0, Optional.empty(), Set.of()));
        node.storages.save(StorageRecord.begun(NEW));
        return node;
    }

    private static HelloReply known(SoloNode node, org.uitto.log.NodeId peer, StorageId known) {
        return new HelloReply(0, peer, node.storages.ownStart(), known, false);
    }

    private static boolean saysOnDisk(Transition transition, boolean admitted) {
        return transition.writes().stream()
                .anyMatch(write ->
                        write instanceof StorageSaved saved && saved.value().admitted() == admitted);
    }

    @Test
    @DisplayName("A15 a newcomer gives no vote and no pre-vote, in whatever term")
    void givesNoVote() {
        SoloNode node = newcomer(3, log());

        Transition asked = node.on(new RequestVote(4, B, at(3, 9), false));
        Transition preAsked = node.on(new RequestPreVote(4, C, at(3, 9)));

        assertEquals(List.of(new RequestVoteReply(4, A, false)), saidTo(B, asked));
        assertEquals(List.of(new RequestPreVoteReply(4, A, 4, false)), saidTo(C, preAsked));
        assertEquals(4, node.state.term());
        assertEquals(Optional.empty(), node.state.current().votedFor());
    }

    @Test
    @DisplayName("A15 a newcomer stands for no election, and asks again whether it is known")
    void standsForNoElection() {
        SoloNode node = newcomer(3, log(1, 2, 3));

        Transition timeout = node.electionTimeout();

        assertInstanceOf(Newcomer.class, node.state);
        assertEquals(List.of(new Hello(3, A, node.storages.ownStart())), saidTo(B, timeout));
        assertEquals(Transition.ElectionTimer.RESTART, timeout.timer());
    }

    @Test
    @DisplayName("A15 what a newcomer stores it does not acknowledge, and it confirms no leader")
    void acknowledgesNothing() {
        SoloNode node = newcomer(0, log());

        Transition appended = node.on(new AppendEntries(3, B, at(0, 0), entries(1, 1, 3), 0));
        Transition beaten = node.on(new Heartbeat(3, B, 0, 5, false));
        Transition asked = node.on(new Heartbeat(3, B, 0, 5, true));

        assertEquals(at(3, 2), node.log.last());
        assertEquals(List.of(new AppendEntriesReply(3, A, new Stored(2))), saidTo(B, appended));
        assertEquals(List.of(new Hello(3, A, node.storages.ownStart())), saidTo(B, beaten));
        assertEquals(List.of(), saidTo(B, asked));
        assertEquals(Optional.of(B), node.state.leader());
    }

    @Test
    @DisplayName("A15 a node that nobody has seen on another storage is admitted; one that a peer has, is not")
    void isAdmittedByAllPeersTogether() {
        SoloNode node = newcomer(0, log());

        node.on(known(node, B, NEW));
        node.on(known(node, B, NEW));
        assertInstanceOf(Newcomer.class, node.state, "c has not been asked");
        node.on(known(node, C, storageOf(A)));
        assertInstanceOf(Newcomer.class, node.state, "c has seen another");

        Transition last = node.on(known(node, C, NEW));
        assertInstanceOf(Follower.class, node.state);
        assertTrue(saysOnDisk(last, true));
    }

    @Test
    @DisplayName("A15 what was said of an earlier start admits nobody")
    void anAnswerToAnEarlierStartAdmitsNobody() {
        SoloNode node = newcomer(0, log());
        NodeStart earlier = new NodeStart(NEW, 1, 99);

        node.on(known(node, B, NEW));
        node.on(new HelloReply(0, C, earlier, NEW, false));

        assertInstanceOf(Newcomer.class, node.state);
    }

    @Test
    @DisplayName("A15 a newcomer is admitted by an entry that names its storage, once that is committed")
    void isAdmittedByACommittedEntry() {
        SoloNode node = newcomer(0, log());
        Configuration naming = configured(1).configurationAt(1).orElseThrow().with(A, NEW);
        node.on(new AppendEntries(3, B, at(0, 0), List.of(configuration(at(3, 1), naming)), 0));
        assertInstanceOf(Newcomer.class, node.state, "it may yet be replaced");
        node.on(new Heartbeat(3, B, 1, 5, true));

        Transition committed = node.on(new Heartbeat(3, B, 1, 6, true));

        assertInstanceOf(Follower.class, node.state);
        assertEquals(1, node.state.commitIndex());
        assertTrue(saysOnDisk(committed, true));
    }

    @Test
    @DisplayName("A15 a newcomer is not admitted by an entry that names another storage of its")
    void isNotAdmittedByAnEntryOfBefore() {
        SoloNode node = newcomer(0, log());

        node.on(new AppendEntries(
                3,
                B,
                at(0, 0),
                List.of(configuration(at(3, 1), configured(1).configurationAt(1).orElseThrow())),
                1));

        assertInstanceOf(Newcomer.class, node.state);
        assertEquals(1, node.state.commitIndex());
    }

    @Test
    @DisplayName("C25 a node alone in its group needs nobody to admit it")
    void aNodeAloneAdmitsItself() {
        SoloNode node =
                new SoloNode(A, List.of(A), log(), new Newcomer(TermAndVote.INITIAL, 0, Optional.empty(), Set.of()));

        Transition started = Rules.of(node.view, node.state, node.nowNanos).onStarted();

        assertInstanceOf(Follower.class, started.next());
    }

    @Test
    @DisplayName("A15 a node that a peer has seen in a later start goes on under another name, without a say")
    void aNodeThatWasSetBackHasNoSay() {
        SoloNode node = SoloNode.follower(3, configured(1, 2));
        StorageId before = node.storages.record().own();

        Transition told = node.on(new HelloReply(5, B, node.storages.ownStart(), before, true));

        assertInstanceOf(Newcomer.class, node.state);
        assertTrue(saysOnDisk(told, false));
        assertNotEquals(before, node.storages.record().own());
    }

    @Test
    @DisplayName("A15 an old copy that was put back learns from the log that another storage has taken its place")
    void anOldCopyLearnsThatItIsOld() {
        SoloNode node = SoloNode.follower(3, configured(1, 2));
        Configuration moved = configured(1).configurationAt(1).orElseThrow().with(A, NEW);

        node.on(new AppendEntries(4, B, at(2, 2), List.of(configuration(at(4, 3), moved)), 3));
        Transition told = node.on(new Heartbeat(4, B, 3, 5, true));

        assertInstanceOf(Newcomer.class, node.state);
        assertTrue(saysOnDisk(told, false));
    }

    @Test
    @DisplayName("A15 a peer remembers the first storage it has seen, and tells whoever asks")
    void aPeerRemembersTheFirstStorage() {
        SoloNode node = SoloNode.follower(3, log());
        NodeStart first = new NodeStart(storageOf(B), 1, 1);
        NodeStart second = new NodeStart(NEW, 1, 2);

        Transition greeted = node.on(new Hello(0, B, first));
        Transition again = node.on(new Hello(0, B, second));

        assertTrue(saysOnDisk(greeted, true), "and before it says so");
        assertEquals(List.of(new HelloReply(3, A, first, storageOf(B), false)), saidTo(B, greeted));
        assertEquals(List.of(new HelloReply(3, A, second, storageOf(B), false)), saidTo(B, again));
        assertFalse(saysOnDisk(again, true));
    }

    @Test
    @DisplayName("A15 a storage that the log names in the place of another is not the first")
    void aStorageInThePlaceOfAnotherIsNotTheFirst() {
        Configuration readmitted =
                configured(1).configurationAt(1).orElseThrow().with(B, NEW);
        SoloNode node = SoloNode.follower(3, configured(1));
        node.on(new AppendEntries(3, C, at(1, 1), List.of(configuration(at(3, 2), readmitted)), 1));

        Transition greeted = node.on(new Hello(0, B, new NodeStart(NEW, 1, 2)));
        Transition earlier = node.on(new Hello(0, B, new NodeStart(storageOf(B), 2, 2)));

        assertEquals(storageOf(B), ((HelloReply) saidTo(B, greeted).get(0)).known());
        assertEquals(NEW, ((HelloReply) saidTo(B, earlier).get(0)).known());
    }

    @Test
    @DisplayName("A15 a storage that is the only one that the log has ever named may be the first")
    void theOnlyStorageThatTheLogNamesMayBeTheFirst() {
        SoloNode node = SoloNode.follower(3, configured(1));

        Transition greeted = node.on(new Hello(0, B, new NodeStart(storageOf(B), 1, 2)));

        assertEquals(storageOf(B), ((HelloReply) saidTo(B, greeted).get(0)).known());
    }

    @Test
    @DisplayName("A15 nothing is confirmed to a node that was removed and has lost its disk")
    void nothingIsConfirmedToOneThatTakesNoPart() {
        Configuration without = Configuration.of(List.of(A, C));
        SoloNode node = SoloNode.follower(3, log());
        node.on(new AppendEntries(3, C, at(0, 0), List.of(configuration(at(3, 1), without)), 1));

        Transition greeted = node.on(new Hello(0, B, new NodeStart(NEW, 1, 2)));

        assertEquals(List.of(), saidTo(B, greeted));
    }

    @Test
    @DisplayName(
            "A15 one that has itself come in the place of another confirms nothing: it does not know what the other had seen")
    void oneThatIsInThePlaceOfAnotherConfirmsNothing() {
        SoloNode node = SoloNode.follower(3, log());
        node.storages.save(StorageRecord.begun(storageOf(A)).as(StorageRecord.Standing.BY_THE_LOG));

        Transition greeted = node.on(new Hello(0, B, new NodeStart(NEW, 1, 2)));

        assertEquals(List.of(), saidTo(B, greeted));
    }

    @Test
    @DisplayName("A15 a peer recognises a disk that was set back by its starts")
    void aPeerRecognisesADiskThatWasSetBack() {
        SoloNode node = SoloNode.follower(3, log());
        node.storages.started(B, storageOf(B), 4);

        Transition greeted = node.on(new Hello(0, B, new NodeStart(storageOf(B), 3, 1)));

        HelloReply reply = (HelloReply) saidTo(B, greeted).get(0);
        assertTrue(reply.forgotten());
    }
}
