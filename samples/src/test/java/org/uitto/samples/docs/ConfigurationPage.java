package org.uitto.samples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes {@code docs/CONFIGURATION.md} of the comments and defaults in the shipped {@code reference.conf} files. */
final class ConfigurationPage {
    private static final Pattern OPENS = Pattern.compile("([A-Za-z0-9.\"$_-]+) \\{");
    private static final Pattern SETTING = Pattern.compile("([A-Za-z0-9.\"$_-]+)(?: = (.+)| (\\{}))");

    private ConfigurationPage() {}

    /** The page. */
    static String text() throws IOException {
        StringBuilder page = new StringBuilder("""
            # Configuration

            Every setting with its default, made from the shipped `reference.conf` files by a test, which fails when they differ
            (`mvn -pl samples -am test -Dtest=ConfigurationPageTest -Duitto.write-docs=true -Dsurefire.failIfNoSpecifiedTests=false`
            writes it anew). A wrong value is refused when a node starts, with where it stands and what would be right.
            `config/` holds a whole cluster that runs.
            """);
        section(page, "Nodes and groups (`uitto-runtime`)", Path.of("../runtime/src/main/resources/reference.conf"));
        section(
                page,
                "Journal, snapshots, serialization (`uitto-persistence`)",
                Path.of("../persistence/src/main/resources/reference.conf"));
        section(page, "The pages of the samples (`uitto-samples`)", Path.of("src/main/resources/application.conf"));
        return page.toString();
    }

    private static void section(StringBuilder page, String title, Path file) throws IOException {
        page.append("\n## ").append(title).append('\n');
        ArrayDeque<String> path = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String text = line.strip();
            Matcher opens = OPENS.matcher(text);
            Matcher setting = SETTING.matcher(text);
            if (text.isEmpty()) {
                comment.clear();
            } else if (text.startsWith("#")) {
                comment.add(text.substring(1).stripTrailing());
            } else if (opens.matches()) {
                path.addLast(opens.group(1));
                if (isOurs(path)) {
                    note(page, String.join(".", path), comment);
                }
                comment.clear();
            } else if (text.equals("}")) {
                path.pollLast();
                comment.clear();
            } else if (setting.matches()) {
                path.addLast(setting.group(1));
                boolean isSecondThought = String.valueOf(setting.group(2)).startsWith("${?"); // Said of the first.
                if (isOurs(path) && !isSecondThought) {
                    String value = setting.group(2) == null ? "{}" : setting.group(2);
                    page.append("\n### `")
                            .append(String.join(".", path))
                            .append(" = ")
                            .append(value)
                            .append("`\n");
                    note(page, "", comment);
                }
                path.removeLast();
                comment.clear();
            }
        }
    }

    /** What belongs to the samples' own code is nothing to set. */
    private static boolean isOurs(ArrayDeque<String> path) {
        String name = String.join(".", path);
        return (name.startsWith("uitto") && !name.startsWith("uitto.kryo.registr"))
                || name.equals("uitto.kryo.registrations");
    }

    private static void note(StringBuilder page, String of, List<String> comment) {
        if (comment.isEmpty()) {
            return;
        }
        if (!of.isEmpty()) {
            page.append("\n`").append(of).append("`:");
        }
        boolean isCode = false;
        for (String line : comment) {
            boolean code = line.startsWith("   ") || (isCode && line.isEmpty());
            if (code != isCode) {
                page.append("\n```");
                isCode = code;
                page.append(code ? "hocon" : "");
            }
            page.append(page.charAt(page.length() - 1) == '\n' || code ? "\n" : of.isEmpty() ? "\n" : " ")
                    .append(code ? line.substring(Math.min(3, line.length())) : line.strip());
        }
        page.append(isCode ? "\n```\n" : "\n");
    }
}
