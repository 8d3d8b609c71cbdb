package org.uitto.samples.journalbench;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Recorder;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.jspecify.annotations.Nullable;

/** A persistent actor that stands for a number of writers, each of which persists its next event when one is durable. */
final class Writer extends AbstractPersistentActor {
    private final String persistenceId;
    private final Shape shape;
    private final int writers;
    private final byte[] event;
    private int idle;
    private int unanswered;

    /** One run, shared by all actors. */
    static final class Run {
        final Recorder latencyNanos = new Recorder(3);
        final CountDownLatch ended;
        volatile boolean isOver;

        Run(int actors) {
            ended = new CountDownLatch(actors);
        }
    }

    /** Lets all writers of this actor write until the run is over. */
    record Begin(Run run) {}

    /** {@code count} writers are to write their next event. */
    private record Next(Run run, int count) {}

    private Writer(String persistenceId, Shape shape, int writers, byte[] event) {
        this.persistenceId = persistenceId;
        this.shape = shape;
        this.writers = writers;
        this.event = event;
    }

    static Props props(String persistenceId, Shape shape, int writers, byte[] event) {
        return Props.create(Writer.class, () -> new Writer(persistenceId, shape, writers, event));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder().build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Begin.class, begin -> begin(begin.run()))
                .match(Next.class, next -> write(next.run(), next.count()))
                .build();
    }

    private void begin(Run run) {
        idle = 0;
        if (shape == Shape.BATCH) {
            self().tell(new Next(run, writers), self());
            return;
        }
        for (int writer = 0; writer < writers; writer++) {
            self().tell(new Next(run, 1), self());
        }
    }

    private void write(Run run, int count) {
        if (run.isOver) {
            idle += count;
            if (idle == writers) {
                run.ended.countDown();
            }
            return;
        }
        long startNanos = System.nanoTime();
        switch (shape) {
            case PERSIST -> persist(event, stored -> durable(run, 1, startNanos));
            case PIPELINE -> persistAsync(event, stored -> durable(run, 1, startNanos));
            case ENGINE -> throw new IllegalStateException("The engine has no actors");
            case BATCH -> {
                List<byte[]> batch = Collections.nCopies(count, event);
                unanswered = count;
                persistAll(batch, stored -> {
                    if (--unanswered == 0) {
                        durable(run, count, startNanos);
                    }
                });
            }
        }
    }

    private void durable(Run run, int count, long startNanos) {
        run.latencyNanos.recordValueWithCount(System.nanoTime() - startNanos, count);
        self().tell(new Next(run, count), self());
    }

    @Override
    public void onPersistFailure(Throwable cause, Object failed, long sequenceNr) {
        context().system().log().error(cause, "An event was not stored, so this run means nothing.");
    }

    @Override
    public void onRecoveryFailure(Throwable cause, scala.@Nullable Option<Object> failed) {
        context().system().log().error(cause, "The journal cannot be read, so this run means nothing.");
    }
}
