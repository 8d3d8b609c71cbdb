package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ReplicationException.Overloaded;

class ProxyMailboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void refusesAtOnceWhatThereIsNoRoomFor() throws Exception {
        ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("uitto.proxy.max-waiting-commands = 3")
                .withFallback(ConfigFactory.load()));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch secondRelease = new CountDownLatch(1);
        TestProbe<Object> others = kit.createTestProbe();
        try {
            ActorRef<Object> proxy = kit.spawn(
                    Behaviors.receiveMessage(message -> {
                        busy.countDown();
                        assertTrue(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                        if (message instanceof Words.Say say) {
                            say.replyTo().tell(say.word());
                        } else if (message instanceof Read read) {
                            ((Words.Recall) read.command()).replyTo().tell("all");
                        } else {
                            others.getRef().tell(message);
                            assertTrue(secondRelease.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                        }
                        return Behaviors.same();
                    }),
                    "proxy",
                    MailboxSelector.fromConfig(ProxyMailbox.CONFIG));
            CompletableFuture<String> handled = say(kit, proxy, "handled");
            assertTrue(busy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            List<CompletableFuture<String>> waiting = Stream.of("one", "two", "three")
                    .map(word -> say(kit, proxy, word))
                    .toList();

            Overloaded refused = overloaded(say(kit, proxy, "four"));
            overloaded(AskPattern.<Object, String>ask(
                            proxy,
                            replyTo -> new Read(Consistency.local(), new Words.Recall(replyTo)),
                            PATIENCE,
                            kit.scheduler())
                    .toCompletableFuture());
            proxy.tell(new SessionOpened(1));
            proxy.tell("nobody awaits this");
            assertEquals(
                    "proxy has 3 commands that it has not looked at yet (uitto.proxy.max-waiting-commands)",
                    refused.getMessage());
            waiting.forEach(asked -> assertFalse(asked.isDone()));

            release.countDown();
            assertEquals(new SessionOpened(1), others.receiveMessage(PATIENCE), "before what came before it");
            waiting.forEach(asked -> assertFalse(asked.isDone()));
            secondRelease.countDown();
            assertEquals("handled", handled.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals("three", waiting.get(2).get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertEquals("nobody awaits this", others.receiveMessage(PATIENCE));
            assertEquals("again", say(kit, proxy, "again").get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } finally {
            release.countDown();
            secondRelease.countDown();
            kit.shutdownTestKit();
        }
    }

    private static CompletableFuture<String> say(ActorTestKit kit, ActorRef<Object> proxy, String word) {
        return AskPattern.<Object, String>ask(proxy, replyTo -> new Words.Say(word, replyTo), PATIENCE, kit.scheduler())
                .toCompletableFuture();
    }

    private static Overloaded overloaded(CompletableFuture<String> asked) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        return assertInstanceOf(Overloaded.class, failure.getCause());
    }
}
