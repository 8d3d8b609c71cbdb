package org.uitto.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.testkit.Finding.Kind;

/** Asks the replicas of a run again and again how they stand: those that have applied the same must have the same state. */
final class ReplicaWatch {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final World world;
    private final SimulatedSystem system;
    private final SimulatedCluster cluster;
    private final List<NodeId> nodes;
    private final String name;
    private final Map<NodeId, ReplicaStatus> latest = new TreeMap<>();
    private final Map<Long, ReplicaStatus> firstAt = new HashMap<>();
    private @Nullable ActorRef<ReplicaStatus> inbox;
    private boolean isWatching = true;

    ReplicaWatch(World world, SimulatedSystem system, SimulatedCluster cluster, List<NodeId> nodes, String name) {
        this.world = world;
        this.system = system;
        this.cluster = cluster;
        this.nodes = nodes;
        this.name = name;
    }

    void begin() {
        system.spawn("statuses", Behaviors.<ReplicaStatus>receiveMessage(this::note), ref -> {
            inbox = ref;
            askAll();
        });
    }

    void end() {
        isWatching = false;
    }

    private void askAll() {
        ActorRef<ReplicaStatus> replyTo = inbox;
        if (isWatching && replyTo != null) {
            nodes.forEach(node -> cluster.askStatus(node, replyTo));
            world.after(INTERVAL, this::askAll);
        }
    }

    private Behavior<ReplicaStatus> note(ReplicaStatus status) {
        latest.put(status.group().node(), status);
        ReplicaStatus first = firstAt.putIfAbsent(status.appliedIndex(), status);
        if (first != null
                && !first.stateDigest().isEmpty()
                && !status.stateDigest().isEmpty()
                && !first.stateDigest().equals(status.stateDigest())) {
            world.fail(new Finding(
                    Kind.REPLICAS_DIFFER,
                    "The replicas of " + name + " differ after index " + status.appliedIndex() + ": the state of "
                            + first.group().node() + " has digest " + first.stateDigest() + ", that of "
                            + status.group().node() + " has " + status.stateDigest()
                            + ". Either the event handler is not deterministic: it must look at nothing but the state"
                            + " and the event. Or equal states have different bytes, as with hash maps and sets: use"
                            + " collections that keep an order."));
        }
        return Behaviors.same();
    }

    /** The node that leads, as far as the replicas know. */
    Optional<NodeId> leader() {
        return latest.entrySet().stream()
                .filter(each -> world.node(each.getKey()).isUp()
                        && each.getValue().group().role() == Role.LEADER)
                .max((one, other) -> Long.compare(
                        one.getValue().group().term(), other.getValue().group().term()))
                .map(Map.Entry::getKey);
    }

    /** Forgets what it knows, so that {@link #leader} tells of now. */
    void refresh() {
        latest.clear();
        world.runFor(INTERVAL.multipliedBy(2));
    }

    /** Waits until all replicas are equal below one leader. */
    void awaitAgreement(Duration limit) {
        latest.clear();
        if (!world.runUntil(this::agree, limit)) {
            throw new Finding(
                    Kind.NO_AGREEMENT,
                    "The replicas of " + name + " did not come to agree within " + limit.toSeconds()
                            + " s after the last fault: " + latest.values());
        }
    }

    private boolean agree() {
        if (latest.size() < nodes.size()) {
            return false;
        }
        long leaders = latest.values().stream()
                .filter(status -> status.group().role() == Role.LEADER)
                .count();
        long views = latest.values().stream()
                .map(status -> List.of(status.group().term(), status.group().lastLog(), status.appliedIndex()))
                .distinct()
                .count();
        return leaders == 1
                && views == 1
                && latest.values().stream()
                        .allMatch(status -> status.appliedIndex()
                                == status.group().lastLog().index());
    }
}
