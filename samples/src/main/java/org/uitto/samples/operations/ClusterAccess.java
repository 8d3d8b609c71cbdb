package org.uitto.samples.operations;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.Raft;
import org.uitto.samples.cluster.SampleSystem;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster a command is about, and how long it waits for a node: options that all operators' commands have. */
final class ClusterAccess {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The client's settings, such as config/client.conf.")
    private Path config = Path.of("");

    @Option(
            names = "--timeout",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "How long to wait for a node to answer. Default: ${DEFAULT-VALUE} s.")
    private double timeoutSeconds = 5;

    /** How long to wait for a node. */
    Duration timeout() {
        return seconds("--timeout", timeoutSeconds);
    }

    /** As many seconds as {@code option} says, if they can be. */
    Duration seconds(String option, double value) {
        if (!(value >= 0.001 && value <= 1_000_000)) {
            throw new ParameterException(spec.commandLine(), option + ": " + value + " must be 0.001 or more seconds.");
        }
        return Duration.ofMillis((long) (value * 1000));
    }

    /** What {@code question} finds out over an actor system that is there for as long as that takes. */
    <T> T ask(Function<Raft, T> question) {
        timeout();
        ActorSystem<Void> system = SampleSystem.startClient(SampleSystem.load(config));
        try {
            return question.apply(Raft.get(system));
        } finally {
            SampleSystem.stop(system);
        }
    }
}
