package org.uitto.samples;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.bench.BenchCommand;
import org.uitto.samples.chaos.ChaosCommand;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.cluster.SettingsRefused;
import org.uitto.samples.demo.DemoCommand;
import org.uitto.samples.journal.JournalCommand;
import org.uitto.samples.journalbench.JournalBenchCommand;
import org.uitto.samples.node.NodeCommand;
import org.uitto.samples.operations.GroupsCommand;
import org.uitto.samples.operations.MembersCommand;
import org.uitto.samples.operations.SnapshotCommand;
import org.uitto.samples.operations.StatusCommand;
import org.uitto.samples.operations.TransferCommand;
import org.uitto.samples.simulate.SimulateCommand;
import org.uitto.samples.soak.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command line of the samples. */
@Command(
        name = "uitto-samples",
        description = "Replicated actors on Pekko, to try out.",
        subcommands = {
            NodeCommand.class,
            CounterCommand.class,
            StatusCommand.class,
            GroupsCommand.class,
            TransferCommand.class,
            SnapshotCommand.class,
            MembersCommand.class,
            KvCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            SoakCommand.class,
            ChaosCommand.class,
            JournalCommand.class,
            JournalBenchCommand.class,
            SimulateCommand.class
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is done",
            "1:it failed, was rejected, there is no such key or it has another value, the verdict is not ok, or the"
                    + " journal is damaged",
            "2:the command line is wrong",
            "3:settings, port or data were refused, or a journal is in use; the message says what would be right",
            "4:no leader took the command; it had no effect",
            "5:too many commands wait; this one had no effect",
            "6:nobody can tell whether the command took effect",
            "130, 143:ended by Ctrl-C or SIGTERM, in good order"
        })
public final class Main {
    private Main() {}

    /** Runs the command in {@code args} and ends the process with its exit code. */
    public static void main(String[] args) {
        LoggerFactory.getILoggerFactory(); // Before several threads want it at once.
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    }

    private static int explain(Exception failure, CommandLine command) {
        Throwable cause = failure instanceof CompletionException ? Objects.requireNonNull(failure.getCause()) : failure;
        if (cause instanceof SettingsRefused) {
            command.getErr().println(cause.getMessage());
            return ExitCode.REFUSED;
        } else if (cause instanceof ReplicationException replication) {
            command.getErr().println(inWords(replication));
            return ExitCode.of(replication);
        }
        command.getErr().println("Failed: " + cause);
        return ExitCode.FAILED;
    }

    private static String inWords(ReplicationException failure) {
        String advice;
        if (failure instanceof ReplicationException.Rejected) {
            advice = "It was rejected and had no effect.";
        } else if (failure.isWithoutEffect()) {
            advice = "It had no effect and can be tried again.";
        } else {
            advice = "It may have taken effect, or may yet.";
        }
        return failure.getMessage() + ". " + advice;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"uitto-samples " + (version == null ? "of an unpackaged build" : version)};
        }
    }
}
