package org.uitto.samples.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.uitto.Raft;
import org.uitto.RoleChanged;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SettingsRefused;
import org.uitto.samples.web.WebAddress;

/** Runs a node's replicas and tells its operator how it fares. */
final class NodeGuardian extends AbstractBehavior<NodeGuardian.Input> {
    /** What the guardian hears. */
    sealed interface Input {}

    private record Changed(RoleChanged change) implements Input {}

    private record PagesServed(
            Optional<WebAddress> address, @Nullable Throwable failure) implements Input {}

    private record Status(SampleActor actor, Optional<ReplicaStatus> status) implements Input {}

    private enum Ask implements Input {
        INSTANCE
    }

    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(200);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private final TimerScheduler<Input> timers;
    private final List<SampleActor> actors;
    private final CompletableFuture<Done> refused;
    private final Consumer<String> operator;
    private final Raft raft;
    private final String node;
    private final String contact;
    private boolean ready;
    private final Map<GroupId, RoleChanged> lastOf = new HashMap<>();

    private NodeGuardian(
            ActorContext<Input> context,
            TimerScheduler<Input> timers,
            List<SampleActor> actors,
            CompletableFuture<Done> refused,
            Consumer<String> operator) {
        super(context);
        this.timers = timers;
        this.actors = List.copyOf(actors);
        this.refused = refused;
        this.operator = operator;
        ActorRef<RoleChanged> changes = context.messageAdapter(RoleChanged.class, Changed::new);
        context.getSystem().eventStream().tell(new EventStream.Subscribe<>(RoleChanged.class, changes));
        this.raft = Raft.get(context.getSystem());
        actors.forEach(actor -> actor.start(raft));
        this.node = raft.node().orElseThrow().value();
        Config canonical = settings().getConfig("pekko.remote.artery.canonical");
        this.contact = canonical.getString("hostname") + ":" + canonical.getInt("port");
        context.getSelf().tell(Ask.INSTANCE);
        if (isChat()) { // Its groups are started with its pages.
            servePages();
        }
    }

    private boolean isChat() {
        return actors.contains(SampleActor.CHAT);
    }

    /**
     * If it can be, once the data is known to be this node's: who can't have it is told so first. Loading the server takes
     * seconds on a busy machine; meanwhile the operator hears how the groups fare.
     */
    private void servePages() {
        ActorSystem<?> system = getContext().getSystem();
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                        () -> NodePages.serve(system, node, actors), system.executionContext())
                                .thenCompose(served -> served),
                        (address, failure) -> new PagesServed(address == null ? Optional.empty() : address, failure));
    }

    /**
     * The guardian of a node.
     *
     * @param refused fails with {@link SettingsRefused} if the node can't start
     * @param operator is told in lines
     */
    static Behavior<Input> create(
            List<SampleActor> actors, CompletableFuture<Done> refused, Consumer<String> operator) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            try {
                return new NodeGuardian(context, timers, actors, refused, operator);
            } catch (ConfigurationException | ConfigException | SettingsRefused e) {
                refused.completeExceptionally(inTheOperatorsWords(e));
                return Behaviors.empty();
            }
        }));
    }

    private static Throwable inTheOperatorsWords(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ConfigurationException || cause instanceof ConfigException
                ? new SettingsRefused(String.valueOf(cause.getMessage()))
                : cause;
    }

    @Override
    public Receive<Input> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, changed -> onChanged(changed.change()))
                .onMessageEquals(Ask.INSTANCE, this::ask)
                .onMessage(Status.class, this::onStatus)
                .onMessage(PagesServed.class, this::onPagesServed)
                .build();
    }

    private Behavior<Input> onPagesServed(PagesServed served) {
        if (served.failure() != null) {
            refused.completeExceptionally(inTheOperatorsWords(served.failure()));
        }
        served.address().ifPresent(address -> tell("pages at " + address.url() + "/"));
        return this;
    }

    private Behavior<Input> onChanged(RoleChanged change) {
        if (actors.stream().noneMatch(actor -> actor.id().equals(change.group().value()))) {
            return this; // A room of the chat: there may be many.
        } else if (change.role() == Role.HALTED) {
            return ask(); // Why, only the status says.
        }
        if (!ready) {
            ready = true;
            if (!isChat()) {
                servePages();
            }
            tell("ready at " + contact
                    + dataFolder().map(folder -> ", data in " + folder).orElse(""));
        }
        RoleChanged last = lastOf.put(change.group(), change);
        boolean sameRole = last != null && last.role() == change.role();
        boolean sameLeader =
                change.leader().isEmpty() || (last != null && last.leader().equals(change.leader()));
        if (!sameRole || !sameLeader || (last != null && change.role() == Role.LEADER)) {
            tell(groupPrefix(change.group().value()) + inWords(change));
        }
        return this;
    }

    private static String inWords(RoleChanged change) {
        String role = change.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
        String leader = change.role() != Role.FOLLOWER
                ? ""
                : change.leader().map(id -> " of " + id).orElse(", no leader known");
        return role + leader + ", term " + change.term();
    }

    private Behavior<Input> ask() {
        for (SampleActor actor : actors) {
            getContext()
                    .pipeToSelf(
                            raft.status(actor.id(), contact, ANSWER_WITHIN),
                            (status, failure) -> new Status(actor, Optional.ofNullable(status)));
        }
        return this;
    }

    private Behavior<Input> onStatus(Status answer) {
        Optional<String> trouble =
                answer.status().flatMap(status -> status.group().trouble());
        if (trouble.isPresent() && !ready) {
            refused.completeExceptionally(new SettingsRefused(trouble.get()));
        } else if (trouble.isPresent()) {
            tell(groupPrefix(answer.actor().id()) + "takes no part any more: " + trouble.get());
        } else if (!ready) {
            timers.startSingleTimer(Ask.INSTANCE, ASK_AGAIN_AFTER);
        }
        return this;
    }

    /** Which group a line is about, where that is not clear. */
    private String groupPrefix(String group) {
        return actors.size() == 1 ? "" : group + ": ";
    }

    private Optional<Path> dataFolder() {
        String journal = settings().getString("uitto.log.journal");
        return journal.equals("uitto.journal")
                ? Optional.of(
                        Path.of(settings().getString("uitto.journal.directory")).toAbsolutePath())
                : Optional.empty();
    }

    private Config settings() {
        return getContext().getSystem().settings().config();
    }

    private void tell(String line) {
        operator.accept("node " + node + ": " + line);
    }
}
