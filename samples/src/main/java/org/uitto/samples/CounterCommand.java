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
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code counter}: reads the counter of a running cluster, or adds to it. */
@Command(
        name = "counter",
        description = "Reads the counter of a running cluster, or adds to it, and prints its value.",
        synopsisSubcommandLabel = "(get | add)")
final class CounterCommand {
    private static final String CONFIG = "The client's settings, such as config/client.conf.";
    private static final String TIMEOUT = "How long to wait for the answer. Default: ${DEFAULT-VALUE} s.";

    /** So that a command that no leader takes in time fails as that, and not as of unknown outcome. */
    private static final Duration GRACE = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Prints the value: a linearizable read, which holds all additions acknowledged before.")
    int get(
            @Option(names = "--config", required = true, paramLabel = "FILE", description = CONFIG) Path config,
            @Option(names = "--timeout", defaultValue = "10", paramLabel = "SECONDS", description = TIMEOUT)
                    double timeout) {
        return ask(config, timeout, Counter.Get::new);
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds N and prints the value after that, when it is on the disks of a majority.")
    int add(
            @Parameters(paramLabel = "N", description = "What to add; may be negative.") long amount,
            @Option(names = "--config", required = true, paramLabel = "FILE", description = CONFIG) Path config,
            @Option(names = "--timeout", defaultValue = "10", paramLabel = "SECONDS", description = TIMEOUT)
                    double timeout) {
        return ask(config, timeout, replyTo -> new Counter.Add(amount, replyTo));
    }

    private int ask(Path file, double seconds, Function<ActorRef<Counter.Value>, Counter.Command> command) {
        if (!(seconds >= 0.001 && seconds <= 1_000_000)) {
            throw new ParameterException(
                    spec.commandLine(), "--timeout: " + seconds + " must be 0.001 or more seconds.");
        }
        Duration timeout = Duration.ofMillis((long) (seconds * 1000));
        Config settings = ConfigFactory.parseMap(Map.of("uitto.proxy.give-up-after", timeout), "--timeout")
                .withFallback(SampleSystem.load(file));
        ActorSystem<Void> system = SampleSystem.startClient(settings);
        try {
            ActorRef<Counter.Command> counter = Raft.get(system).ref(Counter.Command.class, Counter.NAME);
            Counter.Value value = AskPattern.ask(counter, command::apply, timeout.plus(GRACE), system.scheduler())
                    .toCompletableFuture()
                    .join();
            spec.commandLine().getOut().println(value.value());
            return ExitCode.OK;
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new ReplicationException.UnknownOutcome("No answer came within " + timeout.toMillis() + " ms");
            }
            throw e;
        } finally {
            SampleSystem.stop(system);
        }
    }
}
