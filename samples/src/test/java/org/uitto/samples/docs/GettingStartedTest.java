package org.uitto.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/GETTING_STARTED.md} works as written: its files are compiled, and its three nodes run. */
@Timeout(300)
class GettingStartedTest {
    private static final Pattern FILE = Pattern.compile(
            "`(src/main/[^`]+)`[^\\n]*\\n(?:[^`\\n][^\\n]*\\n)*\\n```[a-z]+\\n(.*?)```", Pattern.DOTALL);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theNodesOfTheGuideAgreeOnTheirBalance() throws IOException, InterruptedException {
        compile();
        List<Process> nodes = new ArrayList<>();
        try {
            Map<String, Integer> ports = ports();
            for (String node : ports.keySet()) {
                nodes.add(start(node, ports));
            }

            TreeSet<String> said = new TreeSet<>();
            long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
            while (said.size() < 3) {
                assertTrue(System.nanoTime() - deadlineNanos < 0, "the nodes said " + said);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                for (String node : ports.keySet()) {
                    Files.readString(output(node))
                            .lines()
                            .filter(line -> line.startsWith("The balance is ") || line.startsWith("Not "))
                            .forEach(said::add);
                }
            }
            assertEquals("[The balance is 100, The balance is 200, The balance is 300]", said.toString());
        } finally {
            for (Process node : nodes) {
                node.destroyForcibly().waitFor();
            }
        }
    }

    private void compile() throws IOException {
        Matcher files = FILE.matcher(Files.readString(Path.of("../docs/GETTING_STARTED.md")));
        List<String> sources = new ArrayList<>();
        while (files.find()) {
            Path file = folder.resolve(files.group(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.group(2));
            if (file.toString().endsWith(".java")) {
                sources.add(file.toString());
            }
        }
        assertEquals(2, sources.size(), sources.toString());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of(
                "--release",
                "17",
                "-cp",
                System.getProperty("java.class.path", ""),
                "-d",
                classes().toString()));
        arguments.addAll(sources);
        assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private Path output(String node) {
        return folder.resolve(node + ".out");
    }

    private static Map<String, Integer> ports() throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        List<ServerSocket> sockets = new ArrayList<>();
        for (String node : List.of("a", "b", "c")) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.put(node, socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private Process start(String node, Map<String, Integer> ports) throws IOException {
        // Not the samples' own application.conf, which is on this test's class path.
        String classPath = Stream.concat(
                        Stream.of(classes().toString()),
                        Stream.of(System.getProperty("java.class.path", "").split(":", -1))
                                .filter(entry -> !entry.contains("samples")))
                .reduce((one, other) -> one + ":" + other)
                .orElseThrow();
        Path settings = folder.resolve("src/main/resources/application.conf");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-Dconfig.file=" + settings,
                        "-cp",
                        classPath,
                        "com.example.Node")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output(node).toFile());
        builder.environment().put("NODE", node);
        builder.environment().put("PORT", String.valueOf(ports.get(node)));
        ports.forEach((id, port) ->
                builder.environment().put("PORT_" + id.toUpperCase(java.util.Locale.ROOT), String.valueOf(port)));
        return builder.start();
    }
}
