package org.uitto.samples.soak;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.uitto.samples.cluster.LocalCluster;

/** Disk and memory of each node over time, as a picture. */
final class SoakPlot {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 220;
    private static final int LEFT = 70;
    private static final int GAP = 60;
    private static final Map<String, String> COLORS = Map.of("a", "#0072b2", "b", "#d55e00", "c", "#009e73");
    private static final double MIB = 1048576.0;

    private final List<Sample> samples;
    private final double seconds;

    SoakPlot(List<Sample> samples) {
        this.samples = samples;
        this.seconds =
                Math.max(1, samples.stream().mapToDouble(Sample::seconds).max().orElse(1));
    }

    /** The picture as SVG. */
    String svg() {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                                + " font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                        LEFT + WIDTH + 20,
                        2 * (HEIGHT + GAP))
                + panel("Disk, MiB", GAP / 2, Sample::diskBytes)
                + panel("Memory of the process, MiB", HEIGHT + GAP + GAP / 2, Sample::memoryBytes)
                + "</svg>\n";
    }

    private String panel(String title, int top, Function<Sample, Map<String, Long>> values) {
        double largest = samples.stream()
                .flatMap(sample -> values.apply(sample).values().stream())
                .mapToDouble(bytes -> bytes / MIB)
                .max()
                .orElse(1);
        double scale = Math.max(1, Math.ceil(largest * 1.1));
        StringBuilder panel = new StringBuilder();
        panel.append(text(LEFT, top - 8, title));
        panel.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>%n",
                LEFT,
                top,
                WIDTH,
                HEIGHT));
        panel.append(text(8, top + 12, String.format(Locale.ROOT, "%.0f", scale)));
        panel.append(text(8, top + HEIGHT, "0"));
        panel.append(text(LEFT + WIDTH - 60, top + HEIGHT + 16, String.format(Locale.ROOT, "%.0f s", seconds)));
        for (int i = 0; i < LocalCluster.NODES.size(); i++) {
            String node = LocalCluster.NODES.get(i);
            panel.append(line(node, top, scale, values));
            panel.append("<g fill=\"" + COLORS.get(node) + "\">")
                    .append(text(LEFT + WIDTH - 180 + 60 * i, top - 8, "node " + node))
                    .append("</g>\n");
        }
        return panel.toString();
    }

    private String line(String node, int top, double scale, Function<Sample, Map<String, Long>> values) {
        StringBuilder points = new StringBuilder();
        for (Sample sample : samples) {
            Long bytes = values.apply(sample).get(node);
            if (bytes != null) {
                double x = LEFT + sample.seconds() / seconds * WIDTH;
                double y = top + HEIGHT - bytes / MIB / scale * HEIGHT;
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
            }
        }
        return "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + COLORS.get(node) + "\" points=\"" + points
                + "\"/>\n";
    }

    private static String text(int x, int y, String text) {
        return "<text x=\"" + x + "\" y=\"" + y + "\">" + text + "</text>\n";
    }
}
