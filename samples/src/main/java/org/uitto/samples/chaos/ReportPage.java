package org.uitto.samples.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Collectors;
import org.uitto.samples.chaos.Observer.Part;
import org.uitto.testkit.Operation.Outcome;

/** A page about a run: the verdict, its figures, the picture, and every fault. It needs nothing but itself. */
final class ReportPage {
    private ReportPage() {}

    static String of(RunOutcome run) {
        try (InputStream frame = ReportPage.class.getResourceAsStream("report.html")) {
            String page = new String(
                    Objects.requireNonNull(frame, "report.html is missing in the jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            return page.replace("{verdict-class}", run.isOk() ? "good" : "bad")
                    .replace("{verdict}", run.isOk() ? "No violation" : "Violated")
                    .replace("{subject}", subject(run))
                    .replace("{tiles}", tiles(run))
                    .replace("{checks}", checks(run))
                    .replace("{timeline}", Timeline.of(run))
                    .replace("{faults}", faults(run))
                    .replace("{skipped}", skipped(run));
        } catch (IOException e) {
            throw new UncheckedIOException("The frame of the report can't be read", e);
        }
    }

    private static String subject(RunOutcome run) {
        return run.nodes().size() + " nodes, " + Timeline.seconds(run.endNanos()) + ", seed "
                + run.plan().seed();
    }

    private static String tiles(RunOutcome run) {
        long leaderships = run.seen().stream()
                .filter(seen -> seen.part() == Part.LEADER)
                .map(seen -> seen.node() + seen.term())
                .distinct()
                .count();
        return tile(
                        "operations",
                        "%,d".formatted(run.store().size() + run.counter().size()),
                        "")
                + tile("acknowledged", "%,d".formatted(run.count(Outcome.OK)), "answered")
                + tile("failed", "%,d".formatted(run.count(Outcome.FAIL)), "failed")
                + tile("unknown outcome", "%,d".formatted(run.count(Outcome.UNKNOWN)), "unknown")
                + tile("faults", String.valueOf(run.faults().size()), "")
                + tile("leaderships", String.valueOf(leaderships), "leader")
                + tile("longest pause", Timeline.seconds(Pauses.of(run).longestNanos()), "pause");
    }

    private static String tile(String label, String value, String colour) {
        String key = colour.isEmpty() ? "" : "<i class=\"key " + colour + "\"></i>";
        return "<div class=\"tile\"><b>" + value + "</b><span>" + key + label + "</span></div>";
    }

    private static String checks(RunOutcome run) {
        return run.checks().stream()
                .map(check -> "<li class=\"" + (check.isOk() ? "good" : "bad") + "\"><b>" + escaped(check.name())
                        + "</b> " + escaped(check.detail()) + "</li>")
                .collect(Collectors.joining());
    }

    private static String faults(RunOutcome run) {
        Pauses pauses = Pauses.of(run);
        return run.faults().stream()
                .map(fault -> "<tr><td>" + Timeline.seconds(fault.beginNanos()) + "</td><td><i class=\"key "
                        + Timeline.family(fault.nemesis()) + "\"></i>" + fault.nemesis() + "</td><td class=\"wide\">"
                        + escaped(fault.description()) + "</td><td>"
                        + Timeline.seconds(fault.endNanos() - fault.beginNanos()) + "</td><td>"
                        + Timeline.seconds(fault.healthyNanos() - fault.endNanos()) + "</td><td>"
                        + Timeline.seconds(pauses.longestNanos(fault.beginNanos(), fault.healthyNanos()))
                        + "</td></tr>")
                .collect(Collectors.joining("\n"));
    }

    private static String skipped(RunOutcome run) {
        return run.skipped().isEmpty()
                ? ""
                : "<p class=\"note\">Not tried, for this machine can't: "
                        + run.skipped().entrySet().stream()
                                .map(each -> each.getKey() + " (" + escaped(each.getValue()) + ")")
                                .collect(Collectors.joining("; "))
                        + ".</p>";
    }

    /** {@code text} as it is written between tags. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
