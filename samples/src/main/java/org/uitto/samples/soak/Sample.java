package org.uitto.samples.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.uitto.samples.cluster.LocalCluster;

/**
 * How the cluster was at one moment.
 *
 * @param acknowledged how many commands were by then
 * @param diskBytes what the files of each node's data take
 * @param memoryBytes what each node's process holds in memory; without those that were down, or where that is not known
 */
public record Sample(
        double seconds, String phase, long acknowledged, Map<String, Long> diskBytes, Map<String, Long> memoryBytes) {
    /** Looks at {@code cluster} now. */
    public static Sample of(LocalCluster cluster, double seconds, String phase, long acknowledged) {
        Map<String, Long> disk = new LinkedHashMap<>();
        Map<String, Long> memory = new LinkedHashMap<>();
        for (String node : LocalCluster.NODES) {
            disk.put(node, sizeOf(cluster.dataOf(node)));
            residentBytes(cluster.pid(node)).ifPresent(bytes -> memory.put(node, bytes));
        }
        return new Sample(seconds, phase, acknowledged, disk, memory);
    }

    private static long sizeOf(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(Sample::lengthOf)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // A file went while it was looked at: the next sample counts again.
        }
    }

    private static long lengthOf(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // It has gone since it was listed, as files do here.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Linux says; other systems are not asked. */
    private static Optional<Long> residentBytes(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            List<String> lines = pid == 0 || !Files.isReadable(status) ? List.of() : Files.readAllLines(status);
            return lines.stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // The process has just ended.
        }
    }

    /** By name, in their order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seconds", Math.round(seconds * 10) / 10.0);
        fields.put("phase", phase);
        fields.put("acknowledged", acknowledged);
        diskBytes.forEach((node, bytes) -> fields.put("disk_bytes_" + node, bytes));
        memoryBytes.forEach((node, bytes) -> fields.put("memory_bytes_" + node, bytes));
        return fields;
    }
}
