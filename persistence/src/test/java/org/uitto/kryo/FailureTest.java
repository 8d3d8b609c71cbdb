package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is said when an object cannot be written or bytes cannot be read. */
final class FailureTest extends CodecTest {
    @Test
    void namesTheUnregisteredClassAndTheLineToAdd() {
        UnregisteredClassException failure =
                assertThrows(UnregisteredClassException.class, () -> codec.toBytes(new Messages.Unregistered(1)));

        assertEquals(Messages.Unregistered.class, failure.type());
        assertEquals(
                "Class org.uitto.kryo.Messages$Unregistered has no id. Add to the configuration of every node:"
                        + " uitto.kryo.registrations { \"org.uitto.kryo.Messages$Unregistered\" = 1016 }",
                failure.getMessage());
    }

    @Test
    void namesThePathToTheUnregisteredClass() {
        Object message = new Messages.Order(
                "o-1",
                List.of(new Messages.Line("a", 1, null), new Messages.Line("b", 2, new Messages.Unregistered(1))),
                Map.of(),
                Optional.empty(),
                Messages.Suit.CLUBS);

        UnregisteredClassException failure =
                assertThrows(UnregisteredClassException.class, () -> codec.toBytes(message));

        assertSays(
                failure,
                "(at lines of org.uitto.kryo.Messages$Order -> element 1 -> note of org.uitto.kryo.Messages$Line)");
    }

    @Test
    void givesOtherAdviceWhereARegistrationWouldNotHelp() {
        Runnable lambda = () -> {};

        assertSays(assertThrows(UnregisteredClassException.class, () -> codec.toBytes(lambda)), "use a named class");
        assertSays(
                assertThrows(
                        UnregisteredClassException.class,
                        () -> codec.toBytes(new ArrayList<>(List.of(1, 2)).subList(0, 1))),
                "List.copyOf");
        assertSays(
                assertThrows(UnregisteredClassException.class, () -> codec.toBytes(new Messages.Small[0])),
                "\"org.uitto.kryo.Messages$Small[]\" = 1016");
    }

    @Test
    void findsAnObjectThatHoldsItself() {
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);

        assertSays(
                assertThrows(UnwritableObjectException.class, () -> codec.toBytes(cycle)),
                "uitto.kryo.limits.max-depth = 256",
                "Does it hold itself?");
    }

    @Test
    void writesAndReadsUpToTheGreatestDepth() throws Exception {
        Object deepest = nested(256);

        assertEquals(deepest, roundTrip(deepest));
        assertThrows(UnwritableObjectException.class, () -> codec.toBytes(nested(257)));
    }

    @Test
    void refusesToWriteWhatItWouldRefuseToRead() {
        ActorSystem<Object> small =
                startSystem("uitto.kryo.limits { max-message-bytes = 100, max-collection-size = 10 }");
        try {
            KryoCodec limited = KryoCodec.get(small);

            assertSays(
                    assertThrows(UnwritableObjectException.class, () -> limited.toBytes("x".repeat(101))),
                    "uitto.kryo.limits.max-message-bytes = 100");
            assertSays(
                    assertThrows(UnwritableObjectException.class, () -> limited.toBytes(new byte[11])),
                    "uitto.kryo.limits.max-collection-size = 10");
            assertSays(
                    assertThrows(UnreadableBytesException.class, () -> limited.fromBytes(10, new byte[101], 0, 101)),
                    "uitto.kryo.limits.max-message-bytes = 100");
            assertSays(
                    assertThrows(
                            UnreadableBytesException.class,
                            () -> limited.fromBytes(10, HexFormat.of().parseHex("0b" + "00".repeat(11)), 0, 12)),
                    "uitto.kryo.limits.max-collection-size = 10");
        } finally {
            small.terminate();
        }
    }

    @Test
    void passesOnWhatAnAccessorThrew() {
        UnwritableObjectException failure =
                assertThrows(UnwritableObjectException.class, () -> codec.toBytes(new Messages.Failing("a")));

        assertSays(failure, "no value today", "value of org.uitto.kryo.Messages$Failing");
    }

    @Test
    void refusesBytesBehindTheObject() {
        assertSays(unreadable(5, "0200"), "go on for 1 bytes");
    }

    @Test
    void refusesAnIdThatNobodyHas() {
        assertSays(unreadable(999, "00"), "No class has the id 999", "uitto.kryo.registrations");
        assertSays(unreadable(1003, "01ff07"), "No class has the id 1022", "value of org.uitto.kryo.Messages$Holder");
    }

    @Test
    void refusesAConstantThatIsNotInTheEnum() {
        assertSays(unreadable(1002, "53544f4ecb"), "Messages$Suit has no constant");
    }

    @Test
    void refusesWhatTheConstructorOfARecordRefuses() {
        assertSays(unreadable(1012, "0100"), "not positive: 0");
    }

    @Test
    void refusesAValueOfTheWrongClass() {
        assertSays(unreadable(1004, "0581" + "0602" + "00" + "00" + "00"), "Messages$Order refused");
    }

    @Test
    void refusesAManifestThatIsNoId() {
        Serialization serialization = SerializationExtension.get(system);

        for (String manifest : List.of("", "java.lang.String", "-1", "99999999999", "01000")) {
            Throwable failure = assertThrows(
                    NotSerializableException.class,
                    () -> serialization.deserialize(new byte[1], 710, manifest).get());
            assertInstanceOf(UnreadableBytesException.class, failure);
        }
    }

    @Test
    void keepsTheCodecUsableAfterAFailure() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThrows(
                    UnregisteredClassException.class, () -> codec.toBytes(nested(20, new Messages.Unregistered(1))));
            assertThrows(UnreadableBytesException.class, () -> codec.fromBytes(50, new byte[] {5, 1, 2}, 0, 3));
        }

        assertEquals(nested(256), roundTrip(nested(256)));
    }

    @Test
    void letsNothingOfAnEarlierStringIntoALaterOne() {
        assertFalse(messageOf(() -> {
                    codec.fromBytes(
                            9, codec.toBytes("secret€".repeat(9)), 0, codec.toBytes("secret€".repeat(9)).length);
                    // Four characters, of which the second byte begins none.
                    codec.fromBytes(9, HexFormat.of().parseHex("8561bf6262"), 0, 5);
                })
                .contains("secret"));
    }

    private String messageOf(Executable executable) {
        return String.valueOf(
                assertThrows(UnreadableBytesException.class, executable).getMessage());
    }

    private UnreadableBytesException unreadable(int id, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return assertThrows(UnreadableBytesException.class, () -> codec.fromBytes(id, bytes, 0, bytes.length));
    }

    private static void assertSays(Exception failure, String... parts) {
        String message = String.valueOf(failure.getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
        }
    }

    private static Object nested(int depth) {
        return nested(depth - 1, new ArrayList<>());
    }

    private static Object nested(int depth, Object innermost) {
        Object object = innermost;
        for (int i = 0; i < depth; i++) {
            object = List.of(object);
        }
        return object;
    }
}
