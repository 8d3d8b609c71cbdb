package org.uitto.samples.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java in docs/TESTKIT.md is that of {@link CounterTest}, which is compiled and run. */
class TestKitGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "TESTKIT.md");
    private static final Path TESTS =
            Path.of("src", "test", "java", "org", "uitto", "samples", "counter", "CounterTest.java");

    @Test
    void showsNoCodeThatIsNotRun() throws IOException {
        String tests = Files.readString(TESTS);
        List<String> shown = new ArrayList<>();
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        while (block.find()) {
            shown.add(block.group(1));
        }

        assertEquals(3, shown.size());
        for (String code : shown) {
            String indented = code.lines()
                    .map(line -> line.isBlank() ? "" : "    " + line)
                    .collect(Collectors.joining("\n"));
            assertTrue(tests.contains(indented), () -> "docs/TESTKIT.md shows, and CounterTest has not:\n" + code);
        }
    }
}
