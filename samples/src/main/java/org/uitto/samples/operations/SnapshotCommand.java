package org.uitto.samples.operations;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.uitto.Raft;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.replicated.SnapshotOutcome;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.operations.ClusterView.Replica;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code snapshot}: has replicas of a group take a snapshot now. */
@Command(
        name = "snapshot",
        description =
                "Has the replica of GROUP on NODE, or on all nodes one after the other, take a snapshot of its state"
                        + " now, and cut its log behind it as far as it need not be kept. Replicas do so by themselves as"
                        + " their logs grow.")
public final class SnapshotCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Parameters(index = "0", paramLabel = "GROUP", converter = GroupConverter.class, description = "The group.")
    private GroupId group = new GroupId("none");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NODE",
            converter = NodeConverter.class,
            description = "Only on this node.")
    private @Nullable NodeId node;

    @Override
    public Integer call() {
        return cluster.ask(raft -> {
            ClusterView view = ClusterView.ask(raft, cluster.timeout()).of(group);
            List<Replica> replicas = view.replicas().stream()
                    .filter(replica -> node == null || replica.node().equals(node))
                    .toList();
            if (replicas.isEmpty()) {
                complain("No replica of " + group + (node == null ? "" : " on node " + node)
                        + " answers. Look at \"groups\" and \"status\".");
                return ExitCode.FAILED;
            }
            int failed = 0;
            for (Replica replica : replicas) {
                failed += isTaken(raft, replica) ? 0 : 1;
            }
            return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
        });
    }

    private boolean isTaken(Raft raft, Replica replica) {
        String who = "node " + replica.node() + ": ";
        try {
            SnapshotOutcome outcome = raft.takeSnapshot(group.value(), replica.contact(), cluster.timeout())
                    .toCompletableFuture()
                    .join();
            switch (outcome.result()) {
                case TAKEN -> say(who + "has a snapshot up to index " + outcome.index() + ".");
                case NOTHING_NEW ->
                    say(who + "nothing was applied since its snapshot up to index " + outcome.index() + ".");
                case UNDER_WAY ->
                    complain(who + "refused: a snapshot is being taken already. Wait for it, and see \"status " + group
                            + "\".");
                case FAILED -> complain(who + "failed: " + outcome.trouble().orElse("for an unknown reason") + ".");
            }
            return outcome.result() == SnapshotOutcome.Result.TAKEN
                    || outcome.result() == SnapshotOutcome.Result.NOTHING_NEW;
        } catch (CompletionException e) {
            complain(who + "did not say within " + cluster.timeout().toMillis()
                    + " ms that its snapshot is durable. A large state takes longer: see \"status " + group + "\".");
            return false;
        }
    }

    private void say(String words) {
        spec.commandLine().getOut().println(words);
    }

    private void complain(String words) {
        spec.commandLine().getErr().println(words);
    }
}
