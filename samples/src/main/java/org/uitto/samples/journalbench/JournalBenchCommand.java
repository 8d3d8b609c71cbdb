package org.uitto.samples.journalbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench-journal}: measures a journal beside its disk. */
@Command(
        name = "bench-journal",
        description = {
            "Measures a Pekko Persistence journal beside the bare limit of its disk: a loop that writes the bytes of one"
                    + " event of each writer, fsyncs, and begins again. One loop writes over the same file for ever, which"
                    + " was filled before; the other appends, so that what it writes is kept.",
            "Loops and journal take turns, so that all meet the same disk; figures are medians of all rounds."
        })
public final class JournalBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--writers",
            split = ",",
            defaultValue = "1,64,1024",
            paramLabel = "COUNT",
            description = "How many write at a time. Default: ${DEFAULT-VALUE}.")
    private List<Integer> writers = List.of();

    @Option(
            names = "--payload",
            split = ",",
            defaultValue = "100,1024",
            paramLabel = "BYTES",
            description = "The sizes of events. Default: ${DEFAULT-VALUE}.")
    private List<Integer> payloads = List.of();

    @Option(
            names = "--shape",
            split = ",",
            defaultValue = "engine,persist,pipeline,batch",
            paramLabel = "SHAPE",
            description =
                    "How events come: engine (the embedded journal's engine, without Pekko), persist (an actor for each writer, one event a request), pipeline (four actors"
                            + " with persistAsync) or batch (four actors with persistAll). Default: ${DEFAULT-VALUE}.")
    private List<Shape> shapes = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "How often to measure each. Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--millis",
            defaultValue = "1500",
            description = "How long a round is, of the loop and of the journal each. Default: ${DEFAULT-VALUE}.")
    private int millis = 1500;

    @Option(
            names = "--warmup",
            defaultValue = "15",
            paramLabel = "SECONDS",
            description = "How long to warm each shape up. Default: ${DEFAULT-VALUE}.")
    private int warmup = 15;

    @Option(
            names = "--plugin",
            defaultValue = "uitto.journal",
            paramLabel = "ID",
            description = "The journal's plugin id; its classes and -D settings come from the command line of Java. "
                    + NoJournal.PLUGIN
                    + " stores nothing: what Pekko's persistent actors can do at most."
                    + " Default: ${DEFAULT-VALUE}.")
    private String plugin = "uitto.journal";

    @Option(
            names = "--directory",
            paramLabel = "PATH",
            description = "Where to write; a folder is made in it and removed. Default: where temporary files go.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Prints one line of JSON per configuration instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        check();
        Path folder = directory == null
                ? Files.createTempDirectory("bench-journal")
                : Files.createTempDirectory(Files.createDirectories(directory), "bench-journal");
        BareLoop overwrite = new BareLoop(folder, BareLoop.Way.OVERWRITE);
        BareLoop append = new BareLoop(folder, BareLoop.Way.APPEND);
        try {
            if (!json) {
                spec.commandLine().getOut().println(Comparison.HEADER);
            }
            for (Shape shape : shapes) {
                warmUp(folder, shape);
                for (int payload : payloads) {
                    for (int count : writers) {
                        print(measure(overwrite, append, folder, new Work(shape, count, payload)));
                    }
                }
            }
        } finally {
            remove(folder);
        }
        return ExitCode.OK;
    }

    private void warmUp(Path folder, Shape shape) throws IOException, InterruptedException, TimeoutException {
        int most = writers.stream().mapToInt(Integer::intValue).max().orElseThrow();
        Load load = start(folder, new Work(shape, most, payloads.get(0)));
        load.run(Duration.ofSeconds(warmup));
        load.stop();
        remove(folder.resolve("journal"));
    }

    private Load start(Path folder, Work work) throws IOException {
        Path journal = folder.resolve("journal");
        return work.shape() == Shape.ENGINE ? new EngineLoad(journal, work) : new JournalLoad(plugin, journal, work);
    }

    private Comparison measure(BareLoop overwrite, BareLoop append, Path folder, Work work)
            throws IOException, InterruptedException, TimeoutException {
        Comparison comparison = new Comparison(work);
        Duration round = Duration.ofMillis(millis);
        Load load = start(folder, work);
        load.run(round);
        for (int i = 0; i < rounds; i++) {
            comparison.add(
                    overwrite.run(work.writers(), work.eventBytes(), round),
                    append.run(work.writers(), work.eventBytes(), round),
                    load.run(round));
        }
        load.stop();
        remove(folder.resolve("journal"));
        return comparison;
    }

    private void print(Comparison comparison) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? new ObjectMapper().writeValueAsString(comparison.fields()) : comparison.row());
        out.flush();
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }

    private void check() {
        if (writers.stream().anyMatch(count -> count < 1 || count > 50_000)) {
            throw refused("--writers: each must be from 1 to 50000.");
        } else if (payloads.stream().anyMatch(bytes -> bytes < 1 || bytes > 4096)) {
            throw refused("--payload: each must be from 1 to 4096 bytes.");
        } else if (rounds < 1 || millis < 1 || warmup < 1) {
            throw refused("--rounds, --millis and --warmup must be 1 or more.");
        }
    }

    private ParameterException refused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
