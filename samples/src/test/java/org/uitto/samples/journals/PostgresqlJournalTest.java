package org.uitto.samples.journals;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The log in PostgreSQL, a database a node. One server for all is what a test can afford. */
final class PostgresqlJournalTest extends OtherJournalTest {
    private static @Nullable PostgresqlServer started;

    private final String prefix = UUID.randomUUID() + "-";

    @BeforeAll
    static void startServer() throws IOException, InterruptedException {
        Optional<Path> programs = PostgresqlServer.programs();
        assumeTrue(
                programs.isPresent(),
                "PostgreSQL is not installed: there are no initdb and postgres in /usr/lib/postgresql/*/bin. On Debian:"
                        + " apt-get install postgresql");
        started = PostgresqlServer.start(programs.get());
    }

    @AfterAll
    static void endServer() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    private static PostgresqlServer server() {
        return Objects.requireNonNull(started);
    }

    @Override
    List<String> lines(String node, Path data) throws SQLException {
        server().createDatabase(prefix + node);
        return List.of(
                include("journal-postgresql.conf"),
                "uitto-postgresql.server = \"" + server().address() + "\"",
                "uitto-postgresql.database = \"" + prefix + node + "\"");
    }

    @Override
    Connection connect(String node, Path data) throws SQLException {
        return server().connect(prefix + node);
    }
}
