package org.uitto.samples.journalbench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.Histogram;

/** What a disk can do at best: writes all events that are under way, fsyncs, and begins again. For one thread. */
public final class BareLoop {
    private static final int FILE_BYTES = 256 << 20;
    private static final int ZEROS_BYTES = 1 << 20;

    private final Path folder;
    private final Way way;

    /** Where the loop writes to. */
    public enum Way {
        /**
         * Over the same file again and again, which was filled before: no byte ever needs new room on the disk or new memory
         * for its cache. No log can do that for long.
         */
        OVERWRITE,
        /** To the end of a file, as what is kept has to be. */
        APPEND
    }

    /** {@code folder} is to be there, and is empty again after each run. */
    public BareLoop(Path folder, Way way) {
        this.folder = folder;
        this.way = way;
    }

    /** Writes groups of {@code writers} events of {@code eventBytes} for about {@code duration}. */
    public Measurement run(int writers, int eventBytes, Duration duration) throws IOException {
        List<Path> files = new ArrayList<>();
        FileChannel channel = next(files);
        try {
            if (way == Way.OVERWRITE) {
                fill(channel);
            }
            ByteBuffer group = randomBytes(Math.multiplyExact(writers, eventBytes));
            Histogram latencyNanos = new Histogram(3);
            Duration cpuBefore = CpuClock.now();
            long startNanos = System.nanoTime();
            long nowNanos = startNanos;
            int offset = 0;
            while (nowNanos - startNanos < duration.toNanos()) {
                if (offset + group.capacity() > FILE_BYTES) {
                    offset = 0;
                    if (way == Way.APPEND) {
                        channel.close();
                        channel = next(files);
                    }
                }
                writeAll(channel, group.duplicate(), offset);
                channel.force(false);
                offset += group.capacity();
                long doneNanos = System.nanoTime();
                latencyNanos.recordValueWithCount(doneNanos - nowNanos, writers);
                nowNanos = doneNanos;
            }
            return new Measurement(
                    latencyNanos,
                    Duration.ofNanos(nowNanos - startNanos),
                    CpuClock.now().minus(cpuBefore));
        } finally {
            channel.close();
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private FileChannel next(List<Path> files) throws IOException {
        Path file = folder.resolve("loop-" + files.size());
        files.add(file);
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void fill(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (int offset = 0; offset < FILE_BYTES; offset += ZEROS_BYTES) {
            writeAll(channel, zeros.duplicate(), offset);
        }
        channel.force(true);
    }

    private static ByteBuffer randomBytes(int count) {
        byte[] bytes = new byte[count];
        ThreadLocalRandom.current().nextBytes(bytes);
        return ByteBuffer.allocateDirect(count).put(bytes).flip();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, int offset) throws IOException {
        int position = offset;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }
}
