package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.server.Directives;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.samples.Heap;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.web.Guard;
import org.uitto.samples.web.RawWebSocket;
import org.uitto.samples.web.WebAddress;
import org.uitto.samples.web.WebServer;
import org.uitto.samples.web.WebSettings;

/** What a node of the chat takes from browsers, the hostile ones among them. One node, which is a majority by itself. */
@Timeout(180)
class ChatServerTest {
    private static final String SESSION = "session-of-this-test";

    @TempDir
    private static Path folder = Path.of("");

    private static ActorSystem<Void> system = startNothing();
    private static WebAddress address = new WebAddress("127.0.0.1", 1);

    private static ActorSystem<Void> startNothing() {
        return ActorSystem.create(
                Behaviors.empty(),
                "nothing",
                ConfigFactory.parseString("pekko.loglevel=ERROR").withFallback(ConfigFactory.load()));
    }

    @BeforeAll
    static void start() throws IOException {
        SampleSystem.stop(system);
        int port = freePort();
        Config config = ConfigFactory.parseString(
                """
                uitto { node = a, cluster = chat-test, members { a = "127.0.0.1:%s" } }
                uitto.journal { directory = "%s", segment-size = 1 MiB }
                uitto.snapshot-store.directory = "%s"
                pekko.actor.provider = remote
                pekko.remote.warn-about-direct-use = off
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = %s } }
                pekko.remote.artery.advanced.maximum-frame-size = 512 KiB
                pekko.http.server.idle-timeout = 5 s
                """.formatted(port, folder.resolve("journal"), folder.resolve("snapshots"), port));
        system = SampleSystem.start(config.withFallback(ConfigFactory.load()), Behaviors.empty());
        address = new WebAddress("127.0.0.1", freePort());
        WebSettings web = new WebSettings("a", Map.of("a", address));
        Chat chat = Chat.start(system, web);
        WebServer.serve(
                        system,
                        address,
                        "127.0.0.1",
                        new Guard(address, List.of(address)).around(Directives.pathPrefix("chat", chat::route)))
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() {
        SampleSystem.stop(system);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ChatClient join(String name) {
        ChatClient client = ChatClient.connect(address, address.url());
        client.send("{\"t\":\"hello\",\"name\":\"" + name + "\"}");
        Set<String> seen = new HashSet<>();
        client.awaitThat("a welcome, and a leader of the lobby", message -> {
            boolean leads = message.path("room").asText().equals("lobby")
                    && message.path("leader").asText().equals("a");
            if (leads || message.path("t").asText().equals("welcome")) {
                seen.add(message.path("t").asText());
            }
            return seen.size() == 2;
        });
        return client;
    }

    private static void look(ChatClient client, String session) {
        client.send("{\"t\":\"look\",\"room\":\"lobby\",\"after\":-1,\"session\":\"" + session + "\"}");
    }

    private static String post(String session, long number, String text) {
        return "{\"t\":\"post\",\"room\":\"lobby\",\"session\":\"" + session + "\",\"n\":" + number
                + ",\"since\":1000000,\"text\":\"" + text + "\"}";
    }

    @Test
    void takesEachMessageOnceAndInOrder() {
        try (ChatClient client = join("Aino")) {
            look(client, SESSION);
            client.send(post(SESSION, 1, "one"));
            client.await("posted");
            client.send(post(SESSION, 1, "one"));
            client.await("posted");
            client.send(post(SESSION, 3, "three"));

            assertEquals(2, client.await("out-of-turn").path("expected").asLong());
            client.send(post(SESSION, 2, "two"));
            client.await("posted");
            List<String> said = client.texts("two");
            assertEquals(List.of("one", "two"), said.subList(said.size() - 2, said.size()));
        }
    }

    @Test
    void handsMarkupOnAsText() {
        String markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        try (ChatClient client = join("<b>Aino</b>")) {
            look(client, "session-of-markup-");
            client.send(post("session-of-markup-", 1, markup));

            assertTrue(client.texts(markup).contains(markup));
        }
    }

    @Test
    void refusesNamesAndTextsThatAreNone() {
        try (ChatClient client = ChatClient.connect(address, address.url())) {
            client.send("{\"t\":\"hello\",\"name\":\"" + "x".repeat(33) + "\"}");
            assertEquals(
                    "The name has 33 characters; 32 are allowed.",
                    client.await("unwelcome").path("reason").asText());
        }
        try (ChatClient client = join("Eino")) {
            client.send(post("session-of-no-text", 1, "   "));
            assertEquals("invalid", client.await("refused").path("code").asText());
            client.send(post("session-of-no-text", 1, "x".repeat(2001)));
            assertEquals(
                    "The message has 2001 characters; 2000 are allowed.",
                    client.await("refused").path("reason").asText());
        }
    }

    @Test
    void endsAConnectionThatDoesNotSpeakAsAgreed() {
        try (ChatClient client = ChatClient.connect(address, address.url())) {
            client.send("no json");
            assertEquals("malformed", client.await("goodbye").path("code").asText());
            assertEquals(1000, client.awaitClose());
        }
    }

    @Test
    void endsAConnectionThatSendsTenMegabytesAndServesTheOthersMeanwhile() {
        String tooMuch = "{\"t\":\"post\",\"text\":\"" + "x".repeat(10_000_000) + "\"}";
        try (ChatClient other = join("Lempi")) {
            look(other, "session-of-the-patient");
            long before = Heap.usedBytes();

            for (int i = 1; i <= 10; i++) {
                try (ChatClient hostile = join("Eino")) {
                    hostile.send(tooMuch);
                    other.send(post("session-of-the-patient", i, "patient " + i));

                    JsonNode goodbye = hostile.await("goodbye");
                    assertEquals("too-large", goodbye.path("code").asText());
                    assertEquals(
                            "A message is text of at most 16384 bytes.",
                            goodbye.path("reason").asText());
                    other.await("posted");
                }
            }
            assertTrue(
                    Heap.usedBytes() - before < 100_000_000,
                    "the heap has grown from " + before + " to " + Heap.usedBytes());
        }
    }

    @Test
    void holdsBackAFloodAndServesTheOthersMeanwhile() {
        try (ChatClient hostile = join("Flood");
                ChatClient other = join("Lempi")) {
            look(other, "session-of-the-other");
            long before = Heap.usedBytes();

            for (int i = 1; i <= 10_000; i++) {
                hostile.send(post("session-of-a-flood", i, "flood " + i));
            }
            other.send(post("session-of-the-other", 1, "calm"));
            other.await("posted");

            JsonNode refused = hostile.await("refused");
            assertEquals("too-fast", refused.path("code").asText());
            assertEquals(500, refused.path("retryMillis").asLong());
            JsonNode goodbye = hostile.await("goodbye");
            assertEquals("flood", goodbye.path("code").asText());
            assertEquals(
                    "Too many messages, too fast: at most 5 a second.",
                    goodbye.path("reason").asText());
            assertTrue(
                    Heap.usedBytes() - before < 100_000_000,
                    "the heap has grown from " + before + " to " + Heap.usedBytes());
        }
    }

    @Test
    void givesUpOnAConnectionThatNeverReads() throws IOException {
        try (ChatClient writer = join("Väinö")) {
            for (int i = 1; i <= 20; i++) {
                writer.send(post("session-of-a-writer", i, "y".repeat(2000)));
                writer.await("posted");
            }
        }
        long before = Heap.usedBytes();

        try (ChatClient other = join("Lempi");
                RawWebSocket deaf = RawWebSocket.connect(address, "/chat/socket")) {
            deaf.send("{\"t\":\"hello\",\"name\":\"Deaf\"}");

            // It asks for far more than it will ever read. The node does not take what it can't answer, until it takes
            // no more.
            assertThrows(IOException.class, () -> {
                while (true) {
                    deaf.send("{\"t\":\"history\",\"room\":\"lobby\",\"before\":1000000}");
                }
            });
            other.send(post("session-beside-a-deaf", 1, "heard"));
            other.await("posted");
        }
        assertTrue(
                Heap.usedBytes() - before < 100_000_000,
                "the heap has grown from " + before + " to " + Heap.usedBytes());
    }

    @Test
    void refusesPagesFromElsewhere() {
        CompletionException refused =
                assertThrows(CompletionException.class, () -> ChatClient.connect(address, "http://evil.example"));

        WebSocketHandshakeException answer = assertInstanceOf(WebSocketHandshakeException.class, refused.getCause());
        assertEquals(403, answer.getResponse().statusCode());
        ChatClient.connect(address, "http://localhost:" + address.port()).close();
    }

    @Test
    void servesThePageWithAPolicyAndOnlyUnderItsOwnName() throws Exception {
        HttpResponse<String> page = get("127.0.0.1");

        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("<title>Chat"), page.body());
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'self'; connect-src 'self' "), policy);
        assertFalse(
                page.body().contains("http://") || page.body().contains("https://"), "it names something elsewhere");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.port());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream()
                    .write("GET /chat/ HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).startsWith("HTTP/1.1 421 "));
        }
    }

    private static HttpResponse<String> get(String host) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + host + ":" + address.port() + "/chat/");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void beginsAnewForWhoHasSeenAnotherRoom() {
        try (ChatClient client = join("Aino")) {
            client.send(post("session-of-another-room", 1, "here"));
            client.await("posted");

            client.send(
                    "{\"t\":\"look\",\"room\":\"lobby\",\"after\":1000000,\"session\":\"session-of-another-room\"}");

            JsonNode messages = client.await("messages");
            assertTrue(messages.path("begins").asBoolean(), messages.toString());
            assertTrue(messages.path("list").findValuesAsText("text").contains("here"), messages.toString());
        }
    }

    @Test
    void opensARoomOnceForAll() {
        try (ChatClient client = join("Aino")) {
            client.send("{\"t\":\"open\",\"title\":\"Sorting yard\"}");
            JsonNode opened = client.await("opened");
            client.send("{\"t\":\"open\",\"title\":\"sorting YARD\"}");

            assertEquals(opened.path("room"), client.await("opened").path("room"));
        }
    }
}
