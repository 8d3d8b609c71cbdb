package org.uitto.samples.clusterpage;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.onComplete;
import static org.apache.pekko.http.javadsl.server.Directives.optionalHeaderValueByName;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.post;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/**
 * Lets the page act. What it asks for must carry a token that only a page of the same origin can have read: another page in
 * the same browser could send a request, but neither that header nor read the token.
 */
final class ActionRoute {
    private static final String HEADER = "X-Uitto-Token";
    private static final int TOKEN_BYTES = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PageActions actions;
    private final String token;

    ActionRoute(PageActions actions) {
        this.actions = actions;
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        this.token = HexFormat.of().formatHex(bytes);
    }

    Route route() {
        return pathEnd(() -> concat(get(() -> respond(StatusCodes.OK, offered())), post(this::act)));
    }

    private ObjectNode offered() {
        ObjectNode json = PageJson.object().put("token", token).put("why", actions.why());
        ArrayNode list = json.putArray("actions");
        for (PageAction action : actions.offered()) {
            ArrayNode targets = list.addObject()
                    .put("id", action.id())
                    .put("label", action.label())
                    .put("explanation", action.explanation())
                    .putArray("targets");
            action.targets().forEach(targets::add);
        }
        return json;
    }

    private Route act() {
        return optionalHeaderValueByName(HEADER, given -> {
            if (!isToken(given)) {
                return problem(StatusCodes.FORBIDDEN, "The page was served by another process. Load it again.");
            }
            return entity(
                    Unmarshaller.entityToString(),
                    body -> onComplete(
                            perform(body),
                            outcome -> outcome.isSuccess()
                                    ? respond(StatusCodes.OK, PageJson.object().put("outcome", outcome.get()))
                                    : problem(
                                            StatusCodes.CONFLICT,
                                            reason(outcome.failed().get()))));
        });
    }

    private boolean isToken(Optional<String> given) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), given.orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private CompletionStage<String> perform(String body) {
        try {
            JsonNode request = JSON.readTree(body);
            return actions.perform(
                    request.path("action").asText(),
                    request.path("target").asText(),
                    request.path("group").asText());
        } catch (JsonProcessingException e) {
            return CompletableFuture.failedFuture(new IllegalStateException("That was no JSON."));
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IllegalStateException ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    private static Route problem(StatusCode status, String text) {
        return respond(status, PageJson.object().put("problem", text));
    }

    private static Route respond(StatusCode status, ObjectNode json) {
        return complete(status, HttpEntities.create(ContentTypes.APPLICATION_JSON, json.toString()));
    }
}
