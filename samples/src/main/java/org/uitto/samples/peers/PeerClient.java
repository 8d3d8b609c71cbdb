package org.uitto.samples.peers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.uitto.Raft;
import org.uitto.role.GroupStatus;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.ledger.Ledger;

/** A client of a measured cluster, on an actor system of its own. Each command is one ordinary ask. Thread-safe. */
public final class PeerClient implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration STATUS_WITHIN = Duration.ofMillis(500);

    private final PeerCluster cluster;
    private final ActorSystem<Void> system;
    private final ActorRef<Ledger.Command> ledger;

    /** A client of {@code cluster}. */
    public PeerClient(PeerCluster cluster) {
        this.cluster = cluster;
        this.system = SampleSystem.startClient(cluster.clientSettings());
        this.ledger = Raft.get(system).ref(Ledger.Command.class, Ledger.NAME);
    }

    /** Replicates {@code bytes}. Completes with how many commands there were so far, this one among them. */
    public CompletableFuture<Long> submit(byte[] bytes) {
        return ask(replyTo -> new Ledger.Append(bytes, replyTo));
    }

    /** Reads how many commands there were, linearizably. */
    public CompletableFuture<Long> read() {
        return ask(Ledger.Count::new);
    }

    private CompletableFuture<Long> ask(Function<ActorRef<Ledger.Total>, Ledger.Command> command) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        AskPattern.ask(ledger, command, ANSWER_WITHIN, system.scheduler())
                .whenCompleteAsync(
                        (total, failure) -> {
                            if (failure == null) {
                                answer.complete(total.appends());
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        },
                        system.executionContext());
        return answer;
    }

    /**
     * The number of the node that leads.
     *
     * @throws IllegalStateException if none says that it does
     */
    public int leader() throws InterruptedException {
        for (int node = 0; node < cluster.contacts().size(); node++) {
            if (leads(cluster.contacts().get(node))) {
                return node;
            }
        }
        throw new IllegalStateException("none of " + cluster.contacts() + " leads");
    }

    private boolean leads(String contact) throws InterruptedException {
        try {
            return Raft.get(system)
                            .status(SampleActor.LEDGER.id(), contact, STATUS_WITHIN)
                            .toCompletableFuture()
                            .get(STATUS_WITHIN.toMillis() * 2, TimeUnit.MILLISECONDS)
                            .group()
                            .role()
                    == GroupStatus.Role.LEADER;
        } catch (ExecutionException | TimeoutException e) {
            return false; // It is down, or about to start.
        }
    }

    @Override
    public void close() {
        SampleSystem.stop(system);
    }
}
