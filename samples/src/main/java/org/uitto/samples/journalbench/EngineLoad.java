package org.uitto.samples.journalbench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.FileDirectory;
import org.uitto.journal.segment.SegmentStore;
import org.uitto.journal.segment.StoreSettings;

/** The engine of the embedded journal without Pekko: one event of each writer, then a commit, and again. */
final class EngineLoad implements Load {
    private static final int SEGMENT_BYTES = 64 << 20;

    private final ExecutorService chores = Executors.newSingleThreadExecutor();
    private final SegmentStore store;
    private final Work work;
    private final List<String> persistenceIds;
    private final List<byte[]> event;
    private long sequenceNr;

    EngineLoad(Path folder, Work work) throws IOException {
        this.work = work;
        persistenceIds = IntStream.range(0, work.writers())
                .mapToObj(writer -> "writer-" + writer)
                .toList();
        byte[] bytes = new byte[work.eventBytes()];
        ThreadLocalRandom.current().nextBytes(bytes);
        event = List.of(bytes);
        StoreSettings settings = new StoreSettings("", UUID.randomUUID(), SEGMENT_BYTES, 0);
        store = SegmentStore.open(new FileDirectory(folder), settings, chores, System.err::println);
    }

    @Override
    public Measurement run(Duration duration) {
        Histogram latencyNanos = new Histogram(3);
        Duration cpuBefore = CpuClock.now();
        long startNanos = System.nanoTime();
        long nowNanos = startNanos;
        while (nowNanos - startNanos < duration.toNanos()) {
            sequenceNr++;
            for (int writer = 0; writer < work.writers(); writer++) {
                append(persistenceIds.get(writer));
            }
            store.commit();
            long doneNanos = System.nanoTime();
            latencyNanos.recordValueWithCount(doneNanos - nowNanos, work.writers());
            nowNanos = doneNanos;
        }
        return new Measurement(
                latencyNanos,
                Duration.ofNanos(nowNanos - startNanos),
                CpuClock.now().minus(cpuBefore));
    }

    private void append(String persistenceId) {
        store.append(new EventWrite(persistenceId, sequenceNr, sequenceNr, event))
                .ifPresent(refused -> {
                    throw refused;
                });
    }

    @Override
    public void stop() throws IOException {
        store.close();
        chores.shutdown();
    }
}
