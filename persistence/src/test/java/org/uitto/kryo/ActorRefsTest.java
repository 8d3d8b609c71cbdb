package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Actor references inside messages, within a system and between two that talk over Artery. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ActorRefsTest {
    private static final String REMOTE = """
        pekko.actor.provider = remote
        pekko.actor.serialize-messages = off
        pekko.remote.artery { transport = tcp, canonical.hostname = "127.0.0.1", canonical.port = 0 }
        """;

    private final ActorSystem<Object> here = CodecTest.startSystem(REMOTE);
    private final ActorSystem<Object> there = CodecTest.startSystem(REMOTE);
    private final KryoCodec codec = KryoCodec.get(here);
    private final ActorTestKit kit = ActorTestKit.create(here);

    @AfterAll
    void stop() {
        here.terminate();
        there.terminate();
    }

    @Test
    void writesTheFullAddressOfALocalActor() throws Exception {
        TestProbe<String> probe = kit.createTestProbe(String.class);
        String path = ActorRefResolver.get(here).toSerializationFormat(probe.getRef());
        Output expected = new Output(200);
        expected.writeByte(1); // component
        expected.writeByte(80 + 1);
        expected.writeString(path);

        byte[] bytes = codec.toBytes(new Messages.Holder(probe.getRef()));

        assertTrue(path.startsWith("pekko://kryo-test@127.0.0.1:"), path);
        assertArrayEquals(expected.toBytes(), bytes);
    }

    @Test
    void resolvesALocalActorToItself() throws Exception {
        TestProbe<String> probe = kit.createTestProbe(String.class);

        for (int i = 0; i < 3; i++) {
            Messages.Small read = (Messages.Small) roundTrip(new Messages.Small("a", 1, probe.getRef()));
            assertEquals(probe.getRef(), read.replyTo());
            read.replyTo().tell("hello " + i);
            probe.expectMessage("hello " + i);
        }
    }

    @Test
    void carriesReferencesOverTheNetworkAndBack() {
        ActorRef<Messages.Small> echo =
                atHome(there.systemActorOf(Behaviors.receiveMessage(ActorRefsTest::reply), "echo", Props.empty()));
        TestProbe<String> probe = kit.createTestProbe(String.class);

        for (int i = 0; i < 3; i++) {
            echo.tell(new Messages.Small("over", i, probe.getRef()));
            probe.expectMessage(Duration.ofSeconds(60), "over " + i);
        }
    }

    @Test
    void carriesTheReferenceOfAnAsk() throws Exception {
        ActorRef<Messages.Small> echo =
                atHome(there.systemActorOf(Behaviors.receiveMessage(ActorRefsTest::reply), "asked", Props.empty()));

        for (int i = 0; i < 3; i++) {
            int number = i;
            String answer = AskPattern.<Messages.Small, String>ask(
                            echo,
                            replyTo -> new Messages.Small("ask", number, replyTo),
                            Duration.ofSeconds(60),
                            here.scheduler())
                    .toCompletableFuture()
                    .get();
            assertEquals("ask " + i, answer);
        }
    }

    @Test
    void readsRemoteReferencesAgain() throws Exception {
        ActorRef<Object> remote = atHome(there.systemActorOf(Behaviors.ignore(), "sink", Props.empty()));

        assertEquals(new Messages.Holder(remote), roundTrip(new Messages.Holder(remote)));
        assertEquals(new Messages.Holder(List.of(remote)), roundTrip(new Messages.Holder(List.of(remote))));
    }

    @Test
    void carriesAdaptedAndClassicReferences() throws Exception {
        TestProbe<Object> probe = kit.createTestProbe(Object.class);
        org.apache.pekko.actor.ActorRef classic = Adapter.toClassic(probe.getRef());

        assertEquals(
                Adapter.<Object>toTyped(classic),
                ((Messages.Holder) roundTrip(new Messages.Holder(Adapter.<Object>toTyped(classic)))).value());
        assertSame(classic, ((Messages.ClassicRef) roundTrip(new Messages.ClassicRef(classic))).ref());
    }

    @Test
    void keepsTheReferenceThatIgnoresEverything() throws Exception {
        assertEquals(new Messages.Holder(here.ignoreRef()), roundTrip(new Messages.Holder(here.ignoreRef())));
    }

    @Test
    void doesNotTakeAStoppedActorForALaterOneOfItsName() throws Exception {
        ActorRef<String> first = kit.spawn(Behaviors.<String>ignore(), "reborn");
        byte[] bytes = codec.toBytes(new Messages.Small("a", 1, first));
        codec.fromBytes(1000, bytes, 0, bytes.length);

        kit.stop(first, Duration.ofSeconds(60));
        ActorRef<String> second = kit.spawn(Behaviors.<String>ignore(), "reborn");
        Messages.Small read = (Messages.Small) codec.fromBytes(1000, bytes, 0, bytes.length);

        assertEquals(first, read.replyTo());
        assertNotEquals(second, read.replyTo());
    }

    @Test
    void carriesAnAskFromItsHomeByItsName() throws Exception {
        KryoCodec theirs = KryoCodec.get(there);
        AskHome home = AskHome.of(kit.createTestProbe(Object.class).getRef());
        AskHome seenFromThere =
                AskHome.of(seenFromThere(kit.createTestProbe(Object.class).getRef()));
        List<Messages.Small> asked = new ArrayList<>();
        CompletionStage<String> answer = AskPattern.<Messages.Small, String>ask(
                here.<Messages.Small>ignoreRef(),
                replyTo -> {
                    asked.add(new Messages.Small("a", 1, replyTo));
                    return asked.get(0);
                },
                Duration.ofSeconds(60),
                here.scheduler());
        byte[] full = codec.toBytes(asked.get(0));

        home.enter();
        byte[] bytes = codec.toBytes(asked.get(0));
        AskHome.leave();
        seenFromThere.enter();
        Messages.Small read = (Messages.Small) theirs.fromBytes(1000, bytes, 0, bytes.length);
        AskHome.leave();

        assertEquals(theirs.fromBytes(1000, full, 0, full.length), read);
        assertTrue(bytes.length < full.length / 2, bytes.length + " bytes of " + full.length);
        read.replyTo().tell("home");
        assertEquals("home", answer.toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @Test
    void writesWhoeverIsNoAskInFullOnceInARun() throws Exception {
        Messages.Small small =
                new Messages.Small("a", 1, kit.createTestProbe(String.class).getRef());
        int fullBytes = codec.toBytes(small).length;
        AskHome home = AskHome.of(small.replyTo());
        AskHome reader = AskHome.of(small.replyTo());

        byte[] first = writtenAt(home, small);
        byte[] again = writtenAt(home, small);
        home.takeBack();
        byte[] afterwards = writtenAt(home, small);

        assertTrue(again.length < fullBytes / 2, again.length + " bytes of " + fullBytes);
        assertEquals(first.length, afterwards.length);
        assertEquals(small, readAt(reader, first));
        assertEquals(small, readAt(reader, again));
        assertEquals(small, readAt(reader, afterwards));
    }

    @Test
    void refusesAReferenceThatTheRunLacks() throws Exception {
        Messages.Small small =
                new Messages.Small("a", 1, kit.createTestProbe(String.class).getRef());
        AskHome home = AskHome.of(small.replyTo());
        writtenAt(home, small);
        byte[] again = writtenAt(home, small);

        KryoSerializationException refusal =
                assertThrows(UnreadableBytesException.class, () -> readAt(AskHome.of(small.replyTo()), again));

        assertTrue(String.valueOf(refusal.getMessage()).contains("written before"));
    }

    private byte[] writtenAt(AskHome home, Object message) throws Exception {
        home.enter();
        try {
            return codec.toBytes(message);
        } finally {
            AskHome.leave();
        }
    }

    private Object readAt(AskHome home, byte[] bytes) throws Exception {
        home.enter();
        try {
            return codec.fromBytes(1000, bytes, 0, bytes.length);
        } finally {
            AskHome.leave();
        }
    }

    @Test
    void refusesAnAskOfUnknownHome() {
        Output output = new Output(100);
        output.writeByte(1); // component
        output.writeByte(80 + 1);
        output.writeString("/ask$a");

        KryoSerializationException refusal = assertThrows(
                UnreadableBytesException.class,
                () -> codec.fromBytes(codec.idOf(new Messages.Holder("")), output.getBuffer(), 0, output.position()));

        assertTrue(String.valueOf(refusal.getMessage()).contains("no address"));
    }

    private <T> ActorRef<T> seenFromThere(ActorRef<T> ref) {
        return ActorRefResolver.get(there)
                .resolveActorRef(ActorRefResolver.get(here).toSerializationFormat(ref));
    }

    private Object roundTrip(Object object) throws KryoSerializationException {
        byte[] bytes = codec.toBytes(object);
        return codec.fromBytes(codec.idOf(object), bytes, 0, bytes.length);
    }

    /** The same actor as it is seen from the other system. */
    private <T> ActorRef<T> atHome(ActorRef<T> ref) {
        return ActorRefResolver.get(here)
                .resolveActorRef(ActorRefResolver.get(there).toSerializationFormat(ref));
    }

    private static Behavior<Messages.Small> reply(Messages.Small message) {
        message.replyTo().tell(message.key() + " " + message.amount());
        return Behaviors.same();
    }
}
