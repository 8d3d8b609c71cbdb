package org.uitto.samples.simulate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.testkit.ClientHistory;
import org.uitto.testkit.ProtocolTraceRun;
import org.uitto.testkit.SimulationFailure;
import org.uitto.testkit.SimulationSearch;
import org.uitto.testkit.SimulationSearch.Violation;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: searches seeds of the simulation for one that breaks a promise of Raft. */
@Command(
        name = "simulate",
        description =
                "Runs whole groups of replicas, with their clients, on a simulated network, disks and clocks, under"
                        + " faults that are drawn from a seed, and checks the promises of Raft at every step. Ends with 1"
                        + " at the first seed that breaks one, and says how to run that seed again.")
public final class SimulateCommand implements Callable<Integer> {
    private static final long ENDLESS = Long.MAX_VALUE / 2;
    private static final Duration FOREVER = Duration.ofDays(10_000);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @ArgGroup
    private @Nullable Extent extent;

    /** How much is searched: one or the other. */
    static final class Extent {
        @Option(names = "--seeds", paramLabel = "N", description = "How many seeds to run. Default: 1000.")
        private @Nullable Long seeds;

        @Option(names = "--minutes", paramLabel = "M", description = "For how long to run one seed after the other.")
        private @Nullable Double minutes;
    }

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The seed to run; with --seeds or --minutes the first of them. Default: 1.")
    private @Nullable Long seed;

    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "How many seeds to run at a time. Default: as many as there are processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Prints the result as one line of JSON, and nothing of the progress.")
    private boolean json;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Writes one run's protocol trace instead, for the trace specification of etcd-io/raft.")
    private @Nullable Path trace;

    @Option(
            names = "--events",
            defaultValue = "400",
            paramLabel = "COUNT",
            description = "How many events a trace has. Default: ${DEFAULT-VALUE}.")
    private int events = 400;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Writes instead what the clients of one run under faults did and saw, one line of JSON an"
                    + " operation.")
    private @Nullable Path history;

    @Option(
            names = "--operations",
            defaultValue = "5000",
            paramLabel = "COUNT",
            description = "How many operations a history has, or a few more. Default: ${DEFAULT-VALUE}.")
    private int operations = 5_000;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Silence silence = new Silence();
        try {
            return callSilently();
        } finally {
            silence.end();
        }
    }

    private int callSilently() throws InterruptedException, IOException {
        Path traceFile = trace;
        Path historyFile = history;
        if (traceFile == null && historyFile == null) {
            return search(plan());
        }
        checkRecording();
        try {
            if (traceFile != null) {
                writeTrace(traceFile);
            }
            if (historyFile != null) {
                writeHistory(historyFile);
            }
            return ExitCode.OK;
        } catch (SimulationFailure e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private void checkRecording() {
        boolean tooFewOrMany = events < ProtocolTraceRun.MIN_EVENTS || events > ProtocolTraceRun.MAX_EVENTS;
        if (extent != null || firstSeed() < 1 || tooFewOrMany || operations < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--trace and --history are of one seed, which is more than 0; --events must be from "
                            + ProtocolTraceRun.MIN_EVENTS + " to " + ProtocolTraceRun.MAX_EVENTS
                            + ", and --operations more than 0.");
        }
    }

    private void writeTrace(Path file) throws IOException {
        List<String> lines = ProtocolTraceRun.lines(firstSeed(), events);
        Files.write(file, lines);
        spec.commandLine().getOut().println("trace: seed=" + firstSeed() + " events=" + lines.size() + " file=" + file);
    }

    private void writeHistory(Path file) throws IOException {
        ClientHistory recorded = ClientHistory.of(firstSeed(), operations);
        Files.write(file, recorded.lines());
        spec.commandLine()
                .getOut()
                .println("history: seed=" + firstSeed() + " operations="
                        + recorded.lines().size() + " ok=" + recorded.okCount() + " fail=" + recorded.failCount()
                        + " info=" + recorded.infoCount() + " linearizable="
                        + (recorded.undecided() ? "undecided" : "yes") + " file=" + file);
    }

    private int search(SimulationSearch.Plan plan) throws InterruptedException, JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        SearchText text = new SearchText(plan);
        SimulationSearch.Result result = SimulationSearch.run(plan, PROGRESS_EVERY, soFar -> {
            if (!json) {
                out.println(text.progress(soFar));
                out.flush();
            }
        });
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(text.fields(result)));
        } else {
            out.println(text.covered(result));
            out.println(text.verdict(result));
        }
        out.flush();
        result.violation().ifPresent(this::explain);
        return result.violation().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void explain(Violation violation) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(violation.failure().getMessage());
        err.println("Run it again with: simulate --seed " + violation.seed());
        err.flush();
    }

    private long firstSeed() {
        return seed == null ? 1 : seed;
    }

    private SimulationSearch.Plan plan() {
        Extent given = extent == null ? new Extent() : extent;
        long seeds = given.seeds != null ? given.seeds : given.minutes != null ? ENDLESS : seed == null ? 1_000 : 1;
        Duration limit = given.minutes == null ? FOREVER : Duration.ofMillis(Math.round(given.minutes * 60_000));
        if (firstSeed() < 1 || seeds < 1 || limit.isZero() || limit.isNegative() || threads < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--seed, --seeds, --minutes and --threads must be more than 0.");
        }
        return new SimulationSearch.Plan(firstSeed(), seeds, limit, threads);
    }

    /** What simulated nodes log of their troubles would drown everything else, and takes time. */
    private static final class Silence {
        private final Map<Logger, Optional<Level>> before = new HashMap<>();

        Silence() {
            for (String name : List.of("org.uitto", "org.apache.pekko")) {
                if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                    before.put(logger, Optional.ofNullable(logger.getLevel()));
                    logger.setLevel(Level.OFF);
                }
            }
        }

        @SuppressWarnings("NullAway") // No level of its own is null in logback.
        void end() {
            before.forEach((logger, level) -> logger.setLevel(level.orElse(null)));
        }
    }
}
