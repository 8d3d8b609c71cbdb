package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.uitto.Raft;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;
import org.uitto.samples.web.RawWebSocket;
import org.uitto.samples.web.WebAddress;

/**
 * What hostile browsers cost the others: three real nodes, of which one is attacked, a client that adds to a counter without a
 * break and a browser on the same node that posts four messages a second. Prints a table; {@code docs/SECURITY.md} has it.
 */
@Timeout(900)
@EnabledIfSystemProperty(
        named = "uitto.measure",
        matches = "true",
        disabledReason = "a measurement, made with -Duitto.measure=true")
class HostileBrowserTest {
    private static final String ATTACKED = "a";
    private static final Duration PHASE = Duration.ofSeconds(Long.getLong("uitto.measure.seconds", 20));
    private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)$");

    private interface Attack {
        /** Goes on until {@code over} says so; answers how often it struck. */
        long until(AtomicBoolean over) throws IOException;
    }

    private final LocalCluster cluster = LocalCluster.create(
            List.of(SampleActor.CHAT, SampleActor.COUNTER), new LocalCluster.Options("", List.of("-Xmx256m")));

    private WebAddress address() {
        URI pages = URI.create(cluster.pages(ATTACKED));
        return new WebAddress(pages.getHost(), pages.getPort());
    }

    @Test
    void theOthersAreServedAsBefore() throws Exception {
        cluster.startAll();
        ActorSystem<Void> system = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        try {
            ActorRef<Counter.Command> counter = Raft.get(system).ref(Counter.Command.class, Counter.NAME);
            ChatClient browser = join();
            askOnceItIsLed(system, counter);
            Poster poster = new Poster(browser);
            long liveBefore = liveBytes();
            phase("warm-up", system, counter, poster, over -> 0);
            phase("before", system, counter, poster, over -> 0);
            phase("10 MB in one message, one after the other", system, counter, poster, this::tenMegabytes);
            phase("10,000 messages at once, again and again", system, counter, poster, this::flood);
            phase("50 that ask for much and never read", system, counter, poster, over -> deaf(over, 50, false));
            phase("100 deaf onlookers of the cluster page", system, counter, poster, over -> deaf(over, 100, true));
            phase("after", system, counter, poster, over -> 0);
            browser.close();
            assertTrue(liveBytes() - liveBefore < 100_000_000, "what the attacked node holds has grown");
        } finally {
            SampleSystem.stop(system);
            cluster.close();
        }
    }

    /** Posts in its turn and knows how long each took. */
    private static final class Poster {
        private static final String SESSION = "session-of-the-other";
        private final ChatClient browser;
        private long number;

        Poster(ChatClient browser) {
            this.browser = browser;
        }

        long postNanos() {
            long sent = System.nanoTime();
            browser.send("{\"t\":\"post\",\"room\":\"lobby\",\"session\":\"" + SESSION + "\",\"n\":" + ++number
                    + ",\"since\":1000000,\"text\":\"calm\"}");
            browser.await("posted");
            return System.nanoTime() - sent;
        }
    }

    private ChatClient join() {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (true) {
            try {
                ChatClient client = ChatClient.connect(address(), address().url());
                client.send("{\"t\":\"hello\",\"name\":\"Lempi\"}");
                client.awaitThat("a leader of the lobby", message -> isLed(message));
                return client;
            } catch (RuntimeException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    private static boolean isLed(JsonNode message) {
        return message.path("room").asText().equals("lobby")
                && !message.path("leader").asText().isEmpty();
    }

    private static void askOnceItIsLed(ActorSystem<Void> system, ActorRef<Counter.Command> counter) {
        for (int attempt = 1; ; attempt++) {
            try {
                ask(system, counter);
                return;
            } catch (CompletionException e) {
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private static void ask(ActorSystem<Void> system, ActorRef<Counter.Command> counter) {
        AskPattern.<Counter.Command, Counter.Value>ask(
                        counter, replyTo -> new Counter.Add(1, replyTo), Duration.ofSeconds(60), system.scheduler())
                .toCompletableFuture()
                .join();
    }

    private void phase(
            String name, ActorSystem<Void> system, ActorRef<Counter.Command> counter, Poster poster, Attack attack)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong strikes = new AtomicLong();
        List<Long> asks = new ArrayList<>();
        List<Long> posts = new ArrayList<>();
        List<Thread> threads = List.of(
                new Thread(() -> {
                    while (!over.get()) {
                        long sent = System.nanoTime();
                        ask(system, counter);
                        asks.add(System.nanoTime() - sent);
                    }
                }),
                new Thread(() -> {
                    while (!over.get()) {
                        posts.add(poster.postNanos());
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
                    }
                }),
                new Thread(() -> {
                    try {
                        strikes.set(attack.until(over));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }));
        threads.forEach(Thread::start);
        Thread.sleep(PHASE.toMillis());
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %s | %s | %.1f |%n",
                name,
                strikes.get(),
                quantiles(asks),
                quantiles(posts),
                liveBytes() / 1e6);
    }

    private static String quantiles(List<Long> nanos) {
        Collections.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%,d | %.1f | %.1f",
                nanos.size(),
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6);
    }

    /** What the attacked node holds, after a collection. */
    private long liveBytes() throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(cluster.pid(ATTACKED)),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = LIVE_BYTES.matcher(histogram);
        assertTrue(total.find(), histogram);
        return Long.parseLong(total.group(1));
    }

    private long tenMegabytes(AtomicBoolean over) {
        String tooMuch = "x".repeat(10_000_000);
        long count = 0;
        while (!over.get()) {
            try (ChatClient hostile = join()) {
                hostile.send(tooMuch);
                hostile.await("goodbye");
                count++;
            }
        }
        return count;
    }

    private long flood(AtomicBoolean over) {
        long count = 0;
        while (!over.get()) {
            try (ChatClient hostile = join()) {
                for (int i = 1; i <= 10_000; i++) {
                    hostile.send("{\"t\":\"post\",\"room\":\"lobby\",\"session\":\"session-of-a-flood\",\"n\":" + i
                            + ",\"since\":1000000,\"text\":\"flood\"}");
                }
                hostile.await("goodbye");
                count++;
            }
        }
        return count;
    }

    /** So many connections that take nothing; who asks and is given up comes again. */
    private long deaf(AtomicBoolean over, int atATime, boolean onlookers) throws IOException {
        List<RawWebSocket> deaf = new ArrayList<>();
        long count = 0;
        while (!over.get()) {
            for (RawWebSocket one : List.copyOf(deaf)) {
                try {
                    if (!onlookers) {
                        one.send("{\"t\":\"history\",\"room\":\"lobby\",\"before\":1000000}");
                    }
                } catch (IOException e) {
                    one.close();
                    deaf.remove(one);
                }
            }
            if (deaf.size() < atATime) {
                deaf.add(deafOne(onlookers));
                count++;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        for (RawWebSocket one : deaf) {
            one.close();
        }
        return count;
    }

    private RawWebSocket deafOne(boolean onlooker) throws IOException {
        RawWebSocket one = RawWebSocket.connect(address(), onlooker ? "/cluster/socket?group=counter" : "/chat/socket");
        if (!onlooker) {
            one.send("{\"t\":\"hello\",\"name\":\"Deaf\"}");
        }
        one.neverWait();
        return one;
    }
}
