package org.uitto.journal.segment;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Work that no writer waits for, done one piece after the other on an executor that is given. */
final class Chores {
    private final Executor executor;
    private final Consumer<String> warnings;
    private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

    Chores(Executor executor, Consumer<String> warnings) {
        this.executor = executor;
        this.warnings = warnings;
    }

    /** Does {@code chore} some time; if it fails, {@code what} is warned of. */
    void add(String what, Chore chore) {
        tail = tail.thenRunAsync(
                () -> {
                    try {
                        chore.run();
                    } catch (Exception e) {
                        warnings.accept("Could not " + what + ": " + e);
                    }
                },
                executor);
    }

    /** Waits until all that was added is done. */
    void await() {
        tail.join();
    }

    /** A piece of work that may fail. */
    @FunctionalInterface
    interface Chore {
        void run() throws Exception;
    }
}
