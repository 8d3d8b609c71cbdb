package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;

/** The commands on the journal of a node that ran. */
@Timeout(600)
class JournalCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void verifiesDumpsAndRepairsTheJournalOfANode() throws IOException {
        try (LocalCluster cluster = LocalCluster.create(SampleActor.COUNTER)) {
            cluster.startAll();
            CommandRun added = CommandRun.of(
                    "counter", "add", "5", "--config", cluster.clientConfig().toString(), "--timeout", "60");
            assertEquals(0, added.exitCode(), added.err());
            Path journal = cluster.journalOf("a");

            CommandRun inUse = CommandRun.of("journal", "verify", journal.toString());
            assertEquals(3, inUse.exitCode());
            assertTrue(inUse.err().contains("is in use by another process"), inUse.err());

            LocalCluster.NODES.forEach(cluster::kill);
            CommandRun sound = CommandRun.of("journal", "verify", journal.toString());
            assertEquals(0, sound.exitCode(), sound.out());
            assertTrue(sound.lastLine().startsWith("Sound: 1 segments, "), sound.out());

            JsonNode event = firstEvent(journal);
            damage(journal, event);

            checkDamaged(journal);
            checkRepaired(journal, event.get("persistenceId").asText());
        }
    }

    private static JsonNode firstEvent(Path journal) throws IOException {
        CommandRun dump = CommandRun.of("journal", "dump", journal.toString(), "--from", "1", "--to", "3");
        assertEquals(0, dump.exitCode(), dump.err());
        List<JsonNode> records = new ArrayList<>();
        for (String line : dump.out().lines().toList()) {
            records.add(JSON.readTree(line));
        }
        JsonNode first = records.get(0);
        JsonNode started = first.get("events").get(0);
        assertEquals("events", first.get("type").asText());
        assertEquals(710, started.get("serializerId").asInt());
        assertTrue(started.get("raftLog").asText().startsWith("[Started[incarnation=1, nonce="), started::toString);
        assertEquals(
                started.get("payloadBytes").asInt(),
                Base64.getDecoder().decode(started.get("payload").asText()).length);

        String owner = first.get("persistenceId").asText();
        CommandRun one = CommandRun.of(
                "journal", "dump", journal.toString(), "--persistence-id", owner, "--from", "2", "--to", "2");
        assertEquals(1, one.out().lines().count(), one.out());
        assertEquals(
                2,
                JSON.readTree(one.out()).get("events").get(0).get("sequenceNr").asInt());
        assertEquals(
                "",
                CommandRun.of("journal", "dump", journal.toString(), "--persistence-id", "x")
                        .out());
        return first;
    }

    private static void damage(Path journal, JsonNode event) throws IOException {
        Path segment = journal.resolve(
                String.format("%016d.segment", event.get("segment").asLong()));
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            long at = event.get("offset").asLong() + 40;
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }

    private static void checkDamaged(Path journal) throws IOException {
        CommandRun damaged = CommandRun.of("journal", "verify", journal.toString());
        assertEquals(1, damaged.exitCode());
        assertTrue(damaged.out().startsWith("DAMAGE: 0000000000000001.segment at offset "), damaged.out());
        assertTrue(damaged.lastLine().startsWith("DAMAGED: "), damaged.out());

        CommandRun json = CommandRun.of("journal", "verify", journal.toString(), "--json");
        assertEquals(1, json.exitCode());
        JsonNode report = JSON.readTree(json.out());
        assertEquals(false, report.get("sound").asBoolean());
        assertEquals("damage", report.get("findings").get(0).get("severity").asText());

        CommandRun dump = CommandRun.of("journal", "dump", journal.toString());
        assertEquals(1, dump.exitCode());
        assertTrue(dump.err().contains("DAMAGE 0000000000000001.segment"), dump.err());
    }

    private static void checkRepaired(Path journal, String persistenceId) throws IOException {
        Path segment = journal.resolve("0000000000000001.segment");
        byte[] before = Files.readAllBytes(segment);
        CommandRun plan = CommandRun.of("journal", "repair", journal.toString());
        assertEquals(1, plan.exitCode());
        assertEquals("Nothing was changed. To do this, run it again with --yes.", plan.lastLine());
        assertArrayEquals(before, Files.readAllBytes(segment));

        CommandRun repaired = CommandRun.of("journal", "repair", journal.toString(), "--yes");
        assertEquals(0, repaired.exitCode(), repaired.err());
        assertTrue(repaired.out().contains("every persistence id is refused"), repaired.out());
        Path old = Path.of(repaired.lastLine().replaceFirst("Done. The old files are in (.*)\\.", "$1"));
        assertArrayEquals(before, Files.readAllBytes(old.resolve("0000000000000001.segment")));
        assertEquals(1, CommandRun.of("journal", "verify", journal.toString()).exitCode());

        CommandRun dump = CommandRun.of("journal", "dump", journal.toString(), "--from", "1", "--to", "2");
        assertEquals(1, dump.out().lines().count(), dump.err());

        CommandRun discarded = CommandRun.of("journal", "repair", journal.toString(), "--discard", persistenceId);
        assertTrue(
                discarded.out().contains("Given up: all events of persistence id \"" + persistenceId), discarded.out());
    }

    @Test
    void refusesAFolderWithoutAJournal(@TempDir Path folder) {
        for (String command : List.of("verify", "dump", "repair")) {
            CommandRun run = CommandRun.of("journal", command, folder.toString());

            assertEquals(3, run.exitCode());
            assertTrue(run.err().startsWith("There is no journal in " + folder), run.err());
        }
        assertEquals(
                3,
                CommandRun.of("journal", "repair", folder.resolve("none").toString(), "--yes")
                        .exitCode());
        assertTrue(Files.notExists(folder.resolve("none")));
    }
}
