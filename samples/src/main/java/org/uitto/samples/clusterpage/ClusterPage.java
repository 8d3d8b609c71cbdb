package org.uitto.samples.clusterpage;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.handleWebSocketMessages;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.uitto.Raft;
import org.uitto.samples.web.WebAddress;
import org.uitto.samples.web.WebFiles;

/** The page of the cluster, as one node serves it, or another process for the nodes. It shows, and does nothing unless told so. */
public final class ClusterPage {
    /** The most browsers at a time. */
    static final int MAX_ONLOOKERS = 100;

    private static final int MAX_GROUP_LENGTH = 200;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(10);
    private static final List<String> FILES = List.of(
            "tokens.css",
            "cluster.css",
            "cluster.js",
            "feed.js",
            "model.js",
            "ring.js",
            "charts.js",
            "actions.js",
            "icon.svg");

    private final Optional<Raft> member;
    private final Map<String, WebAddress> nodes;
    private final Optional<ActionRoute> actions;
    private final NodeRecord record = new NodeRecord();
    private final AtomicInteger onlookers = new AtomicInteger();

    private ClusterPage(Optional<Raft> member, Map<String, WebAddress> nodes, Optional<PageActions> actions) {
        this.member = member;
        this.nodes = new TreeMap<>(nodes);
        this.actions = actions.map(ActionRoute::new);
    }

    /**
     * Begins to keep what the page shows. It asks each replica of this node for its status once a second.
     *
     * @param system a member
     * @param nodes where each node serves its page; the page gathers from all of them
     * @param actions what the page may do; empty if it only shows
     */
    public static ClusterPage start(
            ActorSystem<?> system, Map<String, WebAddress> nodes, Optional<PageActions> actions) {
        ClusterPage page = new ClusterPage(Optional.of(Raft.get(system)), nodes, actions);
        system.systemActorOf(RecordKeeper.create(page.record), "uitto-cluster-page", Props.empty());
        return page;
    }

    /**
     * The page as somebody serves it who is no member. The nodes must let its pages in, see {@code uitto-web.origins}.
     *
     * @param nodes where each node serves its page
     * @param actions what the page may do
     */
    public static ClusterPage elsewhere(Map<String, WebAddress> nodes, PageActions actions) {
        return new ClusterPage(Optional.empty(), nodes, Optional.of(actions));
    }

    /** The page, and below it what happens on this node. To be put behind a guard such as {@link org.uitto.samples.web.Guard}. */
    public Route route() {
        List<Route> more = new ArrayList<>();
        member.ifPresent(raft -> more.add(path("socket", () -> socket(raft))));
        actions.ifPresent(offered -> more.add(pathPrefix("actions", offered::route)));
        more.add(WebFiles.of("cluster", FILES));
        return concat(path("nodes", this::nodes), more.toArray(Route[]::new));
    }

    private Route nodes() {
        ObjectNode json = PageJson.object().put("hasActions", actions.isPresent());
        ArrayNode list = json.putArray("nodes");
        nodes.forEach((id, address) -> list.addObject().put("id", id).put("url", address.url()));
        return get(() -> complete(StatusCodes.OK, HttpEntities.create(ContentTypes.APPLICATION_JSON, json.toString())));
    }

    private Route socket(Raft raft) {
        return parameterOptional("group", group -> {
            if (group.orElse("").length() > MAX_GROUP_LENGTH) {
                return complete(StatusCodes.BAD_REQUEST, "No group has a name of more than " + MAX_GROUP_LENGTH + ".");
            } else if (onlookers.get() >= MAX_ONLOOKERS) {
                return complete(
                        StatusCodes.SERVICE_UNAVAILABLE,
                        "This node has " + MAX_ONLOOKERS + " onlookers already. Close a page, or try later.");
            }
            return handleWebSocketMessages(flow(raft, group.orElse("")));
        });
    }

    /** Tells what happens, in one direction: whoever says something to it is not the page. */
    private Flow<Message, Message, NotUsed> flow(Raft raft, String group) {
        Sink<Message, NotUsed> fromBrowser =
                Flow.of(Message.class).takeWhile(message -> false).to(Sink.ignore());
        Source<Message, NotUsed> toBrowser = Source.fromMaterializer((materializer, attributes) -> watch(raft, group))
                .map(news -> (Message) TextMessage.create(news))
                .backpressureTimeout(TAKEN_WITHIN)
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
        return Flow.fromSinkAndSourceCoupled(fromBrowser, toBrowser);
    }

    private Source<String, NotUsed> watch(Raft raft, String group) {
        Onlooker onlooker = new Onlooker(raft, record, group);
        onlookers.incrementAndGet();
        return Source.tick(Duration.ZERO, LOOK_EVERY, NotUsed.getInstance())
                .map(tick -> onlooker.news(System.nanoTime(), System.currentTimeMillis()))
                .filter(Optional::isPresent)
                .map(Optional::get)
                .watchTermination((ticks, done) -> {
                    done.whenComplete((ignored, failure) -> {
                        onlooker.close();
                        onlookers.decrementAndGet();
                    });
                    return NotUsed.getInstance();
                });
    }
}
