package org.uitto.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicationException;
import org.uitto.testkit.SequentialSemantics.Reply;

/** The clients of one run: each on a machine of its own, with a proxy of the replicated actor; and what they saw. */
final class Clientele<Command> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final World world;
    private final ActorSystem<?> system;
    private final SimulatedCluster cluster;
    private final UserValues values;
    private final Story story;
    private final History<Told<Command>, Reply> history;
    private final Map<String, ActorRef<Object>> proxies = new HashMap<>();
    private final Map<ActorRef<?>, Pending> pending = new LinkedHashMap<>();
    private int askedCount;
    private int answeredCount;
    private int unknownCount;

    /** A command that is under way. */
    private final class Pending {
        final String client;
        final String text;
        final String id;
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Optional<NodeId> handledBy = Optional.empty();

        Pending(String client, String text) {
            this.client = client;
            this.text = text;
            this.id = text + " of " + client + ", number " + ++askedCount;
        }
    }

    Clientele(World world, ActorSystem<?> system, SimulatedCluster cluster, UserValues values, Story story) {
        this.world = world;
        this.system = system;
        this.cluster = cluster;
        this.values = values;
        this.story = story;
        this.history = new History<>(world::nowNanos);
    }

    /** Starts the client's machine. */
    void start(String client, Runnable started) {
        story.addClient(client);
        cluster.startClient(new NodeId(client), proxy -> {
            proxies.put(client, proxy);
            started.run();
        });
    }

    boolean isStarted(String client) {
        return proxies.containsKey(client);
    }

    /**
     * Has a client ask for something.
     *
     * @param command makes the command, given whom it is to have answered
     * @param ended gets how it ended, once it has
     */
    CompletionStage<Object> ask(
            String client, Function<ActorRef<Object>, Command> command, Consumer<Operation.Outcome> ended) {
        ActorRef<Object> proxy = proxies.get(client);
        if (proxy == null) {
            throw new IllegalStateException("Client " + client + " has not started");
        }
        Asking asking = new Asking(client, command);
        CompletionStage<Object> answer =
                AskPattern.<Object, Object>ask(proxy, asking::about, PATIENCE, system.scheduler());
        asking.pending().answer = answer.toCompletableFuture();
        answer.whenCompleteAsync( // Plain whenComplete would run on a thread of the JVM's.
                (reply, failure) -> ended.accept(asking.ended(reply, failure)), system.executionContext());
        return answer;
    }

    /** One command on its way. */
    private final class Asking {
        private final String client;
        private final Function<ActorRef<Object>, Command> make;
        private @Nullable Pending pending;
        private @Nullable ActorRef<Object> replyTo;
        private History<Told<Command>, Reply>.@Nullable Call call;

        Asking(String client, Function<ActorRef<Object>, Command> make) {
            this.client = client;
            this.make = make;
        }

        Command about(ActorRef<Object> asker) {
            Command command = make.apply(asker);
            Pending begun = new Pending(client, Briefly.text(command));
            pending = begun;
            replyTo = asker;
            Clientele.this.pending.put(asker, begun);
            call = history.call(client, new Told<>(command, asker));
            return command;
        }

        Pending pending() {
            return java.util.Objects.requireNonNull(pending, "The command is made when it is asked");
        }

        Operation.Outcome ended(@Nullable Object reply, @Nullable Throwable failure) {
            Clientele.this.pending.remove(replyTo);
            var known = java.util.Objects.requireNonNull(call);
            String handler = pending().handledBy.map(NodeId::value).orElse(client);
            if (reply != null) {
                answeredCount++;
                known.ok(new Reply(reply, values));
                story.message(world.nowNanos(), handler, client, Briefly.text(reply));
                return Operation.Outcome.OK;
            }
            boolean isWithoutEffect = failure instanceof ReplicationException reason && reason.isWithoutEffect();
            String why = failure instanceof ReplicationException
                    ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
                    : "no answer within " + PATIENCE.toSeconds() + " s";
            story.note(
                    world.nowNanos(),
                    Story.Kind.FAULT,
                    client,
                    "gets no reply to " + pending().text + " (" + why + ")");
            if (isWithoutEffect) {
                known.fail();
                return Operation.Outcome.FAIL;
            }
            unknownCount++;
            known.unknown();
            return Operation.Outcome.UNKNOWN;
        }
    }

    /** {@code node} handles {@code command} now. */
    void handles(NodeId node, Object command) {
        Optional<Pending> asked = Briefly.refIn(command).map(pending::get);
        if (asked.isPresent()) {
            asked.get().handledBy = Optional.of(node);
            story.message(world.nowNanos(), asked.get().client, node.value(), asked.get().text);
        } else {
            story.note(world.nowNanos(), Story.Kind.NOTE, node.value(), "handles " + Briefly.text(command));
        }
    }

    /** The commands under way whose replies are there by now. */
    List<String> answered() {
        return pending.values().stream()
                .filter(each -> each.answer.isDone())
                .map(each -> each.id)
                .toList();
    }

    /** What was asked and answered so far. */
    List<Operation<Told<Command>, Reply>> operations() {
        return history.operations();
    }

    int answeredCount() {
        return answeredCount;
    }

    int unknownCount() {
        return unknownCount;
    }
}
