package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.uitto.samples.chaos.Buckets.Bucket;
import org.uitto.samples.chaos.Observer.Part;
import org.uitto.samples.chaos.Observer.Seen;
import org.uitto.samples.nemesis.Nemesis;
import org.uitto.samples.nemesis.Nemesis.Need;

/**
 * A run as a picture: faults, what the nodes were, operations and latency, one below the other over the same time. Colours are
 * left to the style of the page.
 */
final class Timeline {
    private static final int LEFT = 118;
    private static final int RIGHT = 24;
    private static final int LEAST_WIDTH = 1000;
    private static final int MOST_WIDTH = 7200;
    private static final int PIXELS_A_SECOND = 4;
    private static final int ROW = 22;
    private static final int GAP = 34;
    private static final int OPERATIONS_HEIGHT = 110;
    private static final int LATENCY_HEIGHT = 150;
    private static final long LEAST_LATENCY_NANOS = 250_000;
    private static final long MOST_LATENCY_NANOS = 10_000_000_000L;
    private static final long PAUSE_SHOWN_NANOS = 500_000_000;

    private final RunOutcome outcome;
    private final Buckets buckets;
    private final int plotWidth;
    private final StringBuilder svg = new StringBuilder();
    private int y = 26;

    private Timeline(RunOutcome outcome) {
        this.outcome = outcome;
        this.buckets = Buckets.of(outcome);
        long seconds = outcome.endNanos() / 1_000_000_000 + 1;
        this.plotWidth = (int) Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, seconds * PIXELS_A_SECOND));
    }

    /** The picture, as SVG to be put into a page. */
    static String of(RunOutcome outcome) {
        return new Timeline(outcome).draw();
    }

    private String draw() {
        int faultRows = outcome.faultCounts().size();
        faults();
        nodes();
        operations();
        latency();
        int height = y + 26;
        String frame =
                "<svg class=\"timeline\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d"
                                .formatted(LEFT + plotWidth + RIGHT, height, LEFT + plotWidth + RIGHT)
                        + " %d\" role=\"img\" aria-label=\"The run over time\">".formatted(height);
        return frame + DEFINITIONS + axis() + bands(faultRows) + svg + "</svg>";
    }

    private static final String DEFINITIONS = """
            <defs><pattern id="away" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
            <rect width="6" height="6" class="away-ground"/><rect width="2" height="6" class="away-line"/></pattern></defs>
            """;

    /** A fault's shade over everything below its bar, so that the eye finds what it did. */
    private String bands(int faultRows) {
        int top = 26 + faultRows * ROW + 4;
        return outcome.faults().stream()
                .map(fault ->
                        rect("band " + family(fault.nemesis()), fault.beginNanos(), fault.endNanos(), top, y - top, ""))
                .collect(Collectors.joining());
    }

    /** Vertical lines, with the time at the top and at the bottom. */
    private String axis() {
        StringBuilder lines = new StringBuilder();
        long step = stepSeconds();
        for (long second = 0; second * 1_000_000_000 <= outcome.endNanos(); second += step) {
            double x = x(second * 1_000_000_000);
            String label = step >= 60 ? second / 60 + " min" : second + " s";
            lines.append(line("grid", x, 20, x, y));
            lines.append(text("tick middle", x, 14, label));
            lines.append(text("tick middle", x, y + 16, label));
        }
        return lines.toString();
    }

    private long stepSeconds() {
        double secondsIn80Pixels = 80.0 * outcome.endNanos() / 1e9 / plotWidth;
        for (long step : new long[] {5, 10, 20, 30, 60, 120, 300}) {
            if (step >= secondsIn80Pixels) {
                return step;
            }
        }
        return 600;
    }

    private void faults() {
        for (Nemesis nemesis : outcome.faultCounts().keySet()) {
            svg.append(text("label", LEFT - 10, y + 15, nemesis.toString()));
            for (FaultRecord fault : outcome.faults()) {
                if (fault.nemesis() == nemesis) {
                    String family = family(nemesis);
                    String words = fault.description()
                            + "; healthy again %.1f s after its end".formatted(fault.recoverySeconds());
                    svg.append(
                            rect("recovery " + family, fault.endNanos(), fault.healthyNanos(), y + 8, ROW - 14, words));
                    svg.append(rect("fault " + family, fault.beginNanos(), fault.endNanos(), y + 4, ROW - 7, words));
                }
            }
            y += ROW;
        }
        y += GAP;
    }

    private void nodes() {
        title("nodes");
        for (String node : outcome.nodes()) {
            svg.append(text("label", LEFT - 10, y + 15, "node " + node));
            List<Seen> seen = outcome.seen().stream()
                    .filter(each -> each.node().equals(node))
                    .toList();
            for (int i = 0; i < seen.size(); i++) {
                long until = i + 1 < seen.size() ? seen.get(i + 1).sinceNanos() : outcome.endNanos();
                part(seen.get(i), until);
            }
            y += ROW;
        }
        y += GAP;
    }

    private void part(Seen seen, long untilNanos) {
        long until = Math.min(untilNanos, outcome.endNanos());
        if (until <= seen.sinceNanos()) {
            return;
        }
        String words = "node " + seen.node() + ": " + seen.part().name().toLowerCase(Locale.ROOT)
                + (seen.part() == Part.LEADER ? " of term " + seen.term() : "");
        String name = "part " + seen.part().name().toLowerCase(Locale.ROOT);
        svg.append(rect(name, seen.sinceNanos(), until, y + 3, ROW - 6, words));
        if (seen.part() == Part.LEADER && x(until) - x(seen.sinceNanos()) > 8 + 7 * digits(seen.term())) {
            double middle = (x(until) + x(seen.sinceNanos())) / 2;
            svg.append(text("term middle", middle, y + 15, String.valueOf(seen.term())));
        }
    }

    private static int digits(long term) {
        return String.valueOf(term).length();
    }

    private void operations() {
        title("operations a second");
        double seconds = buckets.bucketNanos() / 1e9;
        int most = buckets.all().stream()
                .mapToInt(bucket -> bucket.answered() + bucket.failed() + bucket.unknown())
                .max()
                .orElse(1);
        double top = niceAbove(Math.max(1, most / seconds));
        int base = y + OPERATIONS_HEIGHT;
        for (int i = 0; i <= 2; i++) {
            double at = base - OPERATIONS_HEIGHT * i / 2.0;
            svg.append(line("level", LEFT, at, LEFT + plotWidth, at));
            svg.append(text("label", LEFT - 10, at + 4, String.valueOf(Math.round(top * i / 2))));
        }
        for (int i = 0; i < buckets.all().size(); i++) {
            Bucket bucket = buckets.all().get(i);
            double at = base;
            at = bar("answered", i, at, bucket.answered() / seconds / top);
            at = bar("failed", i, at, bucket.failed() / seconds / top);
            bar("unknown", i, at, bucket.unknown() / seconds / top);
        }
        pauses(base);
        y = base + GAP;
    }

    private double bar(String name, int bucket, double base, double share) {
        double height = OPERATIONS_HEIGHT * share;
        if (height > 0) {
            long from = bucket * buckets.bucketNanos();
            long until = Math.min(from + buckets.bucketNanos(), outcome.endNanos());
            svg.append("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
                    .formatted(name, x(from), base - height, Math.max(0.5, x(until) - x(from) - 0.4), height));
        }
        return base - height;
    }

    /** When the keyed store gave no answer to anybody for half a second and longer. */
    private void pauses(int base) {
        for (Pauses.Pause pause : Pauses.of(outcome).atLeast(PAUSE_SHOWN_NANOS)) {
            String words = "no answer for " + seconds(pause.nanos());
            svg.append(rect("pause", pause.fromNanos(), pause.untilNanos(), base + 3, 5, words));
        }
    }

    private void latency() {
        title("latency");
        for (long nanos = 1_000_000; nanos <= MOST_LATENCY_NANOS; nanos *= 10) {
            double at = latencyY(nanos);
            svg.append(line("level", LEFT, at, LEFT + plotWidth, at));
            String label = nanos < 1_000_000_000 ? nanos / 1_000_000 + " ms" : nanos / 1_000_000_000 + " s";
            svg.append(text("label", LEFT - 10, at + 4, label));
        }
        svg.append(curve("worst", bucket -> bucket.latency(100)));
        svg.append(curve("p99", bucket -> bucket.latency(99)));
        svg.append(curve("p50", bucket -> bucket.latency(50)));
        y += LATENCY_HEIGHT;
    }

    /** A line from part to part; parts without answers interrupt it. */
    private String curve(String name, ToLongFunction<Bucket> latency) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < buckets.all().size(); i++) {
            Bucket bucket = buckets.all().get(i);
            if (bucket.answered() == 0) {
                pen = false;
                continue;
            }
            double x = x(Math.min(outcome.endNanos(), i * buckets.bucketNanos() + buckets.bucketNanos() / 2));
            path.append("%s%.1f %.1f".formatted(pen ? "L" : "M", x, latencyY(latency.applyAsLong(bucket))));
            if (!pen) {
                path.append("h0.1"); // A part between two others without answers is a dot.
            }
            pen = true;
        }
        return "<path class=\"curve " + name + "\" d=\"" + path + "\"/>";
    }

    private double latencyY(long nanos) {
        double bounded = (double) Math.min(MOST_LATENCY_NANOS, Math.max(LEAST_LATENCY_NANOS, nanos));
        double share =
                Math.log(bounded / LEAST_LATENCY_NANOS) / Math.log((double) MOST_LATENCY_NANOS / LEAST_LATENCY_NANOS);
        return y + LATENCY_HEIGHT * (1 - share);
    }

    private void title(String title) {
        svg.append(text("title", LEFT, y - 9, title));
    }

    private double x(long nanos) {
        return LEFT + plotWidth * (double) nanos / outcome.endNanos();
    }

    private String rect(String name, long fromNanos, long untilNanos, double top, double height, String words) {
        double from = x(Math.min(fromNanos, outcome.endNanos()));
        double width = Math.max(1, x(Math.min(untilNanos, outcome.endNanos())) - from);
        String shape = "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%s\""
                .formatted(name, from, top, width, height, name.startsWith("band") ? "0" : "2");
        return words.isEmpty() ? shape + "/>" : shape + "><title>" + ReportPage.escaped(words) + "</title></rect>";
    }

    private static String line(String name, double x1, double y1, double x2, double y2) {
        return "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>".formatted(name, x1, y1, x2, y2);
    }

    private static String text(String name, double x, double y, String words) {
        return "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>".formatted(name, x, y, ReportPage.escaped(words));
    }

    /** The next of 1, 2, 4, 6, 8, 10, 20, 40, ... that is not below {@code value}. */
    static double niceAbove(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 4, 6, 8}) {
            if (factor * power >= value) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** What faults have in common: the colour that they are shown in. */
    static String family(Nemesis nemesis) {
        return FAMILIES.getOrDefault(nemesis.needs().iterator().next(), "process");
    }

    private static final Map<Need, String> FAMILIES = Map.of(
            Need.NOTHING, "process",
            Need.NAMESPACES, "network",
            Need.PACKET_QUEUE, "network",
            Need.DISK_IMAGES, "disk",
            Need.SYNC_LIBRARY, "disk");

    /** In seconds, for tables. */
    static String seconds(long nanos) {
        return "%.1f s".formatted(Duration.ofNanos(nanos).toMillis() / 1000.0);
    }
}
