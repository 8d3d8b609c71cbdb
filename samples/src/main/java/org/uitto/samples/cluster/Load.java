package org.uitto.samples.cluster;

import java.util.concurrent.CompletableFuture;

/** Commands that one client sends and hears the answers of. Runs once. */
public interface Load {
    /** Begins, with {@code inFlight} commands in flight, at least one. */
    void start(int inFlight);

    /** Sends no more. Completes when all that was sent is answered or has failed. */
    CompletableFuture<Void> stop();
}
