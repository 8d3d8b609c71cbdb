package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run of the chaos command, with the faults that any machine can do. */
@Timeout(600)
class ChaosCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void keepsItsPromisesWhileProcessesDieAndStandStill(@TempDir Path folder) throws IOException {
        Path history = folder.resolve("history.ndjson");
        Path report = folder.resolve("report.html");

        CommandRun run = CommandRun.of(
                "chaos",
                "--minutes",
                "0.3",
                "--nemesis",
                "kill,pause",
                "--seed",
                "5",
                "--json",
                "--history",
                history.toString(),
                "--report",
                report.toString());

        assertEquals(0, run.exitCode(), run.err());
        JsonNode verdict = JSON.readTree(run.out());
        assertTrue(verdict.get("ok").asBoolean(), run.out());
        assertTrue(verdict.get("acknowledged").asInt() > 0, run.out());
        assertTrue(verdict.get("faults").size() > 0, run.out());
        assertEquals(5, verdict.get("checks").size(), run.out());
        List<String> lines = Files.readAllLines(history);
        assertTrue(lines.size() > 100, () -> lines.size() + " operations");
        for (String line : lines) {
            assertTrue(JSON.readTree(line).has("status"), line);
        }
        String page = Files.readString(report);
        assertTrue(page.contains("No violation") && page.contains("<svg"), page);
        assertTrue(!page.contains("{faults}") && !page.contains("{timeline}"), page);
    }
}
