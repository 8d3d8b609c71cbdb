package org.uitto.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.journal.segment.Directory;
import org.uitto.journal.segment.FileDirectory;
import org.uitto.journal.segment.JournalException;
import org.uitto.journal.segment.SegmentStore;
import scala.concurrent.Batchable;

/**
 * The one thread that writes a journal. It takes all that is queued, writes it with one write and one fsync, and has the
 * answers given; what is asked for meanwhile makes up the next group. So groups grow with the load and a lone write waits
 * for nothing. The queue is not bounded here: each actor awaits the answer to its write before it sends another.
 */
final class JournalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentJournal.class);
    private static final int GROUP_REQUESTS = 4096;
    private static final long CLOSE_SECONDS = 60;

    private final JournalSettings settings;
    private final Executor answers;
    private final Queue<JournalRequest> queue = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<SegmentStore> opened = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean isIdle;
    private volatile boolean isClosing;

    /** Gives answers on {@code answers}. Nothing happens before {@link #start}. */
    JournalWriter(JournalSettings settings, Executor answers) {
        this.settings = settings;
        this.answers = answers;
        this.thread = new Thread(this::run, "uitto-journal-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The store once it is open, to read from; fails if it cannot be opened. */
    CompletableFuture<SegmentStore> opened() {
        return opened;
    }

    /** Queues a request; it is answered after all that was queued before it. */
    void send(JournalRequest request) {
        queue.add(request);
        if (isIdle) {
            LockSupport.unpark(thread);
        }
    }

    /** Answers what is queued, closes the journal and waits for that. */
    void close() throws InterruptedException {
        isClosing = true;
        LockSupport.unpark(thread);
        thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    }

    private void run() {
        ExecutorService chores = Executors.newSingleThreadExecutor(task -> {
            Thread choresThread = new Thread(task, "uitto-journal-chores");
            choresThread.setDaemon(true);
            return choresThread;
        });
        try (SegmentStore store = open(chores)) {
            opened.complete(store);
            serve(store);
        } catch (Throwable e) {
            // Whatever it is, nobody must wait for this thread in vain.
            if (opened.completeExceptionally(e)) {
                LOG.error(
                        "The journal in {} cannot be opened.",
                        settings.directory().toAbsolutePath(),
                        e);
            } else {
                LOG.error("The journal in {} stopped.", settings.directory().toAbsolutePath(), e);
            }
            refuseAll(e);
        } finally {
            chores.shutdown();
        }
    }

    private SegmentStore open(ExecutorService chores) throws IOException {
        Directory directory = new FileDirectory(settings.directory());
        return SegmentStore.open(directory, settings.store(), chores, warning -> LOG.warn("{}", warning));
    }

    private void serve(SegmentStore store) {
        boolean isReported = false;
        while (true) {
            boolean isLastRound = isClosing;
            List<Runnable> done = new ArrayList<>();
            List<JournalRequest> group = take();
            try {
                for (JournalRequest request : group) {
                    done.add(request.stage(store));
                }
                store.commit();
            } catch (RuntimeException e) {
                if (!isReported) {
                    LOG.error(
                            "The journal in {} failed: {}", settings.directory().toAbsolutePath(), e.getMessage(), e);
                    isReported = true;
                }
                done = group.stream().map(request -> failing(request, e)).toList();
            }
            answer(done);
            if (group.isEmpty()) {
                if (isLastRound) {
                    return;
                }
                rest(store);
            }
        }
    }

    private List<JournalRequest> take() {
        List<JournalRequest> group = new ArrayList<>();
        JournalRequest request = queue.poll();
        while (request != null) {
            group.add(request);
            request = group.size() < GROUP_REQUESTS ? queue.poll() : null;
        }
        return group;
    }

    /** Uses a lull to clean up, or waits until there is something to do. */
    private void rest(SegmentStore store) {
        if (store.isCleaningDue()) {
            return;
        }
        awaitRequests();
    }

    private void awaitRequests() {
        isIdle = true;
        if (queue.isEmpty() && !isClosing) {
            LockSupport.park(this);
        }
        isIdle = false;
    }

    private static Runnable failing(JournalRequest request, Throwable cause) {
        return () -> request.fail(cause);
    }

    private void refuseAll(Throwable cause) {
        Throwable reason = cause instanceof JournalException
                ? cause
                : new IllegalStateException(
                        "The journal in " + settings.directory().toAbsolutePath() + " is not open: " + cause, cause);
        while (true) {
            boolean isLastRound = isClosing;
            List<JournalRequest> group = take();
            answer(group.stream().map(request -> failing(request, reason)).toList());
            if (group.isEmpty()) {
                if (isLastRound) {
                    return;
                }
                awaitRequests();
            }
        }
    }

    private void answer(List<Runnable> done) {
        if (done.isEmpty()) {
            return;
        }
        try {
            answers.execute(new Answers(done));
        } catch (RejectedExecutionException e) {
            LOG.debug("The actor system ended before {} requests were answered.", done.size(), e);
        }
    }

    /**
     * Gives the answers of a group. Each completes a chain of Pekko's futures; since this is batchable, they run in its
     * thread, one after the other. Otherwise each link of each chain would be a task of its own, with a wake-up.
     */
    private record Answers(List<Runnable> done) implements Runnable, Batchable {
        @Override
        public void run() {
            done.forEach(Runnable::run);
        }
    }
}
