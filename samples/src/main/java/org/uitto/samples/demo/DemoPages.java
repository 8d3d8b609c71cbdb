package org.uitto.samples.demo;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.clusterpage.ClusterPage;
import org.uitto.samples.mishap.Mishaps;
import org.uitto.samples.web.Guard;
import org.uitto.samples.web.WebAddress;
import org.uitto.samples.web.WebFiles;
import org.uitto.samples.web.WebServer;

/** The page of the cluster with its buttons, which the demo itself serves: it remains when a node is gone. On loopback only. */
final class DemoPages {
    private DemoPages() {}

    /** A cluster that runs a counter and a chat, lets the page at {@code own} in, and can be harmed. */
    static LocalCluster newCluster(WebAddress own) {
        String settings = Mishaps.SETTINGS + "uitto-web.origins = [\"" + own + "\"]\n";
        return LocalCluster.create(
                List.of(SampleActor.COUNTER, SampleActor.CHAT), new LocalCluster.Options(settings, List.of()));
    }

    /** Serves them at {@code own} until {@code system} ends. */
    static void serve(ActorSystem<?> system, WebAddress own, LocalCluster cluster, Mischief mischief) {
        Map<String, WebAddress> nodes = new TreeMap<>();
        cluster.nodes()
                .forEach(node -> nodes.put(
                        node,
                        WebAddress.parse(cluster.pages(node).substring("http://".length()))
                                .orElseThrow()));
        ClusterPage page = ClusterPage.elsewhere(nodes, mischief);
        List<WebAddress> pages =
                Stream.concat(nodes.values().stream(), Stream.of(own)).toList();
        WebServer.serve(
                        system,
                        own,
                        own.host(),
                        new Guard(own, pages)
                                .around(concat(WebFiles.entrance("/cluster/"), pathPrefix("cluster", page::route))))
                .toCompletableFuture()
                .join();
    }
}
