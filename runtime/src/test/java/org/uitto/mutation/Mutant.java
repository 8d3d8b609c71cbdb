package org.uitto.mutation;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Uitto with a bug in it: the classes of the file that has it, in a folder that goes before all others. */
final class Mutant {
    private static final long PATIENCE_MINUTES = 30;
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final Mutation mutation;
    private final Path folder;

    /**
     * Compiles it.
     *
     * @param root the folder of the modules
     * @param folder for its source and its classes
     * @throws IllegalStateException if it does not compile
     */
    Mutant(Mutation mutation, Path root, Path folder) throws IOException {
        this.mutation = mutation;
        this.folder = folder;
        Path source = folder.resolve("src").resolve(mutation.file());
        Files.createDirectories(source.getParent());
        Files.writeString(source, mutation.source(root));
        Files.createDirectories(classes());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-parameters",
                    "-cp",
                    CLASS_PATH,
                    "-d",
                    classes().toString());
            boolean compiles = compiler.getTask(problems, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!compiles) {
                throw new IllegalStateException(mutation.title() + " does not compile:\n" + problems);
            }
        }
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    /** Runs its witness in a process of its own. Returns what that has noticed, in one line; empty if it is nothing. */
    String noticed() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-cp",
                        classes() + System.getProperty("path.separator") + CLASS_PATH,
                        Witness.class.getName(),
                        mutation.witness())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException(mutation.title() + ": its witness came to no end, see " + output);
        }
        return Files.readString(output)
                .lines()
                .filter(line -> line.startsWith(Witness.NOTICED))
                .map(line -> line.substring(Witness.NOTICED.length()))
                .findFirst()
                .orElse("");
    }
}
