package org.uitto.samples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Curves of throughput against latency, and the figures behind them, as a page of HTML that needs nothing beside itself. */
final class BenchReport {
    /**
     * What one configuration did.
     *
     * @param system what was measured
     * @param operation such as "write"
     * @param perSecond how many were answered
     * @param serverCpuMillis of all nodes together for 1,000 answers
     * @param clientCpuMillis of the client for 1,000 answers
     * @param work what the nodes did for it, if that is known
     */
    record Point(
            String system,
            String operation,
            int payloadBytes,
            int inFlight,
            double perSecond,
            double p50Micros,
            double p99Micros,
            double p999Micros,
            double serverCpuMillis,
            double clientCpuMillis,
            Optional<NodeWork> work) {
        private String curve() {
            return system + ", " + operation + (payloadBytes > 0 ? " of " + payloadBytes + " bytes" : "");
        }
    }

    /**
     * What all nodes together did.
     *
     * @param gcPauseMillis for how long garbage collection has stopped them, in each second
     * @param fsyncs for how many their logs have waited, for 1,000 answers
     */
    record NodeWork(double gcPauseMillis, double fsyncs) {}

    private static final List<String> COLORS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 60;
    private static final int TOP = 30;

    private final Map<String, List<Point>> curves = new LinkedHashMap<>();

    BenchReport(List<Point> points) {
        points.forEach(point -> curves.computeIfAbsent(point.curve(), added -> new ArrayList<>())
                .add(point));
    }

    /** The point that a line of the harness for several systems tells of; empty if it tells of something else. */
    static Optional<Point> ofPeer(String line) throws JsonProcessingException {
        JsonNode peer = new ObjectMapper().readTree(line);
        if (!peer.hasNonNull("ops_per_s")) {
            return Optional.empty();
        }
        return Optional.of(new Point(
                peer.path("peer").asText(),
                peer.path("op").asText(),
                peer.path("op").asText().equals("read")
                        ? 0
                        : peer.path("payload").asInt(),
                peer.path("c").asInt(),
                peer.path("ops_per_s").asDouble(),
                peer.path("p50_us").asDouble(),
                peer.path("p99_us").asDouble(),
                peer.path("p999_us").asDouble(),
                peer.path("server_cpu_s_per_kop").asDouble() * 1000,
                peer.path("client_cpu_s_per_kop").asDouble() * 1000,
                Optional.empty()));
    }

    /** The page. */
    String html() {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n"
                        + "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Uitto: throughput and"
                        + " latency</title>\n")
                .append("<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}")
                .append("td,th{border:1px solid #bbb;padding:.2em"
                        + " .6em;text-align:right}td:first-child{text-align:left}")
                .append("</style></head><body>\n<h1>Throughput and latency</h1>\n")
                .append("<p>Closed loop: as many commands are in flight as each point says. Both axes are"
                        + " logarithmic.</p>\n");
        page.append(chart("Median latency, ms", Point::p50Micros));
        page.append(chart("99th percentile of latency, ms", Point::p99Micros));
        page.append(table()).append("</body></html>\n");
        return page.toString();
    }

    private String table() {
        StringBuilder table = new StringBuilder(
                "<table><tr><th>curve</th><th>in flight</th><th>per second</th><th>p50 ms</th><th>p99 ms</th><th>p99.9"
                        + " ms</th><th>server CPU ms per 1,000</th><th>client CPU ms per 1,000</th><th>fsyncs per 1,000</th><th>GC pauses ms per s</th></tr>\n");
        curves.forEach((curve, points) -> points.forEach(point -> table.append(String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td>%d</td><td>%,.0f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%s</td><td>%s</td></tr>%n",
                escaped(curve),
                point.inFlight(),
                point.perSecond(),
                point.p50Micros() / 1e3,
                point.p99Micros() / 1e3,
                point.p999Micros() / 1e3,
                point.serverCpuMillis(),
                point.clientCpuMillis(),
                point.work().map(work -> number(work.fsyncs(), 2)).orElse(""),
                point.work().map(work -> number(work.gcPauseMillis(), 1)).orElse("")))));
        return table.append("</table>\n").toString();
    }

    private String chart(String title, ToDoubleFunction<Point> latencyMicros) {
        Axis x = Axis.over(all().stream().mapToDouble(Point::perSecond).toArray());
        Axis y = Axis.over(all().stream()
                .mapToDouble(latencyMicros)
                .map(micros -> micros / 1e3)
                .toArray());
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"%d\" font-size=\"12\"><text x=\"%d\" y=\"18\""
                        + " font-weight=\"bold\">%s</text>%n",
                LEFT + WIDTH + 330,
                TOP + HEIGHT + 40,
                LEFT,
                title));
        for (double tick : x.ticks()) {
            double at = LEFT + x.share(tick) * WIDTH;
            svg.append(gridLine(at, TOP, at, TOP + HEIGHT))
                    .append(text(at - 20, TOP + HEIGHT + 16, number(tick) + "/s"));
        }
        for (double tick : y.ticks()) {
            double at = TOP + (1 - y.share(tick)) * HEIGHT;
            svg.append(gridLine(LEFT, at, LEFT + WIDTH, at)).append(text(8, at + 4, number(tick)));
        }
        int number = 0;
        for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
            String color = COLORS.get(number % COLORS.size());
            StringBuilder line = new StringBuilder();
            for (Point point : curve.getValue()) {
                double atX = LEFT + x.share(point.perSecond()) * WIDTH;
                double atY = TOP + (1 - y.share(latencyMicros.applyAsDouble(point) / 1e3)) * HEIGHT;
                line.append(String.format(Locale.ROOT, "%.1f,%.1f ", atX, atY));
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>%d in flight:"
                                + " %,.0f/s</title></circle>%n",
                        atX,
                        atY,
                        color,
                        point.inFlight(),
                        point.perSecond()));
            }
            svg.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + color + "\" points=\"" + line
                    + "\"/>\n");
            svg.append("<g fill=\"" + color + "\">")
                    .append(text(LEFT + WIDTH + 12, TOP + 14 + 18 * number, escaped(curve.getKey())))
                    .append("</g>\n");
            number++;
        }
        return svg.append("</svg>\n").toString();
    }

    private List<Point> all() {
        return curves.values().stream().flatMap(List::stream).toList();
    }

    private static String gridLine(double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(double x, double y, String text) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n", x, y, text);
    }

    private static String number(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%,.0f", value) : Double.toString(value);
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** A logarithmic axis between two powers of ten. */
    private record Axis(int from, int to) {
        static Axis over(double[] values) {
            double least = Double.MAX_VALUE;
            double most = Double.MIN_NORMAL;
            for (double value : values) {
                if (value > 0) {
                    least = Math.min(least, value);
                    most = Math.max(most, value);
                }
            }
            if (least > most) {
                return new Axis(0, 1);
            }
            int from = (int) Math.floor(Math.log10(least));
            return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(most))));
        }

        double share(double value) {
            double at = value > 0 ? Math.log10(value) : from;
            return Math.min(1, Math.max(0, (at - from) / (to - from)));
        }

        double[] ticks() {
            double[] ticks = new double[to - from + 1];
            for (int i = 0; i < ticks.length; i++) {
                ticks[i] = Math.pow(10, from + i);
            }
            return ticks;
        }
    }
}
