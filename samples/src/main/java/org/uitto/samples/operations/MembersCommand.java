package org.uitto.samples.operations;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.MembershipOutcome;
import org.uitto.samples.cluster.ExitCode;
import org.uitto.samples.operations.ClusterView.Replica;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code members}: who takes part in a group, and to change that while it goes on. */
@Command(
        name = "members",
        description =
                "Lists who takes part in the groups of a running cluster, or changes it while they go on. A node that is to"
                        + " come must be up, with nothing but contact points in its settings. A change waits until it is"
                        + " done; if it exits with 1 because it is under way, the group goes on with it by itself.",
        synopsisSubcommandLabel = "(list | add | remove | replace | promote)")
public final class MembersCommand {
    private static final String HEAD_OF_NODE = "NODE=HOST:PORT";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Options that all changes have. */
    static final class Changing {
        @Option(
                names = "--wait",
                defaultValue = "60",
                paramLabel = "SECONDS",
                description = "How long to wait until the change is done. Default: ${DEFAULT-VALUE} s.")
        private double waitSeconds = 60;

        @Option(
                names = "--force",
                description = "Change it although the nodes that are to decide don't answer as a majority just now.")
        private boolean force;

        @Parameters(index = "0", paramLabel = "GROUP", converter = GroupConverter.class, description = "The group.")
        private GroupId group = new GroupId("none");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the members of GROUP, or of all groups, as the log of whoever leads says.")
    int list(
            @Mixin ClusterAccess cluster,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "GROUP",
                            converter = GroupConverter.class,
                            description = "Only this group.")
                    @Nullable
                    GroupId group) {
        ClusterView view = cluster.ask(raft -> ClusterView.ask(raft, cluster.timeout()));
        Collection<GroupId> groups = group == null ? view.groups() : List.of(group);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("GROUP", "NODE", "PART", "CONTACT", "NOTES"));
        int exitCode = ExitCode.OK;
        for (GroupId each : groups) {
            Optional<Replica> leader = view.leader(each);
            if (leader.isEmpty()) {
                complain("Nobody that answers leads " + each + ". Look at \"status " + each + "\".");
                exitCode = ExitCode.NO_LEADER;
            }
            leader.ifPresent(found -> rows.addAll(rows(found)));
        }
        PrintWriter out = spec.commandLine().getOut();
        StatusTable.aligned(rows).forEach(out::println);
        return exitCode;
    }

    private static List<List<String>> rows(Replica leader) {
        Configuration configuration = leader.status().group().configuration();
        return configuration.members().entrySet().stream()
                .map(entry -> List.of(
                        leader.group().value(),
                        entry.getKey().value(),
                        part(configuration, entry.getKey()),
                        entry.getValue().contact().orElse("as in the settings"),
                        entry.getKey().equals(leader.node()) ? "leads" : ""))
                .toList();
    }

    /** What {@code node} is in the group, and is on the way to be. */
    private static String part(Configuration present, NodeId node) {
        boolean stays = present.voters().contains(node);
        if (present.isJoint()) {
            boolean was = present.outgoing().contains(node);
            return stays ? (was ? "voter" : "voter, coming") : (was ? "voter, leaving" : "learner");
        }
        boolean isTarget = present.target().isEmpty() ? stays : present.target().contains(node);
        return stays ? (isTarget ? "voter" : "voter, leaving") : (isTarget ? "learner, to vote" : "learner");
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds nodes to GROUP: each gets the log first and then votes.")
    int add(
            @Mixin ClusterAccess cluster,
            @Mixin Changing changing,
            @Option(names = "--learner", description = "They are to get the log and decide nothing.") boolean learner,
            @Parameters(
                            index = "1",
                            arity = "1..*",
                            paramLabel = HEAD_OF_NODE,
                            converter = Newcomer.Converter.class,
                            description = "The nodes, and where they are reached.")
                    List<Newcomer> nodes) {
        MembershipChange change = MembershipChange.NONE;
        for (Newcomer node : nodes) {
            change = learner
                    ? change.addingLearner(node.node(), node.member())
                    : change.adding(node.node(), node.member());
        }
        return run(cluster, changing, change);
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Removes nodes from GROUP.")
    int remove(
            @Mixin ClusterAccess cluster,
            @Mixin Changing changing,
            @Parameters(
                            index = "1",
                            arity = "1..*",
                            paramLabel = "NODE",
                            converter = NodeConverter.class,
                            description = "The nodes.")
                    List<NodeId> nodes) {
        return run(cluster, changing, each(nodes, MembershipChange::removing));
    }

    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description = "Has learners of GROUP vote, once they have the log.")
    int promote(
            @Mixin ClusterAccess cluster,
            @Mixin Changing changing,
            @Parameters(
                            index = "1",
                            arity = "1..*",
                            paramLabel = "NODE",
                            converter = NodeConverter.class,
                            description = "The nodes.")
                    List<NodeId> nodes) {
        return run(cluster, changing, each(nodes, MembershipChange::promoting));
    }

    @Command(
            name = "replace",
            mixinStandardHelpOptions = true,
            description =
                    "Replaces nodes of GROUP by others, all in one change: none leaves before all who come have the"
                            + " log.")
    int replace(
            @Mixin ClusterAccess cluster,
            @Mixin Changing changing,
            @Parameters(
                            index = "1",
                            arity = "1..*",
                            paramLabel = "OLD=NEW=HOST:PORT",
                            converter = Replacement.Converter.class,
                            description = "Who leaves, who comes instead, and where that is reached.")
                    List<Replacement> replacements) {
        MembershipChange change = MembershipChange.NONE;
        for (Replacement each : replacements) {
            change = change.replacing(
                    each.leaving(), each.newcomer().node(), each.newcomer().member());
        }
        return run(cluster, changing, change);
    }

    private interface Step {
        MembershipChange and(MembershipChange change, NodeId node);
    }

    private static MembershipChange each(List<NodeId> nodes, Step step) {
        MembershipChange change = MembershipChange.NONE;
        for (NodeId node : nodes) {
            change = step.and(change, node);
        }
        return change;
    }

    private int run(ClusterAccess cluster, Changing changing, MembershipChange change) {
        Duration wait = cluster.seconds("--wait", changing.waitSeconds);
        GroupId group = changing.group;
        MembershipOutcome outcome =
                cluster.ask(raft -> raft.changeMembers(group.value(), changing.force ? change.byForce() : change, wait)
                        .toCompletableFuture()
                        .join());
        switch (outcome.result()) {
            case DONE -> say(done(group, change, outcome));
            case UNDER_WAY ->
                complain("Begun, and not done yet; " + group + " goes on with it by itself. " + outcome.reason()
                        + " Look at \"members list " + group + "\".");
            case REFUSED, BUSY -> complain("Refused, and nothing has changed: " + outcome.reason());
            case LOST -> complain(outcome.reason());
            case NOT_LEADER -> complain(outcome.reason() + " Nothing has changed. Look at \"status " + group + "\".");
        }
        return switch (outcome.result()) {
            case DONE -> ExitCode.OK;
            case NOT_LEADER -> ExitCode.NO_LEADER;
            case UNDER_WAY, REFUSED, BUSY, LOST -> ExitCode.FAILED;
        };
    }

    private static String done(GroupId group, MembershipChange change, MembershipOutcome outcome) {
        String members = outcome.configuration().map(Configuration::toString).orElse("as they were to be");
        String removed = change.removed().isEmpty() ? "" : " " + change.removed() + " can be stopped for good.";
        return "The voters of " + group + " are " + members + "." + removed;
    }

    private void say(String words) {
        spec.commandLine().getOut().println(words);
    }

    private void complain(String words) {
        spec.commandLine().getErr().println(words);
    }
}
