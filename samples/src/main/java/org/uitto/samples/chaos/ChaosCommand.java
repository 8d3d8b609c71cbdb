package org.uitto.samples.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.nemesis.Nemesis;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code chaos}: real node processes under faults, checked by the histories of their clients. */
@Command(
        name = "chaos",
        description = {
            "Starts nodes in processes of their own, keeps clients busy on a keyed store and a counter, and does harm to"
                    + " the nodes, in rounds drawn from a seed. Ends with a verdict: the history of each key must be"
                    + " linearizable, every acknowledged write must be there, the counter must be exact, the replicas"
                    + " must be alike, and the nodes must have recovered after each round.",
            "Faults of networks and disks need root, iproute2, iptables, gcc and e2fsprogs. What this machine can't do is"
                    + " skipped, with a line that says what is missing."
        })
public final class ChaosCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--minutes",
            defaultValue = "3",
            paramLabel = "M",
            description = "How long to go on; 0.5 is half a minute. Default: ${DEFAULT-VALUE}.")
    private double minutes = 3;

    @Option(
            names = "--nemesis",
            split = ",",
            paramLabel = "NEMESIS",
            converter = NemesisConverter.class,
            description = "Which faults, with commas. Default: all of ${COMPLETION-CANDIDATES}.",
            completionCandidates = NemesisNames.class)
    private List<Nemesis> nemeses = List.of(Nemesis.values());

    @Option(names = "--nodes", defaultValue = "3", paramLabel = "3|5", description = "How many nodes. Default: 3.")
    private int nodes = 3;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "What the faults and the operations are drawn from. Default: drawn by chance, and printed.")
    private @Nullable Long seed;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Write each operation on the keyed store to this file, in lines of JSON.")
    private @Nullable Path history;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with a picture of the run to this file.")
    private @Nullable Path report;

    @Option(
            names = "--json",
            description = "Print the verdict in one line of JSON, and everything else to standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (!(minutes > 0 && minutes <= 10_000)) {
            throw refused("--minutes: " + minutes + " must be more than 0.");
        } else if (nodes != 3 && nodes != 5) {
            throw refused("--nodes: " + nodes + " must be 3 or 5.");
        }
        checkFolder("--history", history);
        checkFolder("--report", report);
        PrintWriter out =
                json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        ChaosRun.Plan plan = new ChaosRun.Plan(
                Duration.ofMillis((long) (minutes * 60_000)),
                nemeses.stream().distinct().sorted().toList(),
                nodes,
                Optional.ofNullable(seed)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000)));
        RunOutcome outcome = new ChaosRun(plan, line -> {
                    out.println(line);
                    out.flush();
                })
                .run();
        out.println("faults: " + outcome.faultCounts());
        outcome.checks()
                .forEach(check ->
                        out.println((check.isOk() ? "ok: " : "VIOLATED: ") + check.name() + ": " + check.detail()));
        if (history != null) {
            StoreHistory.write(history, outcome.store());
        }
        if (report != null) {
            Files.writeString(report, ReportPage.of(outcome));
        }
        spec.commandLine().getOut().println(json ? outcome.json() : outcome.verdict());
        return outcome.isOk() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** A run is not worth much if its result can't be written in the end. */
    private void checkFolder(String option, @Nullable Path file) {
        Path folder = file == null ? null : file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw refused(option + ": there is no folder " + folder + ".");
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads nemeses by the names they have in reports. */
    static final class NemesisConverter implements ITypeConverter<Nemesis> {
        @Override
        public Nemesis convert(String name) {
            return Arrays.stream(Nemesis.values())
                    .filter(nemesis -> nemesis.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + name + "\" is no nemesis; these are: " + Arrays.toString(Nemesis.values())));
        }
    }

    /** The names of all nemeses. */
    static final class NemesisNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        NemesisNames() {
            super(Arrays.stream(Nemesis.values()).map(Nemesis::toString).toList());
        }
    }
}
