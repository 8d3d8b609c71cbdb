package org.uitto;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.Patterns;
import org.uitto.log.GroupId;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.node.Contact;
import org.uitto.node.GroupDirectory.Groups;
import org.uitto.node.GroupDirectory.ListGroups;
import org.uitto.replicated.MembershipOutcome;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.ChangeMembers;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaInput.TakeSnapshot;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.replicated.SnapshotOutcome;
import org.uitto.replicated.TransferOutcome;

/**
 * Asks nodes how they stand. Others are asked by path, which also reaches a node that was stopped and started again: see
 * {@link RemoteReplicas#selection}.
 */
final class Inquiry {
    private final ActorSystem<?> system;
    private final UittoSettings settings;

    Inquiry(ActorSystem<?> system, UittoSettings settings) {
        this.system = system;
        this.settings = settings;
    }

    CompletionStage<ReplicaStatus> status(GroupId group, String contact, boolean withDigest, Duration timeout) {
        ActorSelection replica = new RemoteReplicas(system, settings, group)
                .selection(parsed(contact).toString());
        return Patterns.askWithReplyTo(
                        replica, answer -> new GetReplicaStatus(Adapter.toTyped(answer), withDigest), timeout)
                .thenApply(ReplicaStatus.class::cast);
    }

    /** The contact that {@code contact} names, which must be of the form {@code host:port}. */
    static Contact parsed(String contact) {
        return Contact.parse(contact)
                .orElseThrow(() -> new IllegalArgumentException("\"" + contact + "\" is no address. Write host:port."));
    }

    /** Has the replica of {@code group} at {@code contact} hand leadership over. */
    CompletionStage<TransferOutcome> handOver(
            GroupId group, String contact, Optional<NodeId> target, Duration timeout) {
        ActorSelection replica = new RemoteReplicas(system, settings, group).selection(contact);
        return Patterns.askWithReplyTo(replica, answer -> new HandOver(target, Adapter.toTyped(answer)), timeout)
                .thenApply(TransferOutcome.class::cast);
    }

    /** Has the replica of {@code group} at {@code contact} begin a change of members. */
    CompletionStage<MembershipOutcome> changeMembers(
            GroupId group, String contact, MembershipChange change, Duration timeout) {
        ActorSelection replica = new RemoteReplicas(system, settings, group).selection(contact);
        return Patterns.askWithReplyTo(replica, answer -> new ChangeMembers(change, Adapter.toTyped(answer)), timeout)
                .thenApply(MembershipOutcome.class::cast);
    }

    /** Has the replica of {@code group} at {@code contact} take a snapshot. */
    CompletionStage<SnapshotOutcome> snapshot(GroupId group, String contact, Duration timeout) {
        ActorSelection replica = new RemoteReplicas(system, settings, group)
                .selection(parsed(contact).toString());
        return Patterns.askWithReplyTo(replica, answer -> new TakeSnapshot(Adapter.toTyped(answer)), timeout)
                .thenApply(SnapshotOutcome.class::cast);
    }

    /** The groups of the node at {@code contact}, in the order of their names. */
    CompletionStage<List<GroupId>> groups(String contact, Duration timeout) {
        ActorSelection directory =
                Adapter.toClassic(system).actorSelection(settings.members().groupsPath(parsed(contact)));
        return groups(directory, Optional.empty(), new ArrayList<>(), timeout);
    }

    private static CompletionStage<List<GroupId>> groups(
            ActorSelection directory, Optional<GroupId> after, List<GroupId> gathered, Duration timeout) {
        return Patterns.askWithReplyTo(directory, answer -> new ListGroups(after, Adapter.toTyped(answer)), timeout)
                .thenApply(Groups.class::cast)
                .thenCompose(found -> {
                    gathered.addAll(found.groups());
                    return found.more()
                            ? groups(directory, Optional.of(gathered.get(gathered.size() - 1)), gathered, timeout)
                            : CompletableFuture.completedFuture(List.copyOf(gathered));
                });
    }

    /** All replicas of the node at {@code contact}. */
    CompletionStage<NodeStatus> node(String contact, Duration timeout) {
        return groups(contact, timeout)
                .thenCompose(groups -> gathered(groups, group -> status(group, contact, false, timeout)));
    }

    /** These replicas of this node. */
    CompletionStage<NodeStatus> local(Map<GroupId, ActorRef<ReplicaInput>> replicas, Duration timeout) {
        Map<GroupId, ActorRef<ReplicaInput>> sorted = new TreeMap<>(replicas);
        return gathered(
                sorted.keySet(),
                group -> AskPattern.ask(
                        sorted.get(group), answer -> new GetReplicaStatus(answer, false), timeout, system.scheduler()));
    }

    private static CompletionStage<NodeStatus> gathered(
            Collection<GroupId> groups, Function<GroupId, CompletionStage<ReplicaStatus>> question) {
        List<CompletableFuture<Optional<ReplicaStatus>>> answers = new ArrayList<>();
        for (GroupId group : groups) {
            answers.add(question.apply(group)
                    .handle((status, failure) -> Optional.ofNullable(status))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<ReplicaStatus> answered = new ArrayList<>();
                    List<GroupId> silent = new ArrayList<>();
                    int at = 0;
                    for (GroupId group : groups) {
                        answers.get(at++).join().ifPresentOrElse(answered::add, () -> silent.add(group));
                    }
                    return new NodeStatus(answered, silent);
                });
    }
}
