package org.uitto.samples.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What one configuration did.
 *
 * @param lasted from the first command to the moment when no more were sent
 * @param latencyNanos of each command that was answered within that time
 * @param serverCpu the processor time of all nodes together
 * @param clientCpu the processor time of the client, what it takes to measure included
 * @param gcPauses how long garbage collection has stopped the nodes, all together
 * @param fsyncs for how many the nodes' logs have waited, all together
 * @param errors how many commands failed
 */
record Measurement(
        Bench.Kind kind,
        int inFlight,
        int payloadBytes,
        Duration lasted,
        Histogram latencyNanos,
        Duration serverCpu,
        Duration clientCpu,
        Duration gcPauses,
        long fsyncs,
        long errors) {
    private static final String ROW = "%-6s %9s %13s %14s %10s %10s %10s %18s %7s";

    /** Above {@link #row}. */
    static final String HEADER = String.format(
            Locale.ROOT,
            ROW,
            "kind",
            "in flight",
            "payload bytes",
            "per second",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "server cpu s/1000",
            "errors");

    private double perSecond() {
        return latencyNanos.getTotalCount() / (lasted.toNanos() / 1e9);
    }

    private double micros(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / 1e3;
    }

    private double secondsPer1000(Duration cpu) {
        return cpu.toNanos() / 1e9 / latencyNanos.getTotalCount() * 1000;
    }

    /** One line of a table. */
    String row() {
        return String.format(
                Locale.ROOT,
                ROW,
                kind.name().toLowerCase(Locale.ROOT),
                inFlight,
                payloadBytes,
                Math.round(perSecond()),
                Math.round(micros(50)),
                Math.round(micros(99)),
                Math.round(micros(99.9)),
                String.format(Locale.ROOT, "%.5f", secondsPer1000(serverCpu)),
                errors);
    }

    /** By name, in their order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("operation", kind.name().toLowerCase(Locale.ROOT));
        fields.put("in_flight", inFlight);
        fields.put("payload_bytes", payloadBytes);
        fields.put(kind == Bench.Kind.READ ? "reads_per_second" : "commits_per_second", rounded(perSecond(), 1));
        fields.put("p50_us", rounded(micros(50), 1));
        fields.put("p99_us", rounded(micros(99), 1));
        fields.put("p999_us", rounded(micros(99.9), 1));
        fields.put("server_cpu_seconds_per_1000", rounded(secondsPer1000(serverCpu), 6));
        fields.put("client_cpu_seconds_per_1000", rounded(secondsPer1000(clientCpu), 6));
        fields.put("node_gc_pause_ms", rounded(gcPauses.toNanos() / 1e6, 1));
        fields.put("fsyncs_per_1000", rounded(fsyncsPer1000(), 2));
        fields.put("errors", errors);
        return fields;
    }

    /** This as a point of a curve. */
    BenchReport.Point point() {
        return new BenchReport.Point(
                "Uitto",
                kind.name().toLowerCase(Locale.ROOT),
                payloadBytes,
                inFlight,
                perSecond(),
                micros(50),
                micros(99),
                micros(99.9),
                secondsPer1000(serverCpu) * 1000,
                secondsPer1000(clientCpu) * 1000,
                Optional.of(new BenchReport.NodeWork(
                        gcPauses.toNanos() / 1e6 / (lasted.toNanos() / 1e9), fsyncsPer1000())));
    }

    private double fsyncsPer1000() {
        return 1000.0 * fsyncs / latencyNanos.getTotalCount();
    }

    private static double rounded(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Double.isFinite(value) ? Math.round(value * scale) / scale : 0;
    }
}
