package org.uitto.samples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures throughput and latency. */
@Command(
        name = "bench",
        description = "Measures three nodes on this machine, each in a process of its own with an fsynced log, and one"
                + " client process, which keeps a number of commands in flight. First all are warmed up together,"
                + " three times as long as each configuration, at the largest number in flight.")
public final class BenchCommand implements Callable<Integer> {
    /** What else can be measured: one thing at a time. */
    private static final class Instead {
        @Option(
                names = "--groups",
                paramLabel = "COUNT",
                description =
                        "Measures instead what so many groups on the nodes cost: idle, when a node starts again, and at"
                                + " work. Each step takes --seconds.")
        private int groups;

        @Option(
                names = "--overload",
                paramLabel = "SECONDS",
                description =
                        "Measures instead what happens when for so long twice as many writes are sent as can be done.")
        private int overload;

        @Option(
                names = "--state",
                paramLabel = "MIB",
                description =
                        "Measures instead what small writes take while nodes take snapshots of a state of this size, and while a"
                                + " follower takes one over; --in-flight says how many writes are under way.")
        private int state;

        @Option(
                names = "--lone",
                description =
                        "Measures instead what one command takes while nothing else is under way, beside two bare round"
                                + " trips and an fsync, in three rounds of --seconds each.")
        private boolean lone;
    }

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

    @Option(
            names = "--reads",
            description =
                    "Measures reads as well: linearizable by the leader, by any replica and by the leader's lease (which is on then), and local.")
    private boolean reads;

    @Option(
            names = "--stream",
            description = "Measures writes through one stream that keeps their order, instead of single asks.")
    private boolean stream;

    @ArgGroup
    private Instead instead = new Instead();

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes a page with curves of throughput against latency, which needs no other file.")
    private @Nullable Path report;

    @Option(
            names = "--beside",
            paramLabel = "FILE",
            description = "What other systems did, for the report: the lines of JSON that their harness prints.")
    private @Nullable Path beside;

    @Option(names = "--json", description = "Prints one line of JSON per configuration instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, ExecutionException, TimeoutException, IOException {
        check();
        PrintWriter out = spec.commandLine().getOut();
        Optional<Map<String, Object>> figures = measureInstead(Duration.ofSeconds(warmup), Duration.ofSeconds(seconds));
        if (figures.isPresent()) {
            print(out, figures.get());
            return ExitCode.OK;
        }
        List<BenchReport.Point> others = beside == null ? List.of() : read(beside);
        List<Measurement> measured = measure(out);
        if (report != null) {
            List<BenchReport.Point> points =
                    new ArrayList<>(measured.stream().map(Measurement::point).toList());
            points.addAll(others);
            Files.writeString(report, new BenchReport(points).html());
        }
        return measured.stream().allMatch(measurement -> measurement.errors() == 0) ? ExitCode.OK : ExitCode.FAILED;
    }

    private Optional<Map<String, Object>> measureInstead(Duration warming, Duration measuring)
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        if (instead.groups > 0) {
            try (GroupsBench bench = new GroupsBench(instead.groups)) {
                return Optional.of(bench.measure(measuring));
            }
        } else if (instead.overload > 0) {
            try (OverloadBench bench = new OverloadBench()) {
                return Optional.of(bench.measure(warming, measuring, Duration.ofSeconds(instead.overload)));
            }
        } else if (instead.state > 0) {
            try (StateBench bench = new StateBench(new StateBench.Size(instead.state, inFlight.get(0)))) {
                return Optional.of(bench.measure(measuring));
            }
        } else if (instead.lone) {
            try (Bench bench = Bench.start(payload, false)) {
                return Optional.of(new LoneBench(bench, payload).measure(warming, measuring));
            }
        }
        return Optional.empty();
    }

    private void print(PrintWriter out, Map<String, Object> figures) throws JsonProcessingException {
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(figures));
        } else {
            figures.forEach((name, value) -> out.println(name.replace('_', ' ') + ": " + value));
        }
        out.flush();
    }

    private static List<BenchReport.Point> read(Path lines) throws IOException {
        List<BenchReport.Point> points = new ArrayList<>();
        for (String line : Files.readAllLines(lines)) {
            BenchReport.ofPeer(line).ifPresent(points::add);
        }
        return points;
    }

    private List<Measurement> measure(PrintWriter out)
            throws InterruptedException, ExecutionException, TimeoutException, JsonProcessingException {
        List<Bench.Kind> kinds = kinds();
        Duration warming = Duration.ofSeconds(warmup);
        ObjectMapper mapper = new ObjectMapper();
        List<Measurement> all = new ArrayList<>();
        try (Bench bench = Bench.start(payload, reads)) {
            int largest = inFlight.stream().mapToInt(Integer::intValue).max().orElseThrow();
            for (Bench.Kind kind : kinds) {
                bench.run(kind, largest, warming.multipliedBy(FIRST_WARMUP_FACTOR));
            }
            if (!json) {
                out.println(Measurement.HEADER);
            }
            for (Bench.Kind kind : kinds) {
                for (int count : inFlight) {
                    bench.run(kind, count, warming);
                    Measurement measured = bench.run(kind, count, Duration.ofSeconds(seconds));
                    out.println(json ? mapper.writeValueAsString(measured.fields()) : measured.row());
                    out.flush();
                    all.add(measured);
                }
            }
        }
        return all;
    }

    private List<Bench.Kind> kinds() {
        List<Bench.Kind> kinds = new ArrayList<>(List.of(stream ? Bench.Kind.STREAM : Bench.Kind.WRITE));
        if (reads) {
            kinds.addAll(Bench.Kind.READS);
        }
        return kinds;
    }

    private void check() {
        if (inFlight.stream().anyMatch(count -> count < 1 || count > 50_000)) {
            throw refused("--in-flight: each must be from 1 to 50000.");
        } else if (payload < 0 || payload > MAX_PAYLOAD_BYTES) {
            throw refused("--payload: must be from 0 to " + MAX_PAYLOAD_BYTES + " bytes.");
        } else if (instead.groups < 0 || instead.groups > 10_000) {
            throw refused("--groups must be from 1 to 10000.");
        } else if (instead.overload < 0) {
            throw refused("--overload must be 1 or more.");
        } else if (instead.state < 0 || instead.state > 512) {
            throw refused("--state must be from 1 to 512.");
        } else if (instead.state > 0 && inFlight.size() != 1) {
            throw refused("--state needs one number, such as --in-flight 64.");
        } else if (seconds < 1 || warmup < 0) {
            throw refused("--seconds must be 1 or more, and --warmup 0 or more.");
        } else if (beside != null && report == null) {
            throw refused("--beside is for a --report.");
        }
        if (beside != null && !Files.isReadable(beside)) {
            throw refused("--beside: " + beside + " can't be read.");
        }
    }

    private ParameterException refused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
