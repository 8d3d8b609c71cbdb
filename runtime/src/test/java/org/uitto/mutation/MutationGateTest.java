package org.uitto.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the bugs of {@code mutations.txt} would be noticed. To make and look for all of them takes many minutes:
 * {@code -Duitto.mutations=all}, or some of them with {@code -Duitto.mutations=C1,D2}; see docs/MUTATIONS.md, which it writes.
 */
class MutationGateTest {
    private static final Path ROOT = Path.of(System.getProperty("uitto.root", ".."));
    private static final Path PAGE = ROOT.resolve("docs/MUTATIONS.md");
    private static final String BEGIN = "<!-- begin of the table, written by MutationGateTest -->\n";
    private static final String END = "<!-- end of the table -->\n";

    private final List<Mutation> all = Mutation.all();

    @Test
    void eachCanBeMade(@TempDir Path folder) throws IOException {
        for (Mutation mutation : all) {
            new Mutant(mutation, ROOT, Files.createTempDirectory(folder, "mutant"));
        }
    }

    @Test
    void theyAreOfFortyScenariosAtLeast() {
        assertTrue(all.stream()
                        .flatMap(mutation -> mutation.scenarios().stream())
                        .distinct()
                        .count()
                >= 40);
    }

    @Test
    void thePageHasEachOfThem() throws IOException {
        List<String> rows = Files.readString(PAGE)
                .lines()
                .filter(line -> line.matches("\\| [A-L][0-9].*"))
                .map(line -> line.substring(0, line.indexOf('|', line.indexOf('|', 2) + 1)))
                .toList();

        assertEquals(all.stream().map(MutationGateTest::beginOfRow).toList(), rows);
    }

    private static String beginOfRow(Mutation mutation) {
        return "| " + String.join(", ", mutation.scenarios()) + " | " + mutation.sentence() + " ";
    }

    @Test
    @EnabledIfSystemProperty(named = "uitto.mutations", matches = ".+")
    void eachIsNoticed(@TempDir Path folder) throws IOException, InterruptedException {
        List<String> chosen = List.of(System.getProperty("uitto.mutations").split(",", -1));
        Map<Mutation, String> noticed = new LinkedHashMap<>();
        List<String> missed = new ArrayList<>();
        for (Mutation mutation : all) {
            if (chosen.contains("all") || mutation.scenarios().stream().anyMatch(chosen::contains)) {
                String by = new Mutant(mutation, ROOT, Files.createTempDirectory(folder, "mutant")).noticed();
                System.out.println((by.isEmpty() ? "NOT NOTICED: " : "noticed: ") + mutation.title() + ": " + by);
                noticed.put(mutation, by);
                if (by.isEmpty()) {
                    missed.add(mutation.title());
                }
            }
        }
        assertEquals(List.of(), missed, "not noticed by their witnesses");
        if (chosen.contains("all")) {
            writePage(noticed);
        }
    }

    private static void writePage(Map<Mutation, String> noticed) throws IOException {
        String table = noticed.entrySet().stream()
                .map(row -> beginOfRow(row.getKey()) + "| " + row.getKey().shipped() + " | `" + nameOf(row.getKey())
                        + "` | " + row.getValue().replace("|", "\\|") + " | " + bound(row.getKey()) + " |\n")
                .collect(Collectors.joining());
        String page = Files.readString(PAGE);
        Files.writeString(
                PAGE,
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                        + "\n| scenario | the bug | shipped by | made in | noticed by | within |\n|---|---|---|---|---|---|\n"
                        + table + "\n" + page.substring(page.indexOf(END)));
    }

    private static String nameOf(Mutation mutation) {
        return Path.of(mutation.file()).getFileName().toString().replace(".java", "");
    }

    private static String bound(Mutation mutation) {
        return mutation.witness().startsWith("seeds")
                ? mutation.witness().replace("seeds ", "") + " seeds"
                : "the test";
    }
}
