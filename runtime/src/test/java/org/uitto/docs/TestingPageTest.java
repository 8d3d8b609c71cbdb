package org.uitto.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/TESTING.md} names tests that there are, and counts them right. */
class TestingPageTest {
    private static final List<String> MODULES = List.of("persistence", "runtime", "samples");
    private static final Pattern TEST = Pattern.compile("(?m)^\\s+@(Test|ParameterizedTest|ArchTest)\\b");
    /** A class, a method of it, or a method of the class that was named last, perhaps with the rest of its name left out. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)?(?:\\.(\\w+)(\\.\\.\\.)?)?`");

    private static final Pattern ROW = Pattern.compile("\\| ((?:[A-L]\\d+(?:, )?)+) [^|]*\\|[^|]*\\|([^|]*)\\|");
    private static final String NOT_HERE = "Does not apply:";

    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Integer> classCounts = new TreeMap<>();
    private final Map<String, Integer> testCounts = new TreeMap<>();

    TestingPageTest() throws IOException {
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files.filter(file -> file.toString().endsWith("Test.java")).forEach(file -> add(module, file));
            }
        }
    }

    private void add(String module, Path file) {
        try {
            String source = Files.readString(file);
            sources.put(file.getFileName().toString().replace(".java", ""), source);
            classCounts.merge(module, 1, Integer::sum);
            testCounts.merge(module, (int) TEST.matcher(source).results().count(), Integer::sum);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        String className = "";
        for (MatchResult named :
                NAMED.matcher(Files.readString(Figures.PAGE)).results().toList()) {
            className = named.group(1) == null ? className : named.group(1);
            String method = named.group(2) == null ? "" : named.group(2);
            String rest = named.group(3) == null ? "\\(" : "\\w*\\(";
            String source = sources.getOrDefault(className, "");
            boolean isThere = method.isEmpty()
                    || Pattern.compile("void " + method + rest).matcher(source).find();
            if (source.isEmpty() || !isThere) {
                missing.add(className + "." + method);
            }
        }

        assertEquals(List.of(), missing, "docs/TESTING.md names tests that there are not");
    }

    @Test
    void everyScenarioHasATestOrAReason() throws IOException {
        Set<String> scenarios = new HashSet<>();
        int tested = 0;
        for (String line : Files.readAllLines(Figures.PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.lookingAt()) {
                List<String> ids = List.of(row.group(1).split(", "));
                ids.forEach(id -> assertTrue(scenarios.add(id), () -> id + " is there twice"));
                boolean hasTest = NAMED.matcher(row.group(2)).find();
                assertTrue(
                        hasTest || row.group(2).strip().startsWith(NOT_HERE), () -> "No test and no reason: " + line);
                tested += hasTest ? ids.size() : 0;
            }
        }

        Figures.check(
                "scenarios",
                Figures.count(scenarios.size()) + " scenarios, " + Figures.count(tested) + " of them with a test\n");
    }

    @Test
    void countsTheTests() throws IOException {
        StringBuilder text = new StringBuilder("| module | test classes | tests |\n|---|---|---|\n");
        for (String module : MODULES) {
            text.append("| `uitto-%s` | %s | %s |\n"
                    .formatted(
                            module,
                            Figures.count(classCounts.getOrDefault(module, 0)),
                            Figures.count(testCounts.getOrDefault(module, 0))));
        }

        Figures.check("tests", text.toString());
    }
}
