package org.uitto.samples.journalbench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A journal and the bare loops on the same work; figures are medians of the rounds. */
final class Comparison {
    private static final String ROW = "%-9s %7s %6s %12s %12s %12s %8s %8s %12s %12s %9s %9s %9s %9s";

    /** Above {@link #row}. */
    static final String HEADER = String.format(
            Locale.ROOT,
            ROW,
            "shape",
            "writers",
            "bytes",
            "overwrite /s",
            "append /s",
            "journal /s",
            "of over.",
            "of app.",
            "app. p50 us",
            "app. p99 us",
            "p50 us",
            "p99 us",
            "app. cpu",
            "cpu us");

    private final Work work;
    private final List<Round> rounds = new ArrayList<>();

    private record Round(Measurement overwrite, Measurement append, Measurement journal) {}

    Comparison(Work work) {
        this.work = work;
    }

    void add(Measurement overwrite, Measurement append, Measurement journal) {
        rounds.add(new Round(overwrite, append, journal));
    }

    private double median(ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private double ratioTo(Function<Round, Measurement> loop) {
        return median(
                round -> round.journal().eventsPerSecond() / loop.apply(round).eventsPerSecond());
    }

    private long eventsPerSecond(Function<Round, Measurement> of) {
        return Math.round(median(round -> of.apply(round).eventsPerSecond()));
    }

    private long micros(Function<Round, Measurement> of, double percentile) {
        return Math.round(median(round -> of.apply(round).micros(percentile)));
    }

    private String cpuMicros(Function<Round, Measurement> of) {
        return rounded(median(round -> of.apply(round).cpuMicrosPerEvent()));
    }

    /** One line of a table. */
    String row() {
        return String.format(
                Locale.ROOT,
                ROW,
                work.shape().name().toLowerCase(Locale.ROOT),
                work.writers(),
                work.eventBytes(),
                eventsPerSecond(Round::overwrite),
                eventsPerSecond(Round::append),
                eventsPerSecond(Round::journal),
                rounded(ratioTo(Round::overwrite)),
                rounded(ratioTo(Round::append)),
                micros(Round::append, 50),
                micros(Round::append, 99),
                micros(Round::journal, 50),
                micros(Round::journal, 99),
                cpuMicros(Round::append),
                cpuMicros(Round::journal));
    }

    /** By name, in their order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shape", work.shape().name().toLowerCase(Locale.ROOT));
        fields.put("writers", work.writers());
        fields.put("payload_bytes", work.eventBytes());
        fields.put("rounds", rounds.size());
        put(fields, "overwrite", Round::overwrite);
        put(fields, "append", Round::append);
        put(fields, "journal", Round::journal);
        fields.put("ratio_to_overwrite", rounded(ratioTo(Round::overwrite)));
        fields.put("ratio_to_append", rounded(ratioTo(Round::append)));
        return fields;
    }

    private void put(Map<String, Object> fields, String name, Function<Round, Measurement> of) {
        fields.put(name + "_events_per_second", eventsPerSecond(of));
        fields.put(name + "_p50_us", micros(of, 50));
        fields.put(name + "_p99_us", micros(of, 99));
        fields.put(name + "_p999_us", micros(of, 99.9));
        fields.put(name + "_cpu_us_per_event", cpuMicros(of));
    }

    private static String rounded(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }
}
