package org.uitto.samples.operations;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.replicated.TransferOutcome;
import org.uitto.samples.cluster.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code transfer}: has another node lead a group. */
@Command(
        name = "transfer",
        description =
                "Has the leader of GROUP hand leadership over to NODE, or to whoever can take over soonest. Commands"
                        + " wait meanwhile, for a few round trips; none is lost. Exits with 4 if nobody leads.")
public final class TransferCommand implements Callable<Integer> {
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
            description = "Who is to lead.")
    private @Nullable NodeId node;

    @Override
    public Integer call() {
        Optional<NodeId> target = Optional.ofNullable(node);
        TransferOutcome outcome = cluster.ask(raft -> raft.transferLeadership(group.value(), target, cluster.timeout())
                .toCompletableFuture()
                .join());
        String leader = outcome.leader().map(NodeId::value).orElse("nobody known");
        if (target.isPresent() && target.equals(outcome.leader())) {
            spec.commandLine().getOut().println(leader + " leads " + group + ".");
            return ExitCode.OK; // Whether or not it did before.
        }
        switch (outcome.result()) {
            case TRANSFERRED -> spec.commandLine().getOut().println(leader + " leads " + group + ".");
            case ABANDONED ->
                complain(leader + " leads " + group
                        + " on: nothing came of it in time. The other node was perhaps too far"
                        + " behind, or went away; look at \"status " + group + "\" and try again.");
            case NOT_LEADER -> complain("Nobody that answers leads " + group + ". Look at \"status " + group + "\".");
            case NO_SUCCESSOR ->
                complain(leader + " leads " + group + " on: "
                        + target.map(id -> id + " is no other member, or does not answer, or has no say yet.")
                                .orElse("no other member answers."));
        }
        return switch (outcome.result()) {
            case TRANSFERRED -> ExitCode.OK;
            case NOT_LEADER -> ExitCode.NO_LEADER;
            case ABANDONED, NO_SUCCESSOR -> ExitCode.FAILED;
        };
    }

    private void complain(String words) {
        spec.commandLine().getErr().println(words);
    }
}
