package org.uitto.samples.web;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.server.Route;
import org.uitto.samples.cluster.SettingsRefused;

/** Serves a node's pages. */
public final class WebServer {
    private static final Duration END_WITHIN = Duration.ofMillis(200);

    private WebServer() {}

    /**
     * Serves {@code route} at {@code address} until {@code system} stops.
     *
     * @param bindHost where to listen
     * @return fails with {@link SettingsRefused} if it can't listen there
     */
    public static CompletionStage<ServerBinding> serve(
            ActorSystem<?> system, WebAddress address, String bindHost, Route route) {
        return Http.get(system)
                .newServerAt(bindHost, address.port())
                .bind(route)
                .thenApply(binding -> binding.addToCoordinatedShutdown(END_WITHIN, system))
                .exceptionally(failure -> {
                    throw new SettingsRefused("uitto-web.addresses: can't listen at " + bindHost + ":" + address.port()
                            + " for the pages: " + failure.getMessage()
                            + ". Is another process there? End it, or give the pages of this node another address, on"
                            + " every node.");
                });
    }
}
