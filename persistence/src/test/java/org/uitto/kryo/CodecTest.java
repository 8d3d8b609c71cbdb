package org.uitto.kryo;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** A codec that knows {@link Messages}, in an actor system without remoting, for the tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CodecTest {
    final ActorSystem<Object> system = startSystem("");
    final KryoCodec codec = KryoCodec.get(system);

    @AfterAll
    void stop() {
        system.terminate();
    }

    /** Writes an object and reads it again. */
    Object roundTrip(Object object) throws KryoSerializationException {
        byte[] bytes = codec.toBytes(object);
        return codec.fromBytes(codec.idOf(object), bytes, 0, bytes.length);
    }

    /** Starts a system with the registrations of {@link Messages} and further settings. */
    static ActorSystem<Object> startSystem(String settings) {
        return ActorSystem.create(
                Behaviors.empty(),
                "kryo-test",
                ConfigFactory.parseString(settings + "\n" + Messages.REGISTRATIONS
                                + "pekko.loglevel = WARNING, pekko.stdout-loglevel = WARNING")
                        .withFallback(ConfigFactory.load()));
    }
}
