package org.uitto.samples.journal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.JournalInspection;
import org.uitto.journal.segment.JournalRefusedException;
import org.uitto.journal.segment.JournalRepair;
import org.uitto.journal.segment.JournalReport;
import org.uitto.journal.segment.ReadOnlyDirectory;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.cluster.SettingsRefused;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code journal}: what to do with the journal of a node that is stopped. */
@Command(
        name = "journal",
        description = "Verifies, prints or repairs the journal of a node that is stopped.",
        synopsisSubcommandLabel = "(verify | dump | repair)")
public final class JournalCommand {
    private static final String DIRECTORY = "The folder that uitto.journal.directory of the node says.";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Called by the command line. */
    public JournalCommand() {}

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description =
                    "Verifies every byte and changes nothing. Returns 0 if all that was acknowledged is there, 1 if"
                            + " not.")
    int verify(
            @Parameters(paramLabel = "DIRECTORY", description = DIRECTORY) Path directory,
            @Option(names = "--json", description = "Print one object of JSON.") boolean json) {
        return inspect(directory, inspection -> {
            JournalReport report = inspection.verify();
            if (json) {
                ReportText.json(spec.commandLine().getOut(), report);
            } else {
                ReportText.lines(spec.commandLine().getOut(), report);
            }
            return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
        });
    }

    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = "Prints every record that can be read as a line of JSON, in the order of the files, deleted"
                    + " events and older copies among them. Changes nothing. Returns 1 if there is damage, and says on"
                    + " standard error where.")
    int dump(
            @Parameters(paramLabel = "DIRECTORY", description = DIRECTORY) Path directory,
            @Option(names = "--persistence-id", paramLabel = "ID", description = "Only what belongs to this one.")
                    @Nullable
                    String persistenceId,
            @Option(
                            names = "--from",
                            defaultValue = "1",
                            paramLabel = "N",
                            description = "Only events from this sequence number on.")
                    long from,
            @Option(
                            names = "--to",
                            defaultValue = "9223372036854775807",
                            paramLabel = "N",
                            description = "Only events up to this sequence number.")
                    long to) {
        RecordLines.Selection selection = new RecordLines.Selection(Optional.ofNullable(persistenceId), from, to);
        return inspect(directory, inspection -> {
            try (RecordLines lines = new RecordLines(spec.commandLine().getOut(), selection)) {
                JournalReport report = inspection.records(lines::print);
                report.findings().forEach(finding -> spec.commandLine().getErr().println(finding));
                return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
            }
        });
    }

    @Command(
            name = "repair",
            mixinStandardHelpOptions = true,
            description = "Makes a damaged journal one that opens again, and says what is lost. Nothing is deleted: the"
                    + " old files are moved to a folder damaged-... within DIRECTORY. A persistence id that lost"
                    + " acknowledged events is refused from then on, until it is discarded. Without --yes this only"
                    + " says what it would do, and returns 1 if there is anything.")
    int repair(
            @Parameters(paramLabel = "DIRECTORY", description = DIRECTORY) Path directory,
            @Option(names = "--yes", description = "Do it.") boolean yes,
            @Option(
                            names = "--discard",
                            paramLabel = "PERSISTENCE_ID",
                            description = "Give up all events of this one, so that its actor starts empty. Its highest"
                                    + " sequence number stays. For a Raft log only once the node's replica was removed"
                                    + " from the group. Can be given several times.")
                    @Nullable
                    List<String> discard) {
        Set<String> discarded = discard == null ? Set.of() : new TreeSet<>(discard);
        PrintWriter out = spec.commandLine().getOut();
        return guarded(directory, () -> {
            try (JournalRepair repair = yes ? JournalRepair.toChange(directory) : JournalRepair.toLookAt(directory)) {
                JournalRepair.Plan plan = repair.plan(discarded);
                ReportText.plan(out, plan);
                if (plan.kind() == JournalRepair.Kind.NONE) {
                    return ExitCode.OK;
                }
                if (!yes) {
                    out.println("Nothing was changed. To do this, run it again with --yes.");
                    return ExitCode.FAILED;
                }
                Optional<Path> old = repair.run(discarded, STAMP.format(Instant.now()), UUID.randomUUID());
                out.println("Done."
                        + old.map(path -> " The old files are in " + path + ".").orElse(""));
                return ExitCode.OK;
            }
        });
    }

    private static int inspect(Path directory, Inspecting task) {
        return guarded(directory, () -> {
            try (JournalInspection inspection = JournalInspection.of(new ReadOnlyDirectory(directory))) {
                return task.run(inspection);
            }
        });
    }

    private static int guarded(Path directory, Task task) {
        try {
            return task.run();
        } catch (JournalRefusedException e) {
            throw new SettingsRefused(e.getMessage());
        } catch (IOException e) {
            throw new SettingsRefused(
                    directory + " cannot be read or written: " + e + ". Check the disk, and whose files they are.");
        }
    }

    private interface Task {
        int run() throws IOException;
    }

    private interface Inspecting {
        int run(JournalInspection inspection) throws IOException;
    }
}
