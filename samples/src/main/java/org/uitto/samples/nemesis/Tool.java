package org.uitto.samples.nemesis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Programs of the system that are run and waited for. */
final class Tool {
    private Tool() {}

    /**
     * Runs {@code command}.
     *
     * @throws Unavailable if there is no such program, or it fails; with what it said
     */
    static void run(List<String> command) throws Unavailable {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new Unavailable("\"" + String.join(" ", command) + "\" failed"
                        + (said.isEmpty() ? " with exit code " + exitCode : ": " + said.replace('\n', ' ')));
            }
        } catch (IOException e) {
            throw new Unavailable("\"" + command.get(0) + "\" can't be run: is it installed?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while \"" + command.get(0) + "\" ran");
        }
    }

    /**
     * Runs {@code command}, which worked when the faults were prepared.
     *
     * @throws IllegalStateException if it fails all the same; with what it said
     */
    static void mustRun(String... command) {
        try {
            run(List.of(command));
        } catch (Unavailable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Runs {@code command}, to clean up: a failure means that there is nothing to clean. */
    static void tryToRun(String... command) {
        try {
            run(List.of(command));
        } catch (Unavailable e) {
            // Then it is not there.
        }
    }

    /**
     * Compiles a C source of this package.
     *
     * @param source its name beside this class
     * @param options of the compiler, behind the source
     * @return the binary, in {@code folder}
     */
    static Path compile(String source, Path folder, String... options) throws Unavailable {
        Path binary = folder.resolve(source.replace(".c", ".bin"));
        Path copy = folder.resolve(source);
        try (InputStream text = Tool.class.getResourceAsStream(source)) {
            Files.copy(Objects.requireNonNull(text, source + " is missing in the jar"), copy);
        } catch (IOException e) {
            throw new Unavailable("the folder " + folder + " can't be written to: " + e.getMessage());
        }
        try {
            List<String> command = new ArrayList<>(List.of("cc", "-O2", "-o", binary.toString(), copy.toString()));
            command.addAll(List.of(options));
            run(command);
        } catch (Unavailable e) {
            throw new Unavailable("no C compiler works here (package gcc): " + e.getMessage());
        }
        return binary;
    }
}
