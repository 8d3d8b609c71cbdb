package org.uitto.samples.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;

/** How the replicas of a cluster stand, as they said when they were asked together. */
public final class Replicas {
    private final int nodeCount;
    private final Map<String, ReplicaStatus> statuses;

    private Replicas(int nodeCount, Map<String, ReplicaStatus> statuses) {
        this.nodeCount = nodeCount;
        this.statuses = Map.copyOf(statuses);
    }

    /** Nobody was asked yet. */
    public static Replicas unknown() {
        return new Replicas(1, Map.of());
    }

    /** Asks every node of {@code cluster}; one that does not answer within {@code timeout} is left out. */
    public static CompletableFuture<Replicas> ask(
            ActorSystem<?> client, LocalCluster cluster, SampleActor actor, Duration timeout) {
        Map<String, CompletableFuture<ReplicaStatus>> asked = new HashMap<>();
        for (String node : cluster.nodes()) {
            asked.put(
                    node,
                    Raft.get(client)
                            .status(actor.id(), cluster.contact(node), timeout)
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> {
                    Map<String, ReplicaStatus> answered = new HashMap<>();
                    asked.forEach((node, answer) -> {
                        if (!answer.isCompletedExceptionally()) {
                            answered.put(node, answer.join());
                        }
                    });
                    return new Replicas(cluster.nodes().size(), answered);
                });
    }

    /** What {@code node} said, if it answered. */
    public Optional<ReplicaStatus> of(String node) {
        return Optional.ofNullable(statuses.get(node));
    }

    /** The node that leads the highest term that anyone leads. */
    public Optional<String> leader() {
        return statuses.entrySet().stream()
                .filter(status -> status.getValue().group().role() == Role.LEADER)
                .max((first, second) -> Long.compare(
                        first.getValue().group().term(),
                        second.getValue().group().term()))
                .map(Map.Entry::getKey);
    }

    /** How often the disks of all that answered have made something of the group durable, each time with an fsync. */
    public long diskWrites() {
        return statuses.values().stream()
                .mapToLong(status -> status.group().disk().writeCount())
                .sum();
    }

    /** Whether all nodes answered, and all agree who leads which term: every one of them can be spared. */
    public boolean areComplete() {
        Optional<ReplicaStatus> leader = leader().flatMap(this::of);
        return leader.isPresent()
                && statuses.size() == nodeCount
                && statuses.values().stream()
                        .allMatch(status ->
                                status.group().term() == leader.get().group().term()
                                        && status.group()
                                                .leader()
                                                .equals(leader.get().group().leader()));
    }

    /** Whether all nodes answered, and all have applied the same entries. */
    public boolean haveAppliedTheSame() {
        return statuses.size() == nodeCount
                && statuses.values().stream()
                                .map(ReplicaStatus::appliedIndex)
                                .distinct()
                                .count()
                        == 1;
    }

    /** Whether the states of all that answered are the same, by their checksums. */
    public boolean haveSameState() {
        return statuses.values().stream()
                        .noneMatch(status -> status.stateDigest().isEmpty())
                && statuses.values().stream()
                                .map(ReplicaStatus::stateDigest)
                                .distinct()
                                .count()
                        == 1;
    }

    @Override
    public String toString() {
        return statuses.toString();
    }
}
