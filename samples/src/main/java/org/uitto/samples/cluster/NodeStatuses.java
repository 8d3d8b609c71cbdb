package org.uitto.samples.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.NodeStatus;
import org.uitto.Raft;

/** What the nodes of a cluster say of their groups when a client asks them. */
public final class NodeStatuses {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private final ActorSystem<?> client;
    private final LocalCluster cluster;

    public NodeStatuses(ActorSystem<?> client, LocalCluster cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /** What {@code node} says of all its groups; empty while it is not up. */
    public Optional<NodeStatus> of(String node) throws InterruptedException {
        try {
            return Optional.of(Raft.get(client)
                    .statuses(cluster.contact(node), ANSWER_WITHIN)
                    .toCompletableFuture()
                    .get());
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    /**
     * Asks {@code node} again and again until it is as it should be.
     *
     * @throws TimeoutException if that takes longer than {@code within}; it has the last words of all nodes
     */
    public void await(String node, Duration lookEvery, Duration within, Predicate<NodeStatus> isWell)
            throws InterruptedException, TimeoutException {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        while (of(node).filter(isWell).isEmpty()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException("node " + node + " did not get ready within " + within.toSeconds() + " s\n"
                        + cluster.lastWords());
            }
            TimeUnit.NANOSECONDS.sleep(lookEvery.toNanos());
        }
    }
}
