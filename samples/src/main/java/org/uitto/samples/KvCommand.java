package org.uitto.samples;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.kv.KeyedStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code kv}: reads the keyed store of a running cluster, or changes it. */
@Command(
        name = "kv",
        description = "Reads the keyed store of a running cluster (node --actor kv), or changes it.",
        synopsisSubcommandLabel = "(get | put | append | cas | delete | list)")
final class KvCommand {
    private static final String KEY = "The key, of 1 to " + KeyedStore.MAX_KEY_CHARACTERS + " characters.";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = ClusterAsk.CONFIG)
    private Path config = Path.of("");

    @Option(
            names = "--timeout",
            defaultValue = "10",
            paramLabel = "SECONDS",
            scope = ScopeType.INHERIT,
            description = ClusterAsk.TIMEOUT)
    private double timeout = 10;

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = "Prints the value of KEY: a linearizable read, which sees all that was acknowledged before.")
    int get(@Parameters(paramLabel = "KEY", description = KEY) String key) {
        Optional<String> value = this.<KeyedStore.Found>ask(replyTo -> new KeyedStore.Get(key, replyTo))
                .value();
        value.ifPresentOrElse(spec.commandLine().getOut()::println, () -> sayThatThereIsNo(key));
        return value.isPresent() ? ExitCode.OK : ExitCode.FAILED;
    }

    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description = "Makes VALUE the value of KEY. Returns when that is on the disks of a majority.")
    int put(
            @Parameters(paramLabel = "KEY", description = KEY) String key,
            @Parameters(
                            paramLabel = "VALUE",
                            description = "The value, of up to " + KeyedStore.MAX_VALUE_CHARACTERS + " characters.")
                    String value) {
        this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Put(key, value, replyTo));
        return ExitCode.OK;
    }

    @Command(
            name = "append",
            mixinStandardHelpOptions = true,
            description = "Adds SUFFIX at the end of the value of KEY; of a key without a value it becomes the value.")
    int append(
            @Parameters(paramLabel = "KEY", description = KEY) String key,
            @Parameters(paramLabel = "SUFFIX", description = "What to add.") String suffix) {
        this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Append(key, suffix, replyTo));
        return ExitCode.OK;
    }

    @Command(
            name = "cas",
            mixinStandardHelpOptions = true,
            description = "Compares and sets: makes VALUE the value of KEY if that is EXPECTED now.")
    int compareAndSet(
            @Parameters(paramLabel = "KEY", description = KEY) String key,
            @Parameters(paramLabel = "EXPECTED", description = "What the value must be now.") String expected,
            @Parameters(paramLabel = "VALUE", description = "What it becomes.") String value) {
        boolean swapped = this.<KeyedStore.Swapped>ask(
                        replyTo -> new KeyedStore.CompareAndSet(key, expected, value, replyTo))
                .swapped();
        if (!swapped) {
            spec.commandLine().getErr().println("The value of " + key + " is not " + expected + "; it was left alone.");
        }
        return swapped ? ExitCode.OK : ExitCode.FAILED;
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Takes KEY out, with its value.")
    int delete(@Parameters(paramLabel = "KEY", description = KEY) String key) {
        boolean existed = this.<KeyedStore.Changed>ask(replyTo -> new KeyedStore.Delete(key, replyTo))
                .existed();
        if (!existed) {
            sayThatThereIsNo(key);
        }
        return existed ? ExitCode.OK : ExitCode.FAILED;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Prints the keys in order, a line each: all, or those behind a given one.")
    int list(
            @Option(
                            names = "--after",
                            defaultValue = "",
                            paramLabel = "KEY",
                            description = "Only keys behind this one.")
                    String after) {
        try (ClusterAsk cluster = ClusterAsk.open(spec, config, timeout)) {
            String last = after;
            KeyedStore.Keys page;
            do {
                String from = last;
                page = cluster.ask(
                        KeyedStore.Command.class, KeyedStore.NAME, replyTo -> new KeyedStore.ListKeys(from, replyTo));
                page.keys().forEach(spec.commandLine().getOut()::println);
                last = page.more() ? page.keys().get(page.keys().size() - 1) : last;
            } while (page.more());
            return ExitCode.OK;
        }
    }

    private void sayThatThereIsNo(String key) {
        spec.commandLine().getErr().println("There is no key " + key + ".");
    }

    private <R> R ask(Function<ActorRef<R>, KeyedStore.Command> command) {
        try (ClusterAsk cluster = ClusterAsk.open(spec, config, timeout)) {
            return cluster.ask(KeyedStore.Command.class, KeyedStore.NAME, command);
        }
    }
}
