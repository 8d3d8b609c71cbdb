package org.uitto.samples.bench;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ReplicatedFlow;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.Load;
import org.uitto.samples.ledger.Ledger;

/** Writes of one payload, over and over, through a stream that keeps their order and holds back. */
final class StreamLoad implements Load {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final ActorSystem<?> system;
    private final ActorRef<Ledger.Command> ledger;
    private final byte[] payload;
    private final ClosedLoop.Listener<Ledger.Total> listener;
    private final Queue<Long> sentNanos = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private @Nullable UniqueKillSwitch source;

    StreamLoad(
            ActorSystem<?> system,
            ActorRef<Ledger.Command> ledger,
            byte[] payload,
            ClosedLoop.Listener<Ledger.Total> listener) {
        this.system = system;
        this.ledger = ledger;
        this.payload = payload;
        this.listener = listener;
    }

    @Override
    public void start(int inFlight) {
        Pair<UniqueKillSwitch, java.util.concurrent.CompletionStage<Done>> running = Source.repeat(payload)
                .viaMat(KillSwitches.single(), Keep.right())
                .via(ReplicatedFlow.ask(ledger, inFlight, ANSWER_WITHIN, this::append))
                .toMat(Sink.foreach(this::onReply), Keep.both())
                .run(system);
        source = running.first();
        running.second().whenComplete((done, failure) -> ended(failure));
    }

    private Ledger.Command append(byte[] bytes, ActorRef<Ledger.Total> replyTo) {
        sentNanos.add(System.nanoTime());
        return new Ledger.Append(bytes, replyTo);
    }

    /** The flow yields the replies in the order in which it was given the elements. */
    private void onReply(Ledger.Total reply) {
        listener.onReply(sentNanos.remove(), reply);
    }

    private void ended(@Nullable Throwable failure) {
        if (failure != null) {
            sentNanos.forEach(sent -> listener.onFailure(sent, failure));
        }
        drained.complete(null);
    }

    @Override
    public CompletableFuture<Void> stop() {
        if (source != null) {
            source.shutdown();
        }
        return drained;
    }
}
