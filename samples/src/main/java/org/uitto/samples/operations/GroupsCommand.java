package org.uitto.samples.operations;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.uitto.log.GroupId;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code groups}: which groups a running cluster has. */
@Command(
        name = "groups",
        description =
                "Lists the groups of a running cluster, with who leads each and which nodes have a replica of it.")
public final class GroupsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Override
    public Integer call() {
        ClusterView view = cluster.ask(raft -> ClusterView.ask(raft, cluster.timeout()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("GROUP", "LEADER", "REPLICAS"));
        for (GroupId group : view.groups()) {
            String nodes = view.replicas().stream()
                    .filter(replica -> replica.group().equals(group))
                    .map(replica -> replica.node().value())
                    .collect(Collectors.joining(" "));
            String leader =
                    view.leader(group).map(replica -> replica.node().value()).orElse("-");
            rows.add(List.of(group.value(), leader, nodes));
        }
        PrintWriter out = spec.commandLine().getOut();
        StatusTable.aligned(rows).forEach(out::println);
        view.absent()
                .forEach(
                        contact -> spec.commandLine().getErr().println("The node at " + contact + " does not answer."));
        return view.absent().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
