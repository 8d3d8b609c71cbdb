package org.uitto.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A bug, and what must notice it.
 *
 * @param title its scenarios, and a sentence
 * @param shipped who had it
 * @param module whose source it is made in
 * @param file of that module's main sources
 * @param witness {@code seeds N} or {@code test CLASS}
 * @param before what stands in the file, once
 * @param after what is put in its place
 */
record Mutation(String title, String shipped, String module, String file, String witness, String before, String after) {
    private static final String LIST = "mutations.txt";

    /** All that are listed. */
    static List<Mutation> all() {
        try (InputStream list = Mutation.class.getResourceAsStream(LIST)) {
            String text = new String(Objects.requireNonNull(list, LIST).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("(?m)^## ", -1))
                    .skip(1)
                    .map(Mutation::of)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(LIST + " can't be read", e);
        }
    }

    private static Mutation of(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        String[] place = valueOf(lines, "file: ").split(" ", -1);
        return new Mutation(
                lines.get(0),
                valueOf(lines, "shipped: "),
                place[0],
                place[1],
                lines.get(3).replace(":", ""),
                marked(lines, "-"),
                marked(lines, "+"));
    }

    private static String valueOf(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(lines.get(0) + " lacks " + name));
    }

    private static String marked(List<String> lines, String mark) {
        return lines.stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"));
    }

    /** The ids of its scenarios, the first word and those that follow it. */
    List<String> scenarios() {
        List<String> ids = new ArrayList<>();
        for (String word : title.split(" ", -1)) {
            if (!word.matches("[A-L][0-9]+[b-d]?")) {
                break;
            }
            ids.add(word);
        }
        return ids;
    }

    /** What it is, without the ids of its scenarios. */
    String sentence() {
        return title.substring(String.join(" ", scenarios()).length() + 1);
    }

    /**
     * The file with the bug in it.
     *
     * @param root the folder of the modules
     * @throws IllegalStateException if what it takes out is not there, once
     */
    String source(Path root) throws IOException {
        String sound =
                Files.readString(root.resolve(module).resolve("src/main/java").resolve(file));
        int at = sound.indexOf(before);
        if (at < 0 || sound.indexOf(before, at + 1) >= 0) {
            throw new IllegalStateException(
                    title + ": what it takes out of " + file + " must stand there once:\n" + before);
        }
        return sound.substring(0, at) + after + sound.substring(at + before.length());
    }
}
