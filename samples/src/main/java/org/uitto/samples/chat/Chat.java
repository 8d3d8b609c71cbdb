package org.uitto.samples.chat;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.handleWebSocketMessages;
import static org.apache.pekko.http.javadsl.server.Directives.onSuccess;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.CompletionStrategy;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSink;
import org.apache.pekko.stream.typed.javadsl.ActorSource;
import org.uitto.samples.web.WebFiles;
import org.uitto.samples.web.WebSettings;

/** The chat of one node: its page, and the connections of browsers. */
public final class Chat {
    /** How much too much a message may be for its connection to end with a word, and not at once. */
    private static final int MAX_PASSED_OVER = 64 * 1024 * 1024;

    private static final Duration SPAWN_WITHIN = Duration.ofSeconds(3);
    private static final List<String> FILES =
            List.of("tokens.css", "chat.css", "chat.js", "connection.js", "outbox.js", "history.js", "icon.svg");

    private final ActorSystem<?> system;
    private final ActorRef<ChatNode.Input> node;

    private Chat(ActorSystem<?> system, ActorRef<ChatNode.Input> node) {
        this.system = system;
        this.node = node;
    }

    /** The name of the replicated actor that lists the rooms. */
    public static String directory() {
        return Directory.NAME;
    }

    /** Runs the chat on this node. */
    public static Chat start(ActorSystem<?> system, WebSettings web) {
        return new Chat(system, system.systemActorOf(ChatNode.create(web), "chat", Props.empty()));
    }

    /** The page, and below it the connections. */
    public Route route() {
        return concat(path("socket", this::socket), WebFiles.of("chat", FILES));
    }

    private Route socket() {
        CompletionStage<Optional<ActorRef<ChatSocket.Input>>> spawned =
                AskPattern.ask(node, ChatNode.NewSocket::new, SPAWN_WITHIN, system.scheduler());
        return onSuccess(
                spawned,
                socket -> socket.isPresent()
                        ? handleWebSocketMessages(flow(socket.get()))
                        : complete(
                                StatusCodes.SERVICE_UNAVAILABLE,
                                "This node has " + ChatNode.MAX_SOCKETS
                                        + " browsers already. Try another node, or later."));
    }

    private Flow<Message, Message, NotUsed> flow(ActorRef<ChatSocket.Input> socket) {
        Sink<Message, NotUsed> fromBrowser = Flow.of(Message.class)
                .mapAsync(1, this::text)
                .to(ActorSink.actorRefWithBackpressure(
                        socket,
                        (ready, text) -> new ChatSocket.Received(text, ready),
                        ChatSocket.Opened::new,
                        ChatSocket.Ack.INSTANCE,
                        ChatSocket.Gone.INSTANCE,
                        failure -> ChatSocket.Gone.INSTANCE));
        Source<Message, NotUsed> toBrowser = ActorSource.<Outgoing, ChatSocket.Input>actorRefWithBackpressure(
                        socket,
                        ChatSocket.Pulled.INSTANCE,
                        outgoing -> outgoing instanceof Outgoing.End
                                ? Optional.of(CompletionStrategy.draining())
                                : Optional.empty(),
                        outgoing -> outgoing instanceof Outgoing.Abandon abandon
                                ? Optional.of(new IllegalStateException(abandon.reason()))
                                : Optional.empty())
                .mapMaterializedValue(browser -> {
                    socket.tell(new ChatSocket.Connected(browser));
                    return NotUsed.getInstance();
                })
                .map(outgoing -> (Message) TextMessage.create(((Outgoing.Say) outgoing).json()));
        return Flow.fromSinkAndSourceCoupled(fromBrowser, toBrowser);
    }

    /** The text of {@code message}; empty if it is none, or too long: then the rest is passed over, so that it can be said. */
    private CompletionStage<Optional<String>> text(Message message) {
        if (!message.isText()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        AtomicInteger length = new AtomicInteger();
        return message.asTextMessage()
                .getStreamedText()
                .takeWhile(part -> length.addAndGet(part.length()) <= MAX_PASSED_OVER)
                .runFold(
                        new StringBuilder(),
                        (text, part) -> length.get() <= ChatSocket.MAX_FRAME_BYTES ? text.append(part) : text,
                        system)
                .thenApply(text ->
                        length.get() <= ChatSocket.MAX_FRAME_BYTES ? Optional.of(text.toString()) : Optional.empty());
    }
}
