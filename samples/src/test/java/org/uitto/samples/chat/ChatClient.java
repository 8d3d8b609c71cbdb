package org.uitto.samples.chat;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.web.WebAddress;

/** A browser's part of the chat's protocol, to be told what to say. */
final class ChatClient implements AutoCloseable, WebSocket.Listener {
    private static final long PATIENCE_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LinkedBlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
    private final List<JsonNode> all = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private @Nullable WebSocket socket;
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

    private ChatClient() {}

    /** @param origin the page that it pretends to come from */
    static ChatClient connect(WebAddress address, String origin) {
        ChatClient client = new ChatClient();
        client.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(URI.create("ws://" + address + "/chat/socket"), client)
                .join();
        return client;
    }

    /** Sends as fast as the connection takes it; what is sent behind its end is lost. */
    void send(String text) {
        WebSocket open = socket;
        assertNotNull(open);
        try {
            sending.join();
        } catch (CompletionException e) {
            return;
        }
        sending = open.sendText(text, true);
    }

    /** The next message of {@code type}; others before it are passed over. */
    JsonNode await(String type) {
        return awaitThat(type, message -> message.path("t").asText().equals(type));
    }

    JsonNode awaitThat(String what, Predicate<JsonNode> condition) {
        List<JsonNode> others = new ArrayList<>();
        while (true) {
            try {
                JsonNode next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertNotNull(next, what + " did not come, only " + others);
                if (condition.test(next)) {
                    return next;
                }
                others.add(next);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The texts of the room that it was told of, {@code last} among them. */
    List<String> texts(String last) {
        while (!texts().contains(last)) {
            awaitThat(last, message -> true);
        }
        return texts();
    }

    private List<String> texts() {
        return all.stream()
                .filter(message -> message.path("t").asText().equals("messages"))
                .flatMap(message -> message.path("list").findValuesAsText("text").stream())
                .toList();
    }

    int awaitClose() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            try {
                JsonNode message = JSON.readTree(part.toString());
                all.add(message);
                heard.add(message);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(part.toString(), e);
            }
            part.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
