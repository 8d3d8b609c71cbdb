package org.uitto.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.core.Quiescent;
import org.uitto.kryo.KryoCodec;
import org.uitto.kryo.KryoSerializationException;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;
import org.uitto.node.Contact;
import org.uitto.node.GroupDirectory.Groups;
import org.uitto.node.GroupDirectory.ListGroups;
import org.uitto.node.HeartbeatHub.Heartbeats;
import org.uitto.node.HeartbeatHub.QuiescentGroup;
import org.uitto.node.HeartbeatHub.QuiescentGroups;
import org.uitto.node.HeartbeatHub.QuiescentGroupsHeard;
import org.uitto.node.HeartbeatHub.StillQuiescent;
import org.uitto.role.RaftInput.PeerEnvelope;

/** What nodes say to each other as bytes. Nodes of other versions read and write these: a layout that changes needs another id. */
class WireLayoutTest {
    private static final int PEER_ENVELOPE = 110;
    private static final int HEARTBEATS = 111;
    private static final int LIST_GROUPS = 112;
    private static final int GROUPS = 113;
    private static final int QUIESCENT_GROUPS = 114;
    private static final int STILL_QUIESCENT = 115;
    private static final int QUIESCENT_GROUPS_HEARD = 116;
    private static final NodeId N1 = new NodeId("n1");
    private static final LogPosition LAST = new LogPosition(4, 300);

    private static final NodeStart START = new NodeStart(new StorageId(0x55), 7, 0x0a0b0c0d);
    private static final String START_BYTES = "5500000000000000" + "07" + "0d0c0b0a";

    /** Group "group", the start, contact "n1:7". */
    private static final String HEAD = "67726f75f0" + START_BYTES + "6e313ab7";

    private static final ActorTestKit KIT =
            ActorTestKit.create(ConfigFactory.parseString("""
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                """).withFallback(ConfigFactory.load()));

    private static LayoutCheck check;

    @BeforeAll
    static void start() {
        check = new LayoutCheck(KryoCodec.get(KIT.system()));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static PeerEnvelope envelope(PeerMessage message) {
        return new PeerEnvelope(new GroupId("group"), START, "n1:7", message);
    }

    private static EntryBatch noOp() {
        return new EntryBatch(new LogPosition(5, 301), Payloads.single(EntryKind.NO_OP, new byte[0]));
    }

    private static EntryBatch events() {
        Payloads payloads = new Payloads.Builder()
                .add(EntryKind.EVENTS, new byte[] {0x41})
                .add(EntryKind.EVENTS, new byte[] {0x42, 0x43})
                .build();
        return new EntryBatch(new LogPosition(5, 302), payloads);
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(new RequestPreVote(5, N1, LAST), "01" + "05" + "6eb1" + "04ac02"),
                Arguments.of(new RequestPreVoteReply(5, N1, 4, true), "02" + "05" + "6eb1" + "04" + "01"),
                Arguments.of(new RequestVote(5, N1, LAST, false), "03" + "05" + "6eb1" + "04ac02" + "00"),
                Arguments.of(new RequestVote(5, N1, LAST, true), "03" + "05" + "6eb1" + "04ac02" + "01"),
                Arguments.of(new TimeoutNow(5, N1), "0e" + "05" + "6eb1"),
                Arguments.of(new RequestVoteReply(5, N1, false), "04" + "05" + "6eb1" + "00"),
                Arguments.of(
                        new AppendEntries(5, N1, LAST, List.of(), 299),
                        "05" + "05" + "6eb1" + "04ac02" + "ab02" + "00"),
                Arguments.of(
                        new AppendEntries(5, N1, LAST, List.of(noOp(), events()), 299),
                        "05" + "05" + "6eb1" + "04ac02" + "ab02" + "02"
                                + "05ad02" + "01" + "05" + "0000000000"
                                + "05ae02" + "02" + "0d" + "000000010141" + "00000002014243"),
                Arguments.of(new AppendEntriesReply(5, N1, new Matched(301)), "06" + "05" + "6eb1" + "ad02"),
                Arguments.of(
                        new AppendEntriesReply(5, N1, new Conflict(300, new LogPosition(3, 200))),
                        "07" + "05" + "6eb1" + "ac02" + "03c801"),
                Arguments.of(new Heartbeat(5, N1, 2, 3, true), "08" + "05" + "6eb1" + "02" + "03" + "01"),
                Arguments.of(new AppendEntriesReply(5, N1, new Stored(301)), "0b" + "05" + "6eb1" + "ad02"),
                Arguments.of(new Hello(5, N1, START), "0c" + "05" + "6eb1" + START_BYTES),
                Arguments.of(
                        new HelloReply(5, N1, START, new StorageId(0x56), true),
                        "0d" + "05" + "6eb1" + START_BYTES + "5600000000000000" + "01"),
                Arguments.of(
                        new InstallSnapshot(5, N1, new SnapshotInfo(LAST, Configuration.of(List.of(N1)), 1_000, 0x80)),
                        "0a" + "05" + "6eb1" + "04ac02" + "11" + "02" + "0001" + "026e31" + "01" + "0000"
                                + "0000000000000000" + "e807" + "8001"),
                Arguments.of(new HeartbeatReply(5, N1, 3, false), "09" + "05" + "6eb1" + "03" + "00"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    @DisplayName("L4 a message stands in the bytes in which it was first written")
    void aMessageStandsInTheBytesInWhichItWasFirstWritten(PeerMessage message, String hex)
            throws KryoSerializationException {
        check.golden(envelope(message), PEER_ENVELOPE, HEAD + hex);
    }

    @Test
    @DisplayName("L4 heartbeats of several groups stand one behind the other")
    void heartbeatsOfSeveralGroupsStandOneBehindTheOther() throws KryoSerializationException {
        Heartbeats two = new Heartbeats(
                List.of(envelope(new Heartbeat(5, N1, 2, 3, false)), envelope(new HeartbeatReply(5, N1, 3, false))));

        check.golden(two, HEARTBEATS, "02" + HEAD + "08056eb1020300" + HEAD + "09056eb10300");
        check.golden(new Heartbeats(List.of()), HEARTBEATS, "00");
        check.truncations(two);
        check.mutations(two, HEARTBEATS);
    }

    @Test
    @DisplayName("L4 what is said of quiescent groups stands in the bytes in which it was first written")
    void whatIsSaidOfQuiescentGroupsStandsInItsBytes() throws KryoSerializationException {
        Contact b = new Contact("b", 1);
        QuiescentGroup group = new QuiescentGroup(new GroupId("group"), new Quiescent(N1, 5, 300));
        QuiescentGroups told = new QuiescentGroups(b, new Contact("c", 1), 0x0102, 2, List.of(group));
        StillQuiescent still = new StillQuiescent(b, new Contact("c", 1), -1);
        QuiescentGroupsHeard heard = new QuiescentGroupsHeard(b, 0x0102, true, List.of(new GroupId("group")));

        check.golden(
                told,
                QUIESCENT_GROUPS,
                "623ab1" + "633ab1" + "0201000000000000" + "02" + "01" + "67726f75f0" + "6eb1" + "05" + "ac02");
        check.golden(still, STILL_QUIESCENT, "623ab1" + "633ab1" + "ffffffffffffffff");
        check.golden(heard, QUIESCENT_GROUPS_HEARD, "623ab1" + "0201000000000000" + "01" + "01" + "67726f75f0");
        check.truncations(told);
        check.mutations(told, QUIESCENT_GROUPS);
        check.truncations(still);
        check.mutations(still, STILL_QUIESCENT);
        check.truncations(heard);
        check.mutations(heard, QUIESCENT_GROUPS_HEARD);
    }

    @Test
    @DisplayName("L4 the question for groups and its answer stand in the bytes in which they were first written")
    void theQuestionForGroupsAndItsAnswerStandInTheirBytes() throws KryoSerializationException {
        ActorRef<Groups> asker = ActorRefResolver.get(KIT.system()).resolveActorRef("pekko://s@h:1/user/p#1");
        String ref = "70656b6b6f3a2f2f7340683a312f757365722f7023b1";
        ListGroups first = new ListGroups(Optional.empty(), asker);
        ListGroups next = new ListGroups(Optional.of(new GroupId("group")), asker);
        Groups groups = new Groups(List.of(new GroupId("group"), new GroupId("b")), true);

        check.golden(first, LIST_GROUPS, "00" + ref);
        check.golden(next, LIST_GROUPS, "01" + "67726f75f0" + ref);
        check.golden(groups, GROUPS, "02" + "67726f75f0" + "82" + "62" + "01");
        check.truncations(next);
        check.mutations(next, LIST_GROUPS);
        check.truncations(groups);
        check.mutations(groups, GROUPS);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyTruncationIsAnError(PeerMessage message, String hex) throws KryoSerializationException {
        check.truncations(envelope(message));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void damagedBytesAreAnErrorOrAMessage(PeerMessage message, String hex) throws KryoSerializationException {
        check.mutations(envelope(message), hex.hashCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "0f056eb1", // A message of an unknown kind.
                "af" + START_BYTES + "6e313ab7" + "09056eb10300", // A group without a name.
                HEAD + "0505" + "6eb1" + "04ac02" + "ab02" + "ffffffff0f", // More batches than there can be.
                HEAD + "0505" + "6eb1" + "04ac02" + "ab02" + "01" + "0000" + "01" + "05" + "0000000000" // Entry 0/0.
            })
    void whatNobodyHasWrittenIsAnError(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThrows(
                KryoSerializationException.class,
                () -> KryoCodec.get(KIT.system()).fromBytes(PEER_ENVELOPE, bytes, 0, bytes.length));
    }
}
