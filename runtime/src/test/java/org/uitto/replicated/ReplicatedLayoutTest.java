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
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
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

    private static ReplicaStatus status(Optional<NodeId> leader, Optional<String> trouble, String digest) {
        GroupStatus group = new GroupStatus(
                new GroupId("group"),
                new NodeId("n1"),
                7,
                Role.LEADER,
                5,
                leader,
                new LogPosition(5, 301),
                300,
                trouble);
        return new ReplicaStatus(group, 299, digest);
    }

    static Stream<Arguments> messages() {
        String head = "67726f75f0" + "6eb1" + "07" + "4c45414445d2" + "05";
        ByteString bytes = ByteString.fromArray(new byte[] {1, 2, 3});
        return Stream.of(
                Arguments.of(
                        new CommandBatch(ref(), 300, new SerializedCommands(2, bytes)),
                        120,
                        REF + "ac02" + "02" + "03" + "010203"),
                Arguments.of(new WhoLeads(ref()), 121, REF),
                Arguments.of(new GetReplicaStatus(ref()), 122, REF),
                Arguments.of(
                        status(Optional.of(new NodeId("n2")), Optional.of("disk"), "1a2b3c4d"),
                        123,
                        head + "01" + "6eb2" + "05ad02" + "ac02" + "01" + "646973eb" + "ab02" + "31613262336334e4"),
                Arguments.of(
                        status(Optional.empty(), Optional.empty(), ""),
                        123,
                        head + "00" + "05ad02" + "ac02" + "00" + "ab02" + "81"),
                Arguments.of(
                        new Answers(List.of(
                                new Replied(1, bytes), new Done(300), new Failed(3, Failure.OVERLOADED, "full"))),
                        124,
                        "03" + "01" + "01" + "03010203" + "ac02" + "02" + "03" + "03" + "4f5645524c4f414445c4"
                                + "66756cec"),
                Arguments.of(new Answers(List.of()), 124, "00"),
                Arguments.of(new LeaderIs(5, Optional.of("h:7351")), 125, "05" + "01" + "683a373335b1"),
                Arguments.of(new LeaderIs(0, Optional.empty()), 125, "00" + "00"));
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
        CommandBatch local = new CommandBatch(ref(), 1, new LocalCommands(List.of("command")));

        assertThrows(
                KryoSerializationException.class,
                () -> KryoCodec.get(KIT.system()).toBytes(local));
    }
}
