package org.uitto.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;

/** Nodes that talk over TLS as {@code config/tls.conf} and {@code config/make-certificates} have it, and strangers. */
@Timeout(600)
class TlsTest {
    private static final Path CONFIG = Path.of("../config").toAbsolutePath().normalize();
    private static final String PASSWORD = "of-this-test";
    private static final String PATIENCE_SECONDS = "180";

    @TempDir
    Path folder = Path.of("");

    private Path certificates(String authority, String... names) throws IOException, InterruptedException {
        Path made = folder.resolve(authority);
        Stream<String> command = Stream.concat(
                Stream.of("sh", CONFIG.resolve("make-certificates").toString(), made.toString()), Stream.of(names));
        ProcessBuilder builder = new ProcessBuilder(command.toList()).redirectErrorStream(true);
        builder.environment().put("UITTO_TLS_PASSWORD", PASSWORD);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return made;
    }

    /** The line that an operator adds, and where this test has its stores. */
    private static String settings(String keyStore, Path authority) {
        return """
                include required(file("%s"))
                pekko.remote.artery.ssl.config-ssl-engine {
                  key-store = %s
                  key-store-password = %3$s
                  key-password = %3$s
                  trust-store = "%4$s"
                  trust-store-password = %3$s
                }
                """.formatted(CONFIG.resolve("tls.conf"), keyStore, PASSWORD, authority.resolve("trust.p12"));
    }

    private Path client(LocalCluster cluster, String name, Path authority) throws IOException {
        String own = "include required(file(\"" + cluster.clientConfig() + "\"))\n"
                + settings("\"" + authority.resolve("client.p12") + "\"", authority);
        return Files.writeString(folder.resolve(name + ".conf"), own);
    }

    private static CommandRun counter(Path config, String timeoutSeconds, String... arguments) {
        return CommandRun.of(Stream.of(
                        Stream.of("counter"),
                        Stream.of(arguments),
                        Stream.of("--config", config.toString(), "--timeout", timeoutSeconds))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    private static void assertCounts(String expected, LocalCluster cluster, Path config, String... arguments) {
        CommandRun run = counter(config, PATIENCE_SECONDS, arguments);
        assertEquals(0, run.exitCode(), run.err() + cluster.lastWords());
        assertEquals(expected, run.out().strip());
    }

    @Test
    void whoHasACertificateOfTheAuthorityIsServedAndNobodyElse() throws IOException, InterruptedException {
        Path ours = certificates("ours", "node", "client");
        Path theirs = certificates("theirs", "client");
        String nodes = settings("\"" + ours.resolve("node.p12") + "\"", ours);
        try (LocalCluster cluster =
                LocalCluster.create(SampleActor.COUNTER, new LocalCluster.Options(nodes, List.of()))) {
            cluster.startAll();
            Path client = client(cluster, "client", ours);
            assertCounts("5", cluster, client, "add", "5");

            assertNotEquals(
                    0, counter(cluster.clientConfig(), "3", "add", "100").exitCode(), "plain TCP");
            assertNotEquals(
                    0,
                    counter(client(cluster, "stranger", theirs), "3", "add", "100")
                            .exitCode());

            assertCounts("5", cluster, client, "get");
        }
    }

    @Test
    void aNodeWithACertificateOfAnotherAuthorityDoesNotJoin() throws IOException, InterruptedException {
        Path ours = certificates("ours", "a", "b", "c", "client");
        Path theirs = certificates("theirs", "c");
        Path own = ours.resolve("c.p12");
        Path aside = Files.move(own, folder.resolve("c.p12"));
        Files.copy(theirs.resolve("c.p12"), own);
        String nodes = settings("\"" + ours + "/\"${uitto.node}\".p12\"", ours);
        try (LocalCluster cluster =
                LocalCluster.create(SampleActor.COUNTER, new LocalCluster.Options(nodes, List.of()))) {
            cluster.startAll();
            Path client = client(cluster, "client", ours);

            // A group begins with all its members: without the third there is no leader.
            assertNotEquals(0, counter(client, "8", "add", "5").exitCode());
            for (String node : LocalCluster.NODES) {
                String said = Files.readString(cluster.outputOf(node));
                assertFalse(said.contains(": leader") || said.contains(": follower"), said);
            }

            cluster.kill("c");
            Files.move(aside, own, StandardCopyOption.REPLACE_EXISTING);
            cluster.start("c");
            assertCounts("5", cluster, client, "add", "5");
        }
    }
}
