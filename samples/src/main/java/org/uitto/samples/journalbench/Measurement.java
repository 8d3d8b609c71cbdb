package org.uitto.samples.journalbench;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What was done in one run.
 *
 * @param latencyNanos of each event, from when it was to be written until it was durable
 * @param lasted how long the run was
 * @param cpu the processor time of this whole process in that time
 */
public record Measurement(Histogram latencyNanos, Duration lasted, Duration cpu) {
    double eventsPerSecond() {
        return latencyNanos.getTotalCount() / (lasted.toNanos() / 1e9);
    }

    double cpuMicrosPerEvent() {
        return cpu.toNanos() / 1e3 / latencyNanos.getTotalCount();
    }

    double micros(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / 1e3;
    }
}
