package org.uitto.samples.operations;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.uitto.Raft;
import org.uitto.log.GroupId;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.operations.ClusterView.Replica;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code status}: how the groups of a running cluster stand, once or again and again. */
@Command(
        name = "status",
        description =
                "Tells how each replica of each group stands, as the nodes say. Exits with 0 if all nodes answer, each"
                        + " group has a leader and every replica takes part, otherwise with 1.")
public final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Parameters(
            arity = "0..1",
            paramLabel = "GROUP",
            converter = GroupConverter.class,
            description = "Only this group.")
    private @Nullable GroupId group;

    @Option(names = "--json", description = "Lines of JSON, one for each replica, instead of a table.")
    private boolean json;

    @Option(names = "--watch", description = "Look again and again, and print what has changed, until it is ended.")
    private boolean watch;

    @Option(
            names = "--interval",
            defaultValue = "1",
            paramLabel = "SECONDS",
            description = "How often to look with --watch. Default: ${DEFAULT-VALUE} s.")
    private double intervalSeconds = 1;

    @Option(
            names = "--times",
            defaultValue = "0",
            paramLabel = "COUNT",
            description = "How often to look with --watch before it ends by itself. Default: without end.")
    private int times;

    private final StatusJson lines = new StatusJson();
    private Set<Object> printed = Set.of();

    @Override
    public Integer call() {
        Duration interval = cluster.seconds("--interval", intervalSeconds);
        return cluster.ask(raft -> watch ? watch(raft, interval) : look(raft));
    }

    private int watch(Raft raft, Duration interval) {
        int exitCode = look(raft);
        for (int looked = 1; looked != times; looked++) {
            try {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return exitCode;
            }
            exitCode = look(raft);
        }
        return exitCode;
    }

    private int look(Raft raft) {
        ClusterView all = ClusterView.ask(raft, cluster.timeout());
        ClusterView view = group == null ? all : all.of(group);
        PrintWriter out = spec.commandLine().getOut();
        Set<Object> now = timeless(view);
        if (json) {
            view.replicas().stream()
                    .filter(replica -> !printed.contains(timeless(replica)))
                    .forEach(replica -> out.println(lines.line(replica)));
            view.absent().stream()
                    .filter(contact -> !printed.contains(contact))
                    .forEach(contact -> out.println(lines.absent(contact)));
        } else if (!now.equals(printed)) {
            if (watch) {
                out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS));
            }
            StatusTable.of(view).forEach(out::println);
        }
        out.flush();
        printed = now;
        return isWell(view) ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean isWell(ClusterView view) {
        List<String> troubles = view.troubles();
        return troubles.isEmpty() && (group == null || !view.groups().isEmpty());
    }

    private static Set<Object> timeless(ClusterView view) {
        Set<Object> all = new HashSet<>(view.absent());
        all.addAll(view.strangers());
        all.addAll(view.troubles());
        view.replicas().forEach(replica -> all.add(timeless(replica)));
        return all;
    }

    private static Object timeless(Replica replica) {
        return replica.status().withoutTimes();
    }
}
