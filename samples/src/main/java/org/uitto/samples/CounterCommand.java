package org.uitto.samples;

import java.nio.file.Path;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.counter.Counter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code counter}: reads the counter of a running cluster, or adds to it. */
@Command(
        name = "counter",
        description = "Reads the counter of a running cluster, or adds to it, and prints its value.",
        synopsisSubcommandLabel = "(get | add)")
final class CounterCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Prints the value: a linearizable read, which holds all additions acknowledged before.")
    int get(
            @Option(names = "--config", required = true, paramLabel = "FILE", description = ClusterAsk.CONFIG)
                    Path config,
            @Option(names = "--timeout", defaultValue = "10", paramLabel = "SECONDS", description = ClusterAsk.TIMEOUT)
                    double timeout) {
        return ask(config, timeout, Counter.Get::new);
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds N and prints the value after that, when it is on the disks of a majority.")
    int add(
            @Parameters(paramLabel = "N", description = "What to add; may be negative.") long amount,
            @Option(names = "--config", required = true, paramLabel = "FILE", description = ClusterAsk.CONFIG)
                    Path config,
            @Option(names = "--timeout", defaultValue = "10", paramLabel = "SECONDS", description = ClusterAsk.TIMEOUT)
                    double timeout) {
        return ask(config, timeout, replyTo -> new Counter.Add(amount, replyTo));
    }

    private int ask(Path file, double seconds, Function<ActorRef<Counter.Value>, Counter.Command> command) {
        try (ClusterAsk cluster = ClusterAsk.open(spec, file, seconds)) {
            Counter.Value value = cluster.ask(Counter.Command.class, Counter.NAME, command);
            spec.commandLine().getOut().println(value.value());
            return ExitCode.OK;
        }
    }
}
