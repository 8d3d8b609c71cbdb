package org.uitto.samples;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.cluster.SampleSystem;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A client of a running cluster for as long as a command of this jar asks it questions. */
final class ClusterAsk implements AutoCloseable {
    static final String CONFIG = "The client's settings, such as config/client.conf.";
    static final String TIMEOUT = "How long to wait for the answer. Default: ${DEFAULT-VALUE} s.";

    /** So that a command that no leader takes in time fails as that, and not as of unknown outcome. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final ActorSystem<Void> system;
    private final Duration timeout;

    private ClusterAsk(ActorSystem<Void> system, Duration timeout) {
        this.system = system;
        this.timeout = timeout;
    }

    /**
     * A client of the cluster that {@code file} tells of.
     *
     * @param seconds how long to wait for an answer
     * @throws ParameterException if it is no time to wait
     * @throws org.uitto.samples.cluster.SettingsRefused if the file is not one of a client
     */
    static ClusterAsk open(CommandSpec spec, Path file, double seconds) {
        if (!(seconds >= 0.001 && seconds <= 1_000_000)) {
            throw new ParameterException(
                    spec.commandLine(), "--timeout: " + seconds + " must be 0.001 or more seconds.");
        }
        Duration timeout = Duration.ofMillis((long) (seconds * 1000));
        Config settings = ConfigFactory.parseMap(Map.of("uitto.proxy.give-up-after", timeout), "--timeout")
                .withFallback(SampleSystem.load(file));
        return new ClusterAsk(SampleSystem.startClient(settings), timeout);
    }

    /**
     * Tells the replicated actor {@code name} and waits for its answer.
     *
     * @throws CompletionException with the {@link ReplicationException} that the command failed with
     */
    <C, R> R ask(Class<C> commands, String name, Function<ActorRef<R>, C> command) {
        ActorRef<C> actor = Raft.get(system).ref(commands, name);
        try {
            return AskPattern.<C, R>ask(actor, command::apply, timeout.plus(GRACE), system.scheduler())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new ReplicationException.UnknownOutcome("No answer came within " + timeout.toMillis() + " ms");
            }
            throw e;
        }
    }

    @Override
    public void close() {
        SampleSystem.stop(system);
    }
}
