package org.uitto.samples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures throughput and latency. */
@Command(
        name = "bench",
        description =
                "Measures three nodes on this machine, each in a process of its own with an fsynced log, and one client"
                        + " process, which keeps a number of commands in flight. First all are warmed up together, three times"
                        + " as long as each configuration, at the largest number in flight.")
public final class BenchCommand implements Callable<Integer> {
    private static final int FIRST_WARMUP_FACTOR = 3;
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--in-flight",
            split = ",",
            defaultValue = "1,16,256,1024",
            paramLabel = "COUNT",
            description = "The configurations: how many commands are in flight. Default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlight = List.of();

    @Option(
            names = "--payload",
            defaultValue = "100",
            paramLabel = "BYTES",
            description = "The size of a command's payload. Default: ${DEFAULT-VALUE}.")
    private int payload = 100;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "How long to measure each. Default: ${DEFAULT-VALUE}.")
    private int seconds = 10;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "How long to warm each up. Default: ${DEFAULT-VALUE}.")
    private int warmup = 5;

    @Option(names = "--reads", description = "Measures linearizable reads as well.")
    private boolean reads;

    @Option(names = "--json", description = "Prints one line of JSON per configuration instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, ExecutionException, TimeoutException, JsonProcessingException {
        check();
        List<Bench.Kind> kinds = reads ? List.of(Bench.Kind.WRITE, Bench.Kind.READ) : List.of(Bench.Kind.WRITE);
        Duration warming = Duration.ofSeconds(warmup);
        PrintWriter out = spec.commandLine().getOut();
        ObjectMapper mapper = new ObjectMapper();
        try (Bench bench = Bench.start(payload)) {
            int largest = inFlight.stream().mapToInt(Integer::intValue).max().orElseThrow();
            for (Bench.Kind kind : kinds) {
                bench.run(kind, largest, warming.multipliedBy(FIRST_WARMUP_FACTOR));
            }
            if (!json) {
                out.println(Measurement.HEADER);
            }
            long errors = 0;
            for (Bench.Kind kind : kinds) {
                for (int count : new ArrayList<>(inFlight)) {
                    bench.run(kind, count, warming);
                    Measurement measured = bench.run(kind, count, Duration.ofSeconds(seconds));
                    out.println(json ? mapper.writeValueAsString(measured.fields()) : measured.row());
                    out.flush();
                    errors += measured.errors();
                }
            }
            return errors == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private void check() {
        if (inFlight.stream().anyMatch(count -> count < 1 || count > 50_000)) {
            throw refused("--in-flight: each must be from 1 to 50000.");
        } else if (payload < 0 || payload > MAX_PAYLOAD_BYTES) {
            throw refused("--payload: must be from 0 to " + MAX_PAYLOAD_BYTES + " bytes.");
        } else if (seconds < 1 || warmup < 0) {
            throw refused("--seconds must be 1 or more, and --warmup 0 or more.");
        }
    }

    private ParameterException refused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
