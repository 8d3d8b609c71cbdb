package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a writer gets its next segment. */
final class SegmentSupplyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SEGMENT_BYTES = 4096;
    private static final int RESERVE_BYTES = 10_000;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final List<String> warnings = new ArrayList<>();
    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final Chores chores = new Chores(executor, warnings::add);
    private final SegmentSupply supply = new SegmentSupply(
            disk, new StoreSettings("", UUID.randomUUID(), SEGMENT_BYTES, RESERVE_BYTES), chores, warnings::add);

    @AfterEach
    void stop() throws IOException {
        supply.close();
        executor.shutdownNow();
    }

    /** Whether the maker of a file was told to hurry when a writer had come for it. */
    private boolean hurriesWhenAwaited() throws IOException, InterruptedException, ExecutionException {
        Thread writer = Thread.currentThread();
        CompletableFuture<Boolean> hurried = new CompletableFuture<>();
        disk.whileCreating(hurry -> {
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            hurried.complete(hurry.getAsBoolean());
        });
        supply.order(2);
        assertEquals(SEGMENT_BYTES, supply.take(2, 100, 100, false).sizeBytes());
        return hurried.get();
    }

    @Test
    void aWriterThatWaitsTakesAFileBeforeItIsFilled() {
        assertEquals(true, assertTimeoutPreemptively(PATIENCE, this::hurriesWhenAwaited));
    }

    @Test
    void whereRoomIsScarceItWaitsForAFileThatHasItsRoom() {
        disk.capacity(RESERVE_BYTES + 3 * SEGMENT_BYTES);

        assertEquals(false, assertTimeoutPreemptively(PATIENCE, this::hurriesWhenAwaited));
    }
}
