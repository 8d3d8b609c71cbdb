package org.uitto.samples.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.uitto.samples.journalbench.BareLoop;

/**
 * What one command takes while nothing else is under way, beside what it can't do without: a round trip from the client to the leader, one
 * from the leader to a follower, and an fsync. Each of these is measured by itself, in turns with the commands.
 */
final class LoneBench {
    private static final int ROUNDS = 3;
    private static final int ROUND_TRIPS = 2;
    private static final int FIRST_WARMUP_FACTOR = 3;

    private final Bench bench;
    private final int payloadBytes;
    private final Histogram commands = new Histogram(3);
    private final Histogram roundTrips = new Histogram(3);
    private final Histogram fsyncs = new Histogram(3);

    /** @param bench with payloads of {@code payloadBytes} */
    LoneBench(Bench bench, int payloadBytes) {
        this.bench = bench;
        this.payloadBytes = payloadBytes;
    }

    /** All figures, by name. */
    Map<String, Object> measure(Duration warming, Duration measuring)
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        bench.run(Bench.Kind.WRITE, 1, warming.multipliedBy(FIRST_WARMUP_FACTOR));
        bench.run(Bench.Kind.PING, 1, warming);
        BareLoop disk = new BareLoop(bench.folder(), BareLoop.Way.APPEND);
        for (int round = 0; round < ROUNDS; round++) {
            roundTrips.add(bench.run(Bench.Kind.PING, 1, measuring).latencyNanos());
            fsyncs.add(disk.run(1, payloadBytes, measuring).latencyNanos());
            commands.add(bench.run(Bench.Kind.WRITE, 1, measuring).latencyNanos());
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("payload_bytes", payloadBytes);
        put(figures, "command", commands);
        put(figures, "round_trip", roundTrips);
        put(figures, "fsync", fsyncs);
        double parts = ROUND_TRIPS * micros(roundTrips, 50) + micros(fsyncs, 50);
        figures.put("parts_p50_us", Math.round(parts));
        figures.put("command_to_parts", Math.round(100 * micros(commands, 50) / parts) / 100.0);
        return figures;
    }

    private static void put(Map<String, Object> figures, String name, Histogram nanos) {
        figures.put(name + "_p50_us", Math.round(micros(nanos, 50)));
        figures.put(name + "_p99_us", Math.round(micros(nanos, 99)));
    }

    private static double micros(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e3;
    }
}
