package org.uitto;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A Java process of its own, on the class path of the test that starts it, to be killed or to have its calls fail. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * Starts {@code main}. What it says on its standard error is said on the test's.
     *
     * @param environment what is added to the test's own environment
     */
    public static Process start(Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Lets {@code process} say {@code lines} lines, kills it wherever it is then, and reads what it had still said. */
    public static void killAfter(int lines, Process process, Consumer<String> eachLine)
            throws IOException, InterruptedException {
        try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
            int read = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                eachLine.accept(line);
                if (++read == lines) {
                    // The handle leaves our end of the pipe open, so that what was acknowledged can be read to its end.
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(read >= lines, "the process died by itself after " + read + " lines");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
