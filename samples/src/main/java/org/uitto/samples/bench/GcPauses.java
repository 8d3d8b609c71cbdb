package org.uitto.samples.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.uitto.samples.cluster.LocalCluster;

/** How long the garbage collectors of the nodes have stopped them, by what the nodes say when started with {@link #OPTION}. */
final class GcPauses {
    /** For each node's Java. */
    static final String OPTION = "-Xlog:gc";

    private static final Pattern PAUSE = Pattern.compile("\\[gc\\s*].* Pause .* ([0-9.]+)ms$");

    private GcPauses() {}

    /** All pauses of all nodes so far, together. */
    static Duration of(LocalCluster cluster) {
        return LocalCluster.NODES.stream()
                .map(node -> in(cluster.outputOf(node)))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration in(Path output) {
        try (Stream<String> lines = Files.lines(output)) {
            return among(lines.toList());
        } catch (IOException e) {
            throw new UncheckedIOException("What a node says can't be read", e);
        }
    }

    /** The pauses that these lines tell of. */
    static Duration among(List<String> lines) {
        double millis = 0;
        for (String line : lines) {
            Matcher pause = PAUSE.matcher(line);
            millis += pause.find() ? Double.parseDouble(pause.group(1)) : 0;
        }
        return Duration.ofNanos(Math.round(millis * 1e6));
    }
}
