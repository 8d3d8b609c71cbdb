package org.uitto.samples.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.JournalException;
import org.uitto.journal.segment.JournalInspection;
import org.uitto.journal.segment.JournalRefusedException;
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

    private static int inspect(Path directory, Task task) {
        try (JournalInspection inspection = JournalInspection.of(new ReadOnlyDirectory(directory))) {
            return task.run(inspection);
        } catch (JournalRefusedException e) {
            throw new SettingsRefused(e.getMessage());
        } catch (IOException e) {
            throw new SettingsRefused(
                    directory + " cannot be read: " + e + ". Check the disk, and whose files they are.");
        }
    }

    private interface Task {
        int run(JournalInspection inspection) throws IOException, JournalException;
    }
}
