package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.testkit.LinearizabilityChecker;
import org.uitto.testkit.Operation;
import org.uitto.testkit.SequentialModel;

/** What {@code simulate} prints and writes. */
class SimulateCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void saysWhatItHasCovered() {
        CommandRun run = CommandRun.of("simulate", "--seeds", "6", "--threads", "2");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("verdict: ok seeds=6 first-seed=1 "), run.out());
        assertTrue(run.out().contains("Reached of the rules by role: "), run.out());
        assertTrue(run.out().contains("never: "), run.out());
    }

    @Test
    void runsOneSeedTheSameEachTime() throws IOException {
        JsonNode first =
                JSON.readTree(CommandRun.of("simulate", "--seed", "5", "--json").out());
        JsonNode second = JSON.readTree(CommandRun.of("simulate", "--seed", "5", "--json", "--threads", "1")
                .out());

        assertEquals("ok", first.get("verdict").asText());
        assertEquals(1, first.get("seeds").asInt());
        assertEquals(first.get("fingerprint"), second.get("fingerprint"));
        assertEquals(first.get("coverage"), second.get("coverage"));
    }

    @Test
    void writesATraceOfTheProtocol() throws IOException {
        Path file = folder.resolve("trace.ndjson");

        CommandRun run = CommandRun.of("simulate", "--seed", "3", "--trace", file.toString(), "--events", "300");

        assertEquals(0, run.exitCode(), run.err());
        Map<String, Long> terms = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        assertEquals(300, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            JsonNode event = line.get("event");
            assertEquals("trace", line.get("tag").asText());
            assertEquals(i + 1, line.get("ts").asInt());
            assertEquals("[[\"1\",\"2\",\"3\"],[]]", event.get("conf").toString());
            long term = event.get("state").get("term").asLong();
            assertTrue(term >= terms.getOrDefault(event.get("nid").asText(), 0L), lines.get(i));
            terms.put(event.get("nid").asText(), term);
            assertTrue(event.get("state").get("vote").isTextual());
            assertTrue(
                    event.get("state").get("commit").asLong()
                            <= event.get("log").asLong(),
                    lines.get(i));
        }
        assertEquals(Set.of("1", "2", "3"), terms.keySet());
    }

    @Test
    void writesAHistoryThatAnotherCheckerCanJudge() throws IOException {
        Path file = folder.resolve("history.jsonl");

        CommandRun run = CommandRun.of("simulate", "--seed", "2", "--history", file.toString(), "--operations", "800");

        assertEquals(0, run.exitCode(), run.err());
        List<Operation<JsonNode, String>> operations = new ArrayList<>();
        Map<String, Set<Integer>> clients = new HashMap<>();
        Set<String> written = new HashSet<>();
        Set<Integer> gaveUp = new TreeSet<>();
        for (String text : Files.readAllLines(file)) {
            JsonNode line = JSON.readTree(text);
            int client = line.get("client").asInt();
            assertTrue(!gaveUp.contains(client), text);
            if (line.get("status").asText().equals("info")) {
                gaveUp.add(client);
                assertTrue(!line.has("ret"), text);
            }
            clients.computeIfAbsent(line.get("key").asText(), missing -> new TreeSet<>())
                    .add(client);
            boolean writes = !line.get("op").asText().equals("get") && line.has("value");
            assertTrue(!writes || written.add(line.get("value").asText()), text);
            operations.add(operation(line));
        }
        assertTrue(operations.size() >= 800, () -> operations.size() + " operations");
        assertTrue(clients.size() >= 20, clients::toString);
        assertTrue(clients.values().stream().allMatch(some -> some.size() <= 10), clients::toString);
        assertTrue(
                new LinearizabilityChecker<>(new KeyedStore()).check(operations).isLinearizable());
    }

    @Test
    void refusesAnOptionThatMakesNoSense() {
        for (String options : List.of(
                "--seeds 0",
                "--minutes -1",
                "--threads 0",
                "--seed 0",
                "--seeds 5 --minutes 1",
                "--trace x --events 10")) {
            CommandRun run = CommandRun.of(("simulate " + options).split(" "));

            assertEquals(2, run.exitCode(), options + ": " + run.out());
        }
    }

    private static Operation<JsonNode, String> operation(JsonNode line) {
        long call = line.get("call").asLong();
        return switch (line.get("status").asText()) {
            case "ok" ->
                new Operation<>(
                        line.get("client").asText(),
                        line,
                        call,
                        line.get("ret").asLong(),
                        Operation.Outcome.OK,
                        answer(line));
            case "fail" ->
                new Operation<>(
                        line.get("client").asText(),
                        line,
                        call,
                        line.get("ret").asLong(),
                        Operation.Outcome.FAIL,
                        null);
            default -> new Operation<>(line.get("client").asText(), line, call, call, Operation.Outcome.UNKNOWN, null);
        };
    }

    private static String answer(JsonNode line) {
        return switch (line.get("op").asText()) {
            case "get" -> line.get("found").asBoolean() ? line.get("value").asText() : "absent";
            case "cas" -> Boolean.toString(line.get("ok").asBoolean());
            default -> "done";
        };
    }

    /** A keyed store as the format describes it; "absent" is what was never written. */
    private static final class KeyedStore implements SequentialModel<String, JsonNode, String> {
        @Override
        public String initial() {
            return "absent";
        }

        @Override
        public Step<String, String> apply(String state, JsonNode line) {
            boolean found = !state.equals("absent");
            return switch (line.get("op").asText()) {
                case "get" -> new Step<>(state, state);
                case "put" -> new Step<>(line.get("value").asText(), "done");
                case "append" ->
                    new Step<>((found ? state : "") + line.get("value").asText(), "done");
                case "delete" -> new Step<>("absent", "done");
                default ->
                    found && state.equals(line.get("expect").asText())
                            ? new Step<>(line.get("value").asText(), "true")
                            : new Step<>(state, "false");
            };
        }

        @Override
        public Object part(JsonNode line) {
            return line.get("key").asText();
        }

        @Override
        public boolean isRead(JsonNode line) {
            return line.get("op").asText().equals("get");
        }
    }
}
