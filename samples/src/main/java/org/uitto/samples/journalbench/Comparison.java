package org.uitto.samples.journalbench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A journal and the bare loop on the same work; figures are medians of the rounds. */
final class Comparison {
    private static final String ROW = "%-9s %8s %8s %12s %12s %7s %12s %12s %12s %12s %12s %12s";

    /** Above {@link #row}. */
    static final String HEADER = String.format(
            Locale.ROOT,
            ROW,
            "shape",
            "writers",
            "bytes",
            "bare /s",
            "journal /s",
            "ratio",
            "bare p50 us",
            "bare p99 us",
            "p50 us",
            "p99 us",
            "bare cpu us",
            "cpu us");

    private final Work work;
    private final List<Round> rounds = new ArrayList<>();

    private record Round(Measurement bare, Measurement journal) {}

    Comparison(Work work) {
        this.work = work;
    }

    void add(Measurement bare, Measurement journal) {
        rounds.add(new Round(bare, journal));
    }

    private double median(ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private double ratio() {
        return median(round -> round.journal().eventsPerSecond() / round.bare().eventsPerSecond());
    }

    /** One line of a table. */
    String row() {
        return String.format(
                Locale.ROOT,
                ROW,
                work.shape().name().toLowerCase(Locale.ROOT),
                work.writers(),
                work.eventBytes(),
                Math.round(median(round -> round.bare().eventsPerSecond())),
                Math.round(median(round -> round.journal().eventsPerSecond())),
                rounded(ratio()),
                Math.round(median(round -> round.bare().micros(50))),
                Math.round(median(round -> round.bare().micros(99))),
                Math.round(median(round -> round.journal().micros(50))),
                Math.round(median(round -> round.journal().micros(99))),
                rounded(median(round -> round.bare().cpuMicrosPerEvent())),
                rounded(median(round -> round.journal().cpuMicrosPerEvent())));
    }

    private static String rounded(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }

    /** By name, in their order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shape", work.shape().name().toLowerCase(Locale.ROOT));
        fields.put("writers", work.writers());
        fields.put("payload_bytes", work.eventBytes());
        fields.put("rounds", rounds.size());
        fields.put(
                "bare_events_per_second",
                Math.round(median(round -> round.bare().eventsPerSecond())));
        fields.put(
                "journal_events_per_second",
                Math.round(median(round -> round.journal().eventsPerSecond())));
        fields.put("ratio", Math.round(ratio() * 1000) / 1000.0);
        for (double percentile : new double[] {50, 99, 99.9}) {
            String name = "p" + Double.toString(percentile).replace(".0", "").replace(".", "") + "_us";
            fields.put("bare_" + name, Math.round(median(round -> round.bare().micros(percentile))));
            fields.put(
                    "journal_" + name,
                    Math.round(median(round -> round.journal().micros(percentile))));
        }
        fields.put("bare_cpu_us_per_event", rounded(median(round -> round.bare().cpuMicrosPerEvent())));
        fields.put(
                "journal_cpu_us_per_event",
                rounded(median(round -> round.journal().cpuMicrosPerEvent())));
        return fields;
    }
}
