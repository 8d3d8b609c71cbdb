package org.uitto.lease;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.kryo.KryoCodec;
import org.uitto.kryo.KryoSerializationException;
import org.uitto.wire.LayoutCheck;

/** What keepers and the registry say to each other as bytes, and what is in its log: a layout that changes needs another id. */
class LeaseLayoutTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ConfigFactory.parseString("""
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                """).withFallback(ConfigFactory.load()));

    /** The reference pekko://s@h:1/user/p#1. */
    private static final String REF = "5170656b6b6f3a2f2f7340683a312f757365722f7023b1";

    private static final Claim CLAIM = new Claim("x", 300, 2);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static LayoutCheck check;

    @BeforeAll
    static void start() {
        check = new LayoutCheck(KryoCodec.get(KIT.system()));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<Arguments> values() {
        ActorRef<LeaseReply> ref = ActorRefResolver.get(KIT.system()).resolveActorRef("pekko://s@h:1/user/p#1");
        return Stream.of(
                Arguments.of(CLAIM, 180, "038278d80404"),
                Arguments.of(
                        new LeaseCommand.Acquire("l", CLAIM, TIMEOUT, ref), 181, "04826cb501038278d804041a2800" + REF),
                Arguments.of(new LeaseCommand.Renew("l", CLAIM, ref), 182, "03826cb501038278d80404" + REF),
                Arguments.of(new LeaseCommand.Release("l", CLAIM, ref), 183, "03826cb501038278d80404" + REF),
                Arguments.of(new LeaseReply.Held(), 184, "00"),
                Arguments.of(new LeaseReply.NotHeld(), 185, "00"),
                Arguments.of(new LeaseReply.Taken("y"), 186, "018279"),
                Arguments.of(new LeaseEvent.Granted("l", CLAIM, TIMEOUT), 187, "03826cb501038278d804041a2800"),
                Arguments.of(new LeaseEvent.Released("l"), 188, "01826c"),
                Arguments.of(new LeaseRegistry.Tenancy(CLAIM, TIMEOUT), 189, "02b501038278d804041a2800"),
                Arguments.of(
                        state(), 190, "014500020a826cbe0102b501038278d804041a28000a826dbe0102b501038278d804041a2800"));
    }

    private static LeaseRegistry.State state() {
        TreeMap<String, LeaseRegistry.Tenancy> tenancies = new TreeMap<>();
        List.of("l", "m").forEach(lease -> tenancies.put(lease, new LeaseRegistry.Tenancy(CLAIM, TIMEOUT)));
        return new LeaseRegistry.State(tenancies);
    }

    @ParameterizedTest
    @MethodSource("values")
    void standsAsItWasFirstWritten(Object value, int id, String hex) throws KryoSerializationException {
        check.golden(value, id, hex);
    }
}
