package org.uitto.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Figures in {@code docs/TESTING.md}, in blocks that the build writes with {@code -Duitto.write-docs=true} and else checks. A
 * number may be a tenth off: it need not be written anew with every change, and is never far from the truth.
 */
public final class Figures {
    static final Path PAGE = Path.of("../docs/TESTING.md");
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9,]*");

    private Figures() {}

    /** A number as it stands on the page. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Holds that the page's block {@code name} is {@code text}, or writes it. */
    public static void check(String name, String text) throws IOException {
        String begin = "<!-- figures: " + name + " -->\n";
        String end = "<!-- end of figures -->";
        String page = Files.readString(PAGE);
        int from = page.indexOf(begin);
        assertTrue(from >= 0, () -> "docs/TESTING.md has no block of figures named " + name);
        int to = page.indexOf(end, from);
        if (Boolean.getBoolean("uitto.write-docs")) {
            Files.writeString(PAGE, page.substring(0, from + begin.length()) + text + page.substring(to));
            return;
        }
        String told = page.substring(from + begin.length(), to);
        String advice = "The figures \"" + name + "\" in docs/TESTING.md are old; write them anew with"
                + " -Duitto.write-docs=true. They are now:\n" + text;
        assertEquals(NUMBER.matcher(text).replaceAll("#"), NUMBER.matcher(told).replaceAll("#"), advice);
        List<Long> now = numbers(text);
        List<Long> then = numbers(told);
        for (int i = 0; i < now.size(); i++) {
            long difference = Math.abs(now.get(i) - then.get(i));
            assertTrue(difference * 10 <= now.get(i), then.get(i) + " is not " + now.get(i) + ". " + advice);
        }
    }

    private static List<Long> numbers(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(found -> Long.parseLong(found.group().replace(",", "")))
                .toList();
    }
}
