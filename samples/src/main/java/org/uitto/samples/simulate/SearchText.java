package org.uitto.samples.simulate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.uitto.testkit.Coverage;
import org.uitto.testkit.SimulationSearch;

/** A search in words, or as the fields of a JSON object. */
final class SearchText {
    private static final Map<Coverage.Kind, String> NAMES = Map.of(
            Coverage.Kind.RULE, "rules by role",
            Coverage.Kind.MESSAGE, "messages by role and term",
            Coverage.Kind.CHANGE, "changes of role",
            Coverage.Kind.FAULT, "faults by step");

    private final SimulationSearch.Plan plan;

    SearchText(SimulationSearch.Plan plan) {
        this.plan = plan;
    }

    /** One line on how far it has come. */
    String progress(SimulationSearch.Result soFar) {
        return String.format(
                Locale.ROOT,
                "%5ds  %d seeds, %.1f/s, %.1f simulated hours, %s faults, coverage %s",
                soFar.elapsed().toSeconds(),
                soFar.seedCount(),
                soFar.seedsPerSecond(),
                hours(soFar),
                sum(soFar.faults()),
                shares(soFar.coverage()));
    }

    /** What was reached and what was not. */
    String covered(SimulationSearch.Result result) {
        StringBuilder text = new StringBuilder();
        text.append(table("Faults", result.faults())).append(table("Messages", result.messages()));
        for (Coverage.Kind kind : Coverage.Kind.values()) {
            Coverage coverage = result.coverage();
            text.append(String.format(
                    Locale.ROOT,
                    "%nReached of the %s: %d of %d%n",
                    NAMES.get(kind),
                    coverage.reached(kind).size(),
                    coverage.size(kind)));
            SortedSet<String> unreached = coverage.unreached(kind);
            if (!unreached.isEmpty()) {
                text.append("  never: ").append(String.join(", ", unreached)).append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static String table(String title, Map<String, Long> counts) {
        return String.format("%n%s%n", title)
                + counts.entrySet().stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "  %,14d  %s%n",
                                each.getValue(),
                                each.getKey().toLowerCase(Locale.ROOT).replace('_', ' ')))
                        .collect(Collectors.joining());
    }

    /** The result in one line. */
    String verdict(SimulationSearch.Result result) {
        return String.format(
                Locale.ROOT,
                "verdict: %s seeds=%d first-seed=%d seconds=%.1f seeds-per-second=%.1f simulated-hours=%.1f steps=%d"
                        + " operations=%d committed=%d leaders=%d faults=%d undecided=%d fingerprint=%016x",
                result.violation()
                        .map(violation -> "NOT OK, seed " + violation.seed() + ",")
                        .orElse("ok"),
                result.seedCount(),
                plan.firstSeed(),
                result.elapsed().toNanos() / 1e9,
                result.seedsPerSecond(),
                hours(result),
                result.stepCount(),
                result.operationCount(),
                result.committedCount(),
                result.leaderCount(),
                sum(result.faults()),
                result.undecidedCount(),
                result.fingerprint());
    }

    /** The result as the fields of a JSON object. */
    Map<String, Object> fields(SimulationSearch.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("verdict", result.violation().isEmpty() ? "ok" : "not ok");
        result.violation().ifPresent(violation -> {
            fields.put("seed", violation.seed());
            fields.put("violation", String.valueOf(violation.failure().getMessage()));
            fields.put("replay", "simulate --seed " + violation.seed());
        });
        fields.put("first-seed", plan.firstSeed());
        fields.put("seeds", result.seedCount());
        fields.put("threads", plan.threadCount());
        fields.put("seconds", result.elapsed().toNanos() / 1e9);
        fields.put("seeds-per-second", result.seedsPerSecond());
        fields.put("simulated-hours", hours(result));
        fields.put("steps", result.stepCount());
        fields.put("operations", result.operationCount());
        fields.put("committed", result.committedCount());
        fields.put("leaders", result.leaderCount());
        fields.put("undecided", result.undecidedCount());
        fields.put("fingerprint", String.format("%016x", result.fingerprint()));
        fields.put("faults", result.faults());
        fields.put("messages", result.messages());
        fields.put("coverage", coverage(result.coverage()));
        return fields;
    }

    private static Map<String, Object> coverage(Coverage coverage) {
        Map<String, Object> kinds = new TreeMap<>();
        for (Coverage.Kind kind : Coverage.Kind.values()) {
            kinds.put(
                    kind.name().toLowerCase(Locale.ROOT),
                    Map.of("reached", coverage.reached(kind), "never", coverage.unreached(kind)));
        }
        return kinds;
    }

    private static String shares(Coverage coverage) {
        return java.util.Arrays.stream(Coverage.Kind.values())
                .map(kind -> String.format(
                        Locale.ROOT,
                        "%s %d/%d",
                        kind.name().toLowerCase(Locale.ROOT),
                        coverage.reached(kind).size(),
                        coverage.size(kind)))
                .collect(Collectors.joining(" "));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static double hours(SimulationSearch.Result result) {
        return result.virtualTime().toNanos() / 3.6e12;
    }
}
