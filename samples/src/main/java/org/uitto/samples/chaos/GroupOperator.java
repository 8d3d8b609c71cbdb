package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.Raft;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.MembershipOutcome.Result;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.nemesis.Operator;

/** Asks the nodes of a run for what an operator asks them. */
final class GroupOperator implements Operator {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalCluster cluster;
    private final ActorSystem<?> system;
    private final Observer observer;

    /** Asks through {@code system}. */
    GroupOperator(LocalCluster cluster, ActorSystem<?> system, Observer observer) {
        this.cluster = cluster;
        this.system = system;
        this.observer = observer;
    }

    @Override
    public boolean takesPart(String node) {
        return observer.takesPart(node);
    }

    @Override
    public void leave(String node) throws InterruptedException {
        changeAll(MembershipChange.NONE.removing(new NodeId(node)));
    }

    @Override
    public void join(String node) throws InterruptedException {
        changeAll(MembershipChange.NONE.adding(new NodeId(node), Member.at(cluster.contact(node))));
    }

    private void changeAll(MembershipChange change) throws InterruptedException {
        for (SampleActor actor : Observer.ACTORS) {
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            Result result = Result.LOST;
            while (isToBeAskedFor(result) && System.nanoTime() - deadlineNanos < 0 && !cluster.hasEnded()) {
                result = change(actor, change);
            }
        }
    }

    /** A change that was lost with its leader did nothing. */
    private static boolean isToBeAskedFor(Result result) {
        return result == Result.LOST || result == Result.BUSY || result == Result.NOT_LEADER;
    }

    private Result change(SampleActor actor, MembershipChange change) throws InterruptedException {
        try {
            return Raft.get(system)
                    .changeMembers(actor.id(), change, PATIENCE)
                    .toCompletableFuture()
                    .get()
                    .result();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
