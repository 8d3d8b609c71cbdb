package org.uitto.samples.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soak}: shows that disk and memory stay bounded, and how a node that slept catches up. */
@Command(
        name = "soak",
        description =
                "Adds to a counter on three nodes, each in a process of its own with a small log. After a third of the"
                        + " additions a follower is killed; after another third it is started again and catches up by a snapshot while"
                        + " the additions go on. Prints what disk and memory the nodes take, and how long commands took in each phase.")
public final class SoakCommand implements Callable<Integer> {
    private static final String SETTINGS = """
            uitto.snapshot { after-log-bytes = %d KiB, retained-log-bytes = %d KiB }
            uitto.journal.segment-size = 2 MiB
            """;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--additions",
            defaultValue = "2000000",
            paramLabel = "COUNT",
            description = "How many. Default: ${DEFAULT-VALUE}.")
    private long additions = 2_000_000;

    @Option(
            names = "--in-flight",
            defaultValue = "256",
            paramLabel = "COUNT",
            description = "How many at a time. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 256;

    @Option(
            names = "--log-kib",
            defaultValue = "8192",
            paramLabel = "KIB",
            description = "How large the log of a node may become. Default: ${DEFAULT-VALUE}.")
    private int logKib = 8192;

    @Option(
            names = "--heap-mib",
            defaultValue = "128",
            paramLabel = "MIB",
            description = "The heap of each node. Default: ${DEFAULT-VALUE}.")
    private int heapMib = 128;

    @Option(names = "--json", description = "Prints one line of JSON per sample and phase instead of a table.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Writes a plot of disk and memory over time, as SVG.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws InterruptedException, ExecutionException, TimeoutException, IOException {
        if (additions < 3 || inFlight < 1 || logKib < 64 || heapMib < 64) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--additions must be 3 or more, --in-flight 1 or more, --log-kib and --heap-mib 64 or more.");
        }
        PrintWriter out = spec.commandLine().getOut();
        String settings = SETTINGS.formatted(logKib * 3L / 4, logKib / 4L);
        Soak.Plan plan = new Soak.Plan(additions, inFlight, settings, List.of("-Xmx" + heapMib + "m"));
        ObjectMapper mapper = new ObjectMapper();
        try (Soak soak = new Soak(plan, sample -> print(out, mapper, sample))) {
            Soak.Outcome outcome = soak.run();
            for (Soak.Phase phase : outcome.phases()) {
                out.println(inWords(phase));
            }
            out.printf(
                    Locale.ROOT,
                    "verdict: %s acknowledged=%d failed=%d counter=%d disk-max-mib=%.1f memory-max-mib=%.1f%n",
                    outcome.isOk() ? "ok" : "NOT OK",
                    outcome.acknowledged(),
                    outcome.failed(),
                    outcome.value(),
                    largest(outcome.samples(), true),
                    largest(outcome.samples(), false));
            out.flush();
            Optional<Path> target = Optional.ofNullable(plot);
            if (target.isPresent()) {
                Files.writeString(target.get(), new SoakPlot(outcome.samples()).svg());
            }
            return outcome.isOk() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static double largest(List<Sample> samples, boolean disk) {
        return samples.stream()
                        .flatMap(sample -> (disk ? sample.diskBytes() : sample.memoryBytes()).values().stream())
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0)
                / 1048576.0;
    }

    private void print(PrintWriter out, ObjectMapper mapper, Sample sample) {
        try {
            out.println(json ? mapper.writeValueAsString(sample.fields()) : sample.fields());
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers and texts can always be written as JSON", e);
        }
    }

    private static String inWords(Soak.Phase phase) {
        double seconds = phase.lasted().toNanos() / 1e9;
        return String.format(
                Locale.ROOT,
                "%-26s %6.1f s  %8.0f/s  p50 %6.2f ms  p99 %6.2f ms  max %7.1f ms",
                phase.name(),
                seconds,
                phase.latencyNanos().getTotalCount() / seconds,
                phase.latencyNanos().getValueAtPercentile(50) / 1e6,
                phase.latencyNanos().getValueAtPercentile(99) / 1e6,
                phase.latencyNanos().getMaxValue() / 1e6);
    }
}
