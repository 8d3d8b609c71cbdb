package org.uitto.samples.node;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.server.Route;
import org.uitto.Raft;
import org.uitto.samples.chat.Chat;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SettingsRefused;
import org.uitto.samples.clusterpage.ClusterPage;
import org.uitto.samples.clusterpage.NodeActions;
import org.uitto.samples.web.Guard;
import org.uitto.samples.web.WebAddress;
import org.uitto.samples.web.WebFiles;
import org.uitto.samples.web.WebServer;
import org.uitto.samples.web.WebSettings;

/** The pages of a node: of the cluster, and of the chat, if it runs it. */
final class NodePages {
    private NodePages() {}

    /**
     * Serves the pages of {@code node}, if its settings say where.
     *
     * @return where; fails with {@link SettingsRefused} if it can't
     */
    static CompletionStage<Optional<WebAddress>> serve(ActorSystem<?> system, String node, List<SampleActor> actors) {
        Config config = system.settings().config();
        WebSettings web = WebSettings.of(config, node);
        List<Route> routes = new ArrayList<>();
        if (actors.contains(SampleActor.CHAT)) {
            Chat chat = Chat.start(system, web);
            routes.add(pathPrefix("chat", chat::route));
        }
        if (web.own().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        ClusterPage cluster = ClusterPage.start(
                system,
                web.addresses(),
                web.actions() ? Optional.of(new NodeActions(Raft.get(system), contacts(config))) : Optional.empty());
        routes.add(pathPrefix("cluster", cluster::route));
        WebAddress own = web.own().get();
        Guard guard = new Guard(own, web.pages());
        Route all = concat(
                WebFiles.entrance(actors.contains(SampleActor.CHAT) ? "/chat/" : "/cluster/"),
                routes.toArray(Route[]::new));
        return WebServer.serve(system, own, web.bindHost().orElse(own.host()), guard.around(all))
                .thenApply(binding -> Optional.of(own));
    }

    private static Map<String, String> contacts(Config config) {
        Map<String, String> contacts = new TreeMap<>();
        config.getObject("uitto.members")
                .forEach((node, contact) -> contacts.put(node, String.valueOf(contact.unwrapped())));
        return contacts;
    }
}
