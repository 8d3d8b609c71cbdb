package org.uitto.samples.clusterpage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.server.Directives;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.ProtocolEvent.Direction;
import org.uitto.ProtocolEvent.Message;
import org.uitto.Raft;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.samples.Heap;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;
import org.uitto.samples.web.Guard;
import org.uitto.samples.web.RawWebSocket;
import org.uitto.samples.web.WebAddress;
import org.uitto.samples.web.WebServer;

/** What a node tells the page of the cluster, and to whom. One node, which is a majority by itself. */
@Timeout(300)
class ClusterPageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder = Path.of("");

    private static @Nullable ActorSystem<Void> system;
    private static WebAddress address = new WebAddress("127.0.0.1", 1);

    @BeforeAll
    static void start() throws IOException {
        int port = freePort();
        Config config = ConfigFactory.parseString(
                """
                uitto { node = a, cluster = page-test, members { a = "127.0.0.1:%s" } }
                uitto.journal { directory = "%s", segment-size = 1 MiB }
                uitto.snapshot-store.directory = "%s"
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = %s } }
                pekko.remote.artery.advanced.maximum-frame-size = 512 KiB
                # The log must not be what the heap grows by.
                uitto.raft.snapshot { after-log-bytes = 1 MiB, retained-log-bytes = 1 MiB }
                pekko.http.server.socket-options.so-send-buffer-size = 8 KiB
                """.formatted(port, folder.resolve("journal"), folder.resolve("snapshots"), port));
        ActorSystem<Void> node = SampleSystem.start(config.withFallback(ConfigFactory.load()), Behaviors.<Void>empty());
        system = node;
        Raft raft = Raft.get(node);
        SampleActor.COUNTER.start(raft, ConfigFactory.empty());
        SampleActor.KV.start(raft, ConfigFactory.empty());
        address = new WebAddress("127.0.0.1", freePort());
        ClusterPage page = ClusterPage.start(
                node, Map.of("a", address), Optional.of(new NodeActions(raft, Map.of("a", "127.0.0.1:" + port))));
        WebServer.serve(
                        node,
                        address,
                        "127.0.0.1",
                        new Guard(address, List.of(address)).around(Directives.pathPrefix("cluster", page::route)))
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() {
        if (system != null) {
            SampleSystem.stop(system);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A browser that watches. */
    private static final class Listener implements WebSocket.Listener {
        private final LinkedBlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();

        JsonNode next() throws InterruptedException {
            JsonNode next = heard.poll(60, TimeUnit.SECONDS);
            assertNotNull(next, "no news");
            return next;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                try {
                    heard.add(JSON.readTree(part.toString()));
                } catch (JsonProcessingException e) {
                    end.completeExceptionally(e);
                }
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            end.complete("closed with " + statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end.complete(error.toString());
        }
    }

    private static WebSocket watch(String query, String origin, Listener listener) {
        return HTTP.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(URI.create("ws://" + address + "/cluster/socket" + query), listener)
                .join();
    }

    @Test
    void tellsOfAllGroupsAndAllAboutTheOneThatIsWatched() throws InterruptedException {
        Listener listener = new Listener();
        WebSocket socket = watch("?group=counter", address.url(), listener);
        boolean leads = false;
        boolean knowsBoth = false;
        boolean hasVoted = false;
        boolean hasSamples = false;
        while (!(leads && knowsBoth && hasVoted && hasSamples)) {
            JsonNode news = listener.next();
            assertEquals("counter", news.path("group").asText());
            leads |= news.path("status").path("role").asText().equals("leader");
            knowsBoth |= news.path("groups").findValuesAsText("name").equals(List.of("counter", "kv"));
            hasVoted |= news.path("happenings").findValuesAsText("votedFor").contains("a");
            hasSamples |= !news.path("samples").isEmpty();
        }
        socket.abort();
    }

    @Test
    void showsItselfToItsOwnPagesOnly() {
        CompletionException refused = assertThrows(
                CompletionException.class, () -> watch("?group=counter", "http://evil.example", new Listener()));

        WebSocketHandshakeException answer = assertInstanceOf(WebSocketHandshakeException.class, refused.getCause());
        assertEquals(403, answer.getResponse().statusCode());
    }

    @Test
    void putsOutWhoSaysSomething() {
        Listener listener = new Listener();
        WebSocket socket = watch("", address.url(), listener);
        socket.sendText("hello?", true).join();

        assertNotNull(listener.end.orTimeout(60, TimeUnit.SECONDS).join());
    }

    @Test
    void givesUpOnOnlookersThatNeverRead() throws Exception {
        ActorSystem<Void> node = Objects.requireNonNull(system);
        ActorRef<Counter.Command> counter = Raft.get(node).ref(Counter.Command.class, Counter.NAME);
        long value = add(node, counter);
        long before = Heap.usedBytes();
        List<RawWebSocket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < ClusterPage.MAX_ONLOOKERS; i++) {
                deaf.add(RawWebSocket.connect(address, "/cluster/socket?group=counter"));
            }
            while (onlookerIsLetIn()) {
                assertEquals(++value, add(node, counter));
            }
            assertEquals(
                    "This node has 100 onlookers already. Close a page, or try later.",
                    HTTP.send(get("/cluster/socket?group=counter"), HttpResponse.BodyHandlers.ofString())
                            .body());

            while (!onlookerIsLetIn()) { // Until those who read nothing are given up.
                assertEquals(++value, add(node, counter));
            }
            assertTrue(
                    Heap.usedBytes() - before < 50_000_000,
                    "the heap has grown from " + before + " to " + Heap.usedBytes());
        } finally {
            for (RawWebSocket one : deaf) {
                one.close();
            }
        }
    }

    private static long add(ActorSystem<Void> node, ActorRef<Counter.Command> counter) {
        return AskPattern.<Counter.Command, Counter.Value>ask(
                        counter, replyTo -> new Counter.Add(1, replyTo), Duration.ofSeconds(60), node.scheduler())
                .toCompletableFuture()
                .join()
                .value();
    }

    private static boolean onlookerIsLetIn() {
        try {
            watch("?group=counter", address.url(), new Listener()).abort();
            return true;
        } catch (CompletionException e) {
            WebSocketHandshakeException answer = assertInstanceOf(WebSocketHandshakeException.class, e.getCause());
            assertEquals(503, answer.getResponse().statusCode());
            return false;
        }
    }

    @Test
    void knowsNoGroupOfAnEndlessName() throws IOException, InterruptedException {
        assertEquals(
                400,
                HTTP.send(get("/cluster/socket?group=" + "x".repeat(201)), HttpResponse.BodyHandlers.discarding())
                        .statusCode());
    }

    private static HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(address.url() + path)).build();
    }

    @Test
    void actsForItsOwnPageOnly() throws IOException, InterruptedException {
        String token = JSON.readTree(HTTP.send(get("/cluster/actions"), HttpResponse.BodyHandlers.ofString())
                        .body())
                .path("token")
                .asText();
        String snapshot = "{\"action\":\"snapshot\",\"target\":\"a\",\"group\":\"counter\"}";

        assertEquals(403, act(snapshot, "", address.url()).statusCode());
        assertEquals(403, act(snapshot, token, "http://evil.example").statusCode());
        assertEquals(
                409,
                act(snapshot.replace("snapshot", "format"), token, address.url())
                        .statusCode());
        assertEquals(409, act("no json", token, address.url()).statusCode());
        HttpResponse<String> done = act(snapshot, token, address.url());
        assertEquals(200, done.statusCode(), done.body());
        assertTrue(done.body().startsWith("{\"outcome\":\"a was to take a snapshot: "), done.body());
    }

    private static HttpResponse<String> act(String request, String token, String origin)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(address.url() + "/cluster/actions"))
                        .header("Origin", origin)
                        .header("X-Uitto-Token", token)
                        .POST(HttpRequest.BodyPublishers.ofString(request))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void sumsUpWhateverPasses() {
        Traffic traffic = new Traffic("counter");
        for (int i = 0; i < 100_000; i++) {
            traffic.accept(new Message(
                    new GroupId("counter"),
                    new NodeId("a"),
                    i % 2 == 0 ? Direction.SENT : Direction.RECEIVED,
                    new NodeId("peer-" + i % 1000),
                    "AppendEntries",
                    1,
                    3,
                    i,
                    false));
        }
        var news = PageJson.object();
        traffic.drainTo(news);

        assertEquals(256, news.path("messages").size());
        assertEquals(
                "[\"sent\",\"peer-0\",\"AppendEntries\",false,100,300]",
                news.path("messages").path(0).toString());
        var nothing = PageJson.object();
        traffic.drainTo(nothing);
        assertTrue(nothing.isEmpty(), nothing.toString());
    }
}
