package org.uitto.samples.journalbench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.Histogram;

/**
 * What a disk can do at best: writes all events that are under way to a file that was filled with zeros before, fsyncs,
 * and begins again. For one thread.
 */
final class BareLoop implements Closeable {
    private static final int FILE_BYTES = 256 << 20;
    private static final int ZEROS_BYTES = 1 << 20;

    private final FileChannel channel;

    BareLoop(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (int offset = 0; offset < FILE_BYTES; offset += ZEROS_BYTES) {
            writeAll(zeros.duplicate(), offset);
        }
        channel.force(true);
    }

    /** Writes groups of {@code writers} events of {@code eventBytes} for about {@code duration}. */
    Measurement run(int writers, int eventBytes, Duration duration) throws IOException {
        ByteBuffer group = randomBytes(Math.multiplyExact(writers, eventBytes));
        Histogram latencyNanos = new Histogram(3);
        Duration cpuBefore = CpuClock.now();
        long startNanos = System.nanoTime();
        long nowNanos = startNanos;
        int offset = 0;
        while (nowNanos - startNanos < duration.toNanos()) {
            offset = offset + group.capacity() > FILE_BYTES ? 0 : offset;
            writeAll(group.duplicate(), offset);
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
    }

    private static ByteBuffer randomBytes(int count) {
        byte[] bytes = new byte[count];
        ThreadLocalRandom.current().nextBytes(bytes);
        return ByteBuffer.allocateDirect(count).put(bytes).flip();
    }

    private void writeAll(ByteBuffer bytes, int offset) throws IOException {
        int position = offset;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
