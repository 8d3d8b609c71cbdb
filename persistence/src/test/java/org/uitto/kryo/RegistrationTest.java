package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stops an actor system from starting, and what does not. */
final class RegistrationTest {
    record Contradiction(String settings, List<String> said) {}

    static List<Contradiction> contradictions() {
        return List.of(
                refused(
                        "\"org.uitto.kryo.Messages$Small\" = 999",
                        "uitto.kryo.registrations",
                        "Small = 999",
                        "reserved",
                        "1000"),
                refused("\"org.uitto.kryo.Messages$Small\" = 2147483647", "largest is 2147483646"),
                refused(
                        "\"org.uitto.kryo.Messages$Small\" = 1000, \"org.uitto.kryo.Messages$Line\" = 1000",
                        "Small = 1000",
                        "Messages$Line (uitto.kryo.registrations",
                        "such as 1001"),
                refused("\"java.util.ArrayList\" = 1000", "ArrayList = 1000", "has the id 60 already", "Remove"),
                refused("\"org.uitto.kryo.Messages.Small\" = 1000", "Did you mean \"org.uitto.kryo.Messages$Small\"?"),
                refused("com.example.Small = 1000", "\"com\"", "in quotes"),
                refused("\"org.uitto.kryo.Messages$Small\" = many", "\"many\"", "not an int"),
                refused(
                        "\"org.uitto.kryo.Messages$Event\" = 1000",
                        "no object is of exactly this class",
                        "\"org.uitto.kryo.Messages$Event\" { Incremented = 1000, Reset = 1001 }"),
                refused(
                        "\"org.uitto.kryo.Messages$Event\" { Incremented = 1000 }",
                        "permits Reset too",
                        "Reset = 1001"),
                refused(
                        "\"org.uitto.kryo.Messages$Event\" { Incremented = 1000 }, \"org.uitto.kryo.Messages$Small\" = 1001",
                        "permits Reset too",
                        "Reset = 1002"),
                refused(
                        "\"org.uitto.kryo.Messages$Event\" { Gone = 1000 }",
                        "permits no class Gone",
                        "Incremented, Reset"),
                refused("\"org.uitto.kryo.Messages$Small\" { A = 1000 }", "not sealed"),
                refused(
                        "\"org.uitto.kryo.RegistrationTest$NoConstructor\" = 1000",
                        "no constructor without parameters"),
                new Contradiction(
                        "uitto.kryo.registrars.mine = \"org.uitto.kryo.Messages$Small\"",
                        List.of("uitto.kryo.registrars.mine", "does not implement org.uitto.kryo.KryoRegistrar")),
                new Contradiction(
                        "uitto.kryo.registrars.mine = com.example.Gone",
                        List.of("uitto.kryo.registrars.mine", "\"com.example.Gone\" was not found")),
                new Contradiction(
                        "uitto.kryo.registrars.mine = \"org.uitto.kryo.RegistrationTest$Private\"",
                        List.of("uitto.kryo.registrars.mine", "public constructor")),
                new Contradiction(
                        "uitto.kryo.registrars.mine = \"org.uitto.kryo.RegistrationTest$ReservedForUitto\"",
                        List.of("uitto.kryo.registrars.mine", "java.util.BitSet = 999", "reserved")),
                new Contradiction("uitto.kryo.limits.max-depth = 0", List.of("uitto.kryo.limits.max-depth = 0")),
                new Contradiction(
                        "uitto.kryo.limits.max-message-bytes = 2 GiB", List.of("max-message-bytes = 2147483648")));
    }

    private static Contradiction refused(String registrations, String... said) {
        return new Contradiction("uitto.kryo.registrations { " + registrations + " }", List.of(said));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void refusesToStartAndSaysWhy(Contradiction contradiction) {
        String message = wholeMessage(assertThrows(Exception.class, () -> start(contradiction.settings)));

        for (String part : contradiction.said) {
            assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
        }
    }

    @Test
    void mergesRegistrarsWithRegistrations() throws Exception {
        ActorSystem<Object> system = start("""
                uitto.kryo.registrars.first = "org.uitto.kryo.RegistrationTest$HandWritten"
                uitto.kryo.registrars.second = "org.uitto.kryo.RegistrationTest$Nested"
                uitto.kryo.registrations { "org.uitto.kryo.Messages$Reset" = 1000 }
                """);
        try {
            KryoCodec codec = KryoCodec.get(system);
            byte[] bytes = codec.toBytes(new Messages.OldPoint(7));

            assertEquals(1, bytes.length);
            assertEquals(new Messages.OldPoint(7), codec.fromBytes(900, bytes, 0, 1));
            assertEquals(1000, codec.idOf(new Messages.Reset()));
        } finally {
            system.terminate();
        }
    }

    @Test
    void lendsASecondContextToASerializerThatSerializes() throws Exception {
        ActorSystem<Object> system = start("""
                uitto.kryo.registrars.first = "org.uitto.kryo.RegistrationTest$HandWritten"
                uitto.kryo.registrars.second = "org.uitto.kryo.RegistrationTest$Nested"
                """);
        try {
            Nested.system = system;
            KryoCodec codec = KryoCodec.get(system);
            Messages.Incremented outer = new Messages.Incremented(3);

            byte[] bytes = codec.toBytes(outer);

            assertEquals(outer, codec.fromBytes(1001, bytes, 0, bytes.length));
        } finally {
            system.terminate();
        }
    }

    @Test
    void tellsWhatBindingIsMissing() {
        ActorSystem<Object> system = start(Messages.REGISTRATIONS);
        try {
            KryoCodec codec = KryoCodec.get(system);

            assertTrue(codec.missingBinding(Messages.Small.class).isEmpty());
            assertTrue(codec.missingBinding(Messages.Line.class)
                    .orElseThrow()
                    .contains("pekko.actor.serialization-bindings { \"org.uitto.kryo.Messages$Line\" = uitto-kryo }"));
        } finally {
            system.terminate();
        }
    }

    private static ActorSystem<Object> start(String settings) {
        return ActorSystem.create(
                Behaviors.empty(),
                "registration-test",
                ConfigFactory.parseString(settings + "\npekko.loglevel = OFF, pekko.stdout-loglevel = OFF")
                        .withFallback(ConfigFactory.load()));
    }

    private static String wholeMessage(Throwable failure) {
        StringBuilder message = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            message.append(e.getMessage()).append('\n');
        }
        return message.toString();
    }

    /** Writes a point in one byte, under an id that is Uitto's. */
    public static final class HandWritten implements KryoRegistrar {
        @Override
        public void register(KryoRegistrations registrations) {
            registrations.register(
                    Messages.OldPoint.class,
                    900,
                    new InlineLayout<Messages.OldPoint>(
                            (output, point) -> output.writeByte(point.x()),
                            input -> new Messages.OldPoint(input.readByte())));
        }
    }

    /** Writes another object with the codec while it is being called by the codec. */
    public static final class Nested implements KryoRegistrar {
        static @Nullable ActorSystem<?> system;

        @Override
        public void register(KryoRegistrations registrations) {
            registrations.register(
                    Messages.Incremented.class, 1001, kryo -> new InlineLayout<>(Nested::write, Nested::read));
        }

        private static KryoCodec codec() {
            return KryoCodec.get(Objects.requireNonNull(system));
        }

        private static void write(Output output, Messages.Incremented value) {
            try {
                output.writeBytes(codec().toBytes(new Messages.OldPoint(value.by())));
            } catch (KryoSerializationException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Messages.Incremented read(Input input) {
            try {
                byte[] bytes = input.readBytes(1);
                Object point = codec().fromBytes(900, bytes, 0, bytes.length);
                return new Messages.Incremented(((Messages.OldPoint) point).x());
            } catch (KryoSerializationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Takes an id of Uitto's for somebody else's class. */
    public static final class ReservedForUitto implements KryoRegistrar {
        @Override
        public void register(KryoRegistrations registrations) {
            registrations.register(BitSet.class, 999);
        }
    }

    /** Cannot be made. */
    public static final class Private implements KryoRegistrar {
        private Private() {}

        @Override
        public void register(KryoRegistrations registrations) {
            throw new AssertionError("never made");
        }
    }

    /** A collection that cannot be filled from nothing. */
    static final class NoConstructor extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        NoConstructor(int size) {
            super(size);
        }
    }
}
