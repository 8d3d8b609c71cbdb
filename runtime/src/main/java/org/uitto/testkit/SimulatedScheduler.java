package org.uitto.testkit;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's timers on the world's virtual clock. Named in the configuration. Its constructor gets nothing that leads to the
 * world, so the booting thread hands it over.
 */
final class SimulatedScheduler extends AbstractScheduler {
    private static final ThreadLocal<@Nullable World> BOOTING = new ThreadLocal<>();

    private final World world;

    SimulatedScheduler(Config config, LoggingAdapter log, ThreadFactory threadFactory) {
        World booting = BOOTING.get();
        if (booting == null) {
            throw new IllegalStateException("The simulated scheduler is for actor systems that World.boot starts");
        }
        this.world = booting;
    }

    /** Hands {@code world} to the scheduler of a system that this thread starts next; null ends that. */
    static void handOver(@Nullable World world) {
        if (world == null) {
            BOOTING.remove();
        } else {
            BOOTING.set(world);
        }
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return new Once(world.timer(delay.toNanos(), () -> executor.execute(task)));
    }

    @Override
    @Deprecated
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        return new Periodic(initialDelay.toNanos(), interval.toNanos(), task, executor);
    }

    @Override
    public double maxFrequency() {
        return 1e9;
    }

    private record Once(Timed timed) implements Cancellable {
        @Override
        public boolean cancel() {
            return timed.cancel();
        }

        @Override
        public boolean isCancelled() {
            return timed.isCancelled();
        }
    }

    private final class Periodic implements Cancellable {
        private final long intervalNanos;
        private final Runnable task;
        private final ExecutionContext executor;
        private Timed next;
        private boolean cancelled;

        Periodic(long initialDelayNanos, long intervalNanos, Runnable task, ExecutionContext executor) {
            this.intervalNanos = intervalNanos;
            this.task = task;
            this.executor = executor;
            this.next = world.timer(initialDelayNanos, this::tick);
        }

        private void tick() {
            executor.execute(task);
            next = world.timer(intervalNanos, this::tick);
        }

        @Override
        public boolean cancel() {
            boolean first = !cancelled;
            cancelled = true;
            next.cancel();
            return first;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
