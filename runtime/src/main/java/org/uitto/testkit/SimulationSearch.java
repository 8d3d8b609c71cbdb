package org.uitto.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A search through seeds of {@link RaftSimulation}, on several threads: each takes the next seed until enough were run, time
 * is up, or one has shown a violation. A seed is the same run on whichever thread and beside whichever others.
 */
public final class SimulationSearch {
    private final Plan plan;
    private final AtomicLong nextSeed;
    private final long beganAtNanos = System.nanoTime();
    private final CountDownLatch running;
    private final Object lock = new Object();
    private final Coverage coverage = new Coverage();
    private final Map<String, Long> faults = new TreeMap<>();
    private final Map<String, Long> messages = new TreeMap<>();
    private long seedCount;
    private long stepCount;
    private long virtualNanos;
    private long operationCount;
    private long committedCount;
    private long leaderCount;
    private long undecidedCount;
    private long fingerprint;
    private @Nullable Violation violation;

    /**
     * What to search.
     *
     * @param firstSeed the others follow one by one
     * @param seedCount how many at most
     * @param limit for how long at most; runs under way are finished
     * @param threadCount how many run at a time
     */
    public record Plan(long firstSeed, long seedCount, Duration limit, int threadCount) {
        public Plan {
            if (seedCount < 1 || limit.isNegative() || threadCount < 1) {
                throw new IllegalArgumentException("Nothing can be searched with " + seedCount + " seeds, " + limit
                        + ", and " + threadCount + " threads");
            }
        }
    }

    /**
     * A seed whose run went wrong.
     *
     * @param failure what went wrong, and the last steps before it
     */
    public record Violation(long seed, Throwable failure) {}

    /**
     * What was searched so far.
     *
     * @param virtualTime how long all runs together lasted on their virtual clocks
     * @param operationCount how many operations of clients came to an end, known or not
     * @param committedCount how many entries were committed
     * @param leaderCount how many leaders there were
     * @param undecidedCount how many histories were too hard to judge
     * @param faults how often each kind struck
     * @param messages how many messages met each fate
     * @param fingerprint of everything that happened in these seeds, in whichever order they were run
     * @param violation the one of the smallest seed, if there is any
     */
    public record Result(
            long seedCount,
            Duration elapsed,
            Duration virtualTime,
            long stepCount,
            long operationCount,
            long committedCount,
            long leaderCount,
            long undecidedCount,
            Map<String, Long> faults,
            Map<String, Long> messages,
            Coverage coverage,
            long fingerprint,
            Optional<Violation> violation) {
        /** How many seeds a second. */
        public double seedsPerSecond() {
            return seedCount / Math.max(1e-9, elapsed.toNanos() / 1e9);
        }
    }

    private SimulationSearch(Plan plan) {
        this.plan = plan;
        this.nextSeed = new AtomicLong(plan.firstSeed());
        this.running = new CountDownLatch(plan.threadCount());
    }

    /**
     * Searches, and returns when that is over.
     *
     * @param every how often {@code progress} is told
     * @param progress is told, on the calling thread, what was searched so far
     */
    public static Result run(Plan plan, Duration every, Consumer<Result> progress) throws InterruptedException {
        return new SimulationSearch(plan).run(every, progress);
    }

    private Result run(Duration every, Consumer<Result> progress) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= plan.threadCount(); i++) {
            Thread thread = new Thread(this::search, "simulation-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            while (!running.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
                progress.accept(result());
            }
        } finally {
            nextSeed.set(Long.MAX_VALUE); // Also when this thread was interrupted: the others end with their seeds.
        }
        return result();
    }

    private void search() {
        try {
            long end = plan.firstSeed() + plan.seedCount();
            for (long seed = nextSeed.getAndIncrement(); seed < end && seed > 0; seed = nextSeed.getAndIncrement()) {
                search(seed);
                if (System.nanoTime() - beganAtNanos >= plan.limit().toNanos()) {
                    return;
                }
            }
        } finally {
            running.countDown();
        }
    }

    private void search(long seed) {
        try {
            RaftSimulation.Report report = RaftSimulation.run(seed);
            synchronized (lock) {
                add(report);
            }
        } catch (RuntimeException | StackOverflowError e) {
            synchronized (lock) {
                if (violation == null || seed < violation.seed()) {
                    violation = new Violation(seed, e);
                }
            }
            nextSeed.set(Long.MAX_VALUE);
        }
    }

    private void add(RaftSimulation.Report report) {
        seedCount++;
        stepCount += report.steps();
        virtualNanos += report.virtualNanos();
        operationCount += report.operationCount();
        committedCount += report.committedCount();
        leaderCount += report.leaderCount();
        undecidedCount += report.undecided() ? 1 : 0;
        report.faults().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum));
        report.messages().forEach((fate, count) -> messages.merge(fate, count, Long::sum));
        coverage.add(report.coverage());
        fingerprint += SeededRandom.mix(report.seed() ^ SeededRandom.mix(report.traceHash()));
    }

    private Result result() {
        synchronized (lock) {
            Coverage copy = new Coverage();
            copy.add(coverage);
            return new Result(
                    seedCount,
                    Duration.ofNanos(System.nanoTime() - beganAtNanos),
                    Duration.ofNanos(virtualNanos),
                    stepCount,
                    operationCount,
                    committedCount,
                    leaderCount,
                    undecidedCount,
                    new TreeMap<>(faults),
                    new TreeMap<>(messages),
                    copy,
                    fingerprint,
                    Optional.ofNullable(violation));
        }
    }
}
