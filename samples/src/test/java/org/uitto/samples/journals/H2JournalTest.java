package org.uitto.samples.journals;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** The log in H2 files, one a node. */
final class H2JournalTest extends OtherJournalTest {
    @Override
    List<String> lines(String node, Path data) {
        return List.of(include("journal-h2.conf"), "uitto-h2.file = \"" + data + "\"");
    }

    @Override
    Connection connect(String node, Path data) throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + data + ";IFEXISTS=TRUE", "uitto", "");
    }
}
