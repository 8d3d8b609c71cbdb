package org.uitto.samples.node;

import com.typesafe.config.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.cluster.SettingsRefused;
import org.uitto.samples.mishap.Mishaps;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code node}: runs one node until it is told to end. */
@Command(
        name = "node",
        description =
                "Runs a node of a cluster until it is ended (SIGTERM or Ctrl-C). Says in one line when it is ready,"
                        + " and at each change of its role.")
public final class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The node's settings, such as config/node-a.conf.")
    private Path config = Path.of("");

    @Option(
            names = "--actor",
            defaultValue = "counter",
            split = ",",
            paramLabel = "ACTOR",
            description = "The replicated actors to run, one or several with commas: ${COMPLETION-CANDIDATES}."
                    + " Default: ${DEFAULT-VALUE}.")
    private List<SampleActor> actors = List.of(SampleActor.COUNTER);

    @Option(
            names = "--end-with-parent",
            hidden = true,
            description = "End when standard input does, which is when the process that holds its other end is gone.")
    private boolean endWithParent;

    @Override
    public Integer call() throws InterruptedException {
        Config settings = SampleSystem.load(config);
        PrintWriter out = spec.commandLine().getOut();
        CompletableFuture<Done> refused = new CompletableFuture<>();
        ActorSystem<NodeGuardian.Input> system =
                SampleSystem.start(settings, NodeGuardian.create(actors, refused, line -> {
                    out.println(line);
                    out.flush();
                }));
        if (endWithParent) {
            Optional<Mishaps> mishaps =
                    Mishaps.areLetIn(settings) ? Optional.of(new Mishaps(system)) : Optional.empty();
            endWith(System.in, line -> mishaps.ifPresent(told -> told.obey(line)));
        }
        try {
            refused.applyToEither(system.getWhenTerminated(), ended -> ended).get();
            return ExitCode.OK;
        } catch (ExecutionException e) {
            SampleSystem.stop(system);
            throw e.getCause() instanceof SettingsRefused refusal ? refusal : new IllegalStateException(e);
        }
    }

    private static void endWith(InputStream input, Consumer<String> lines) {
        Thread watch = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            lines.accept(line);
                        }
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    System.exit(ExitCode.OK);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
