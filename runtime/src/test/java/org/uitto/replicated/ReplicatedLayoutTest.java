package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.kryo.KryoCodec;
import org.uitto.kryo.KryoSerializationException;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.StorageId;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.ReadIndexIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ReplicaInput.ChangeMembers;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.TakeSnapshot;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.role.DiskStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.LogStatus;
import org.uitto.role.PeerStatus;
import org.uitto.wire.LayoutCheck;

/** What proxies and replicas say to each other as bytes: a layout that changes needs another id. */
class ReplicatedLayoutTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ConfigFactory.parseString("""
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                """).withFallback(ConfigFactory.load()));

    /** The reference pekko://s@h:1/user/p#1. */
    private static final String REF = "70656b6b6f3a2f2f7340683a312f757365722f7023b1";

    private static LayoutCheck check;

    @BeforeAll
    static void start() {
        check = new LayoutCheck(KryoCodec.get(KIT.system()));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static <T> ActorRef<T> ref() {
        return ActorRefResolver.get(KIT.system()).resolveActorRef("pekko://s@h:1/user/p#1");
    }

    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");

    private static ReplicaStatus leading() {
        PeerStatus peer =
                new PeerStatus(N2, 299, 302, PeerStatus.Mode.REPLICATE, PeerStatus.Standing.COUNTS, 2, 130, 1, 1000);
        GroupStatus group = new GroupStatus(
                new GroupId("group"),
                N1,
                7,
                Role.LEADER,
                5,
                Optional.of(N1),
                Optional.of(N1),
                new LogStatus(
                        new LogPosition(3, 100),
                        new LogPosition(5, 301),
                        300,
                        299,
                        Optional.of(new LogPosition(4, 200)),
                        1000,
                        2000),
                new DiskStatus(2, 9, 300),
                Configuration.of(List.of(N1)),
                200,
                List.of(peer),
                Optional.of(N2),
                true,
                Optional.empty());
        return new ReplicaStatus(group, 299, true, 3, "1a2b3c4d");
    }

    private static ReplicaStatus halted() {
        GroupStatus group = new GroupStatus(
                new GroupId("group"),
                N1,
                0,
                Role.HALTED,
                0,
                Optional.empty(),
                Optional.empty(),
                new LogStatus(LogPosition.ZERO, LogPosition.ZERO, 0, 0, Optional.empty(), 0, 0),
                new DiskStatus(0, 0, 0),
                Configuration.of(List.of(N1)),
                0,
                List.of(),
                Optional.empty(),
                false,
                Optional.of("disk"));
        return new ReplicaStatus(group, 0, false, 0, "");
    }

    static Stream<Arguments> messages() {
        String n1 = "01" + "6eb1";
        String none = "00";
        String configuration = "11" + "02" + "0001" + "026e31" + "01" + "0000" + "0000000000000000";
        ByteString bytes = ByteString.fromArray(new byte[] {1, 2, 3});
        return Stream.of(
                Arguments.of(
                        new CommandBatch(ref(), new Sending(9, 5, 7, 300, 299, true), new SerializedCommands(2, bytes)),
                        153,
                        REF + "09" + "05" + "07" + "ac02" + "01" + "01" + "02" + "03" + "010203"),
                Arguments.of(new GetReadIndex(ref(), 7), 157, REF + "07"),
                Arguments.of(new ReadIndexIs(7, 300), 158, "07ac02"),
                Arguments.of(
                        new ReadBatch(ref(), 7, 9, 300, new SerializedCommands(2, bytes)),
                        159,
                        REF + "07" + "09" + "ac02" + "02" + "03" + "010203"),
                Arguments.of(new ReadAnswers(List.of(new Done(300, 7)), 9), 161, "09" + "01" + "ac02" + "07" + "02"),
                Arguments.of(new OpenSession(ref()), 150, REF),
                Arguments.of(new SessionOpened(300), 151, "ac02"),
                Arguments.of(new SessionUnknown(7), 152, "07"),
                Arguments.of(new WhoLeads(ref()), 121, REF),
                Arguments.of(new GetReplicaStatus(ref()), 140, REF + "01"),
                Arguments.of(new GetReplicaStatus(ref(), false), 140, REF + "00"),
                Arguments.of(
                        leading(),
                        155,
                        "67726f75f0" + "6eb1" + "07" + "4c45414445d2" + "05" + n1 + n1
                                + "0364" + "05ad02" + "ac02" + "ab02" + "01" + "04c801" + "e807" + "d00f"
                                + "02" + "09" + "ac02" + configuration + "c801"
                                + "01" + "6eb2" + "ab02" + "ae02" + "5245504c49434154c5" + "434f554e54d3"
                                + "02" + "8201" + "01" + "e807"
                                + "01" + "6eb2" + "01" + none + "ab02" + "01" + "03" + "31613262336334e4"),
                Arguments.of(
                        halted(),
                        155,
                        "67726f75f0" + "6eb1" + "00" + "48414c5445c4" + "00" + none + none
                                + "0000" + "0000" + "00" + "00" + none + "00" + "00"
                                + "00" + "00" + "00" + configuration + "00"
                                + "00" + none + "00" + "01" + "646973eb" + "00" + "00" + "00" + "81"),
                Arguments.of(new TakeSnapshot(ref()), 142, REF),
                Arguments.of(
                        new SnapshotOutcome(SnapshotOutcome.Result.TAKEN, 300, Optional.empty()),
                        143,
                        "54414b45ce" + "ac02" + none),
                Arguments.of(
                        new SnapshotOutcome(SnapshotOutcome.Result.FAILED, 0, Optional.of("disk")),
                        143,
                        "4641494c45c4" + "00" + "01" + "646973eb"),
                Arguments.of(
                        new Answers(
                                List.of(
                                        new Replied(1, 0, bytes),
                                        new Done(300, 7),
                                        new Failed(3, 7, Failure.OVERLOADED, "full")),
                                300),
                        156,
                        "ac02" + "03" + "0100" + "01" + "03010203" + "ac0207" + "02" + "0307" + "03"
                                + "4f5645524c4f414445c4" + "66756cec"),
                Arguments.of(new Answers(List.of(), 0), 156, "0000"),
                Arguments.of(
                        new LeaderIs(5, Optional.of("h:7351"), List.of("h:7351", "i:1")),
                        144,
                        "05" + "01" + "683a373335b1" + "02" + "683a373335b1" + "693ab1"),
                Arguments.of(new LeaderIs(0, Optional.empty(), List.of()), 144, "00" + "00" + "00"),
                Arguments.of(
                        new ChangeMembers(
                                MembershipChange.NONE
                                        .replacing(N1, N2, Member.at("h:1"))
                                        .addingLearner(
                                                new NodeId("n3"),
                                                new Member(Optional.empty(), Optional.of(new StorageId(5))))
                                        .byForce(),
                                ref()),
                        145,
                        "01" + "6eb2" + "01683ab1" + "00" + "01" + "6eb3" + none + "010500000000000000" + n1 + "01"
                                + REF),
                Arguments.of(
                        new MembershipOutcome(
                                MembershipOutcome.Result.DONE, Optional.of(Configuration.of(List.of(N1))), ""),
                        146,
                        "444f4ec5" + "01" + configuration + "81"),
                Arguments.of(
                        new MembershipOutcome(MembershipOutcome.Result.REFUSED, Optional.empty(), "no"),
                        146,
                        "524546555345c4" + none + "6eef"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    @DisplayName("L4 a message stands in the bytes in which it was first written")
    void aMessageStandsInTheBytesInWhichItWasFirstWritten(Object message, int id, String hex)
            throws KryoSerializationException {
        check.golden(message, id, hex);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyTruncationIsAnError(Object message, int id, String hex) throws KryoSerializationException {
        check.truncations(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void damagedBytesAreAnErrorOrAMessage(Object message, int id, String hex) throws KryoSerializationException {
        check.mutations(message, id);
    }

    @Test
    void commandsThatStayInThisProcessAreNeverWritten() {
        CommandBatch local =
                new CommandBatch(ref(), new Sending(1, 1, 1, 1, 1, false), new LocalCommands(List.of("command")));

        assertThrows(
                KryoSerializationException.class,
                () -> KryoCodec.get(KIT.system()).toBytes(local));
    }
}
