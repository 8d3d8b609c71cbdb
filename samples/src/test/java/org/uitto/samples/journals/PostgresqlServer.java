package org.uitto.samples.journals;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this test's own, from the programs of Debian's package: fresh data in a temporary folder, a free
 * port of loopback. It ends with {@link #close}, and when this process ends.
 */
final class PostgresqlServer implements AutoCloseable {
    /** Who may connect, and to every database. */
    static final String USER = "uitto";

    private static final Path INSTALLATIONS = Path.of("/usr/lib/postgresql");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TRIES = 5;

    /** The server takes no root, and a test in a container often is. */
    private static final List<String> ORDINARY_USERS = List.of("postgres", "nobody");

    private final Path folder;
    private final Process process;
    private final int port;
    private final Thread hook = new Thread(this::end, "postgresql-end");

    private PostgresqlServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The folder of the programs of the newest version that is installed. */
    static Optional<Path> programs() {
        if (!Files.isDirectory(INSTALLATIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLATIONS)) {
            return versions.sorted(Comparator.comparingDouble(PostgresqlServer::version)
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double version(Path installation) {
        String name = String.valueOf(installation.getFileName());
        return name.matches("\\d+(\\.\\d+)?") ? Double.parseDouble(name) : 0;
    }

    /** Makes the data and starts the server, with its defaults: fsync is on. */
    static PostgresqlServer start(Path programs) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("uitto-postgresql-");
        List<String> asUser = asOrdinaryUser(folder);
        Path data = folder.resolve("data");
        run(
                folder,
                asUser,
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C");
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            Process process = launch(
                    folder,
                    asUser,
                    programs.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    String.valueOf(port),
                    "-k",
                    folder.toString());
            PostgresqlServer server = new PostgresqlServer(folder, process, port);
            if (server.isReady()) {
                return server;
            }
        }
        throw new IllegalStateException("PostgreSQL does not start:\n" + Files.readString(output(folder)));
    }

    /** What to put before a command for it to run as a user who is not root, and the folder as that user's. */
    private static List<String> asOrdinaryUser(Path folder) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        for (String user : ORDINARY_USERS) {
            try {
                Files.setOwner(
                        folder,
                        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user));
                // Becomes the command, other than runuser: the process id is the server's.
                return List.of("setpriv", "--reuid=" + user, "--clear-groups", "--");
            } catch (UserPrincipalNotFoundException e) {
                // The next one.
            }
        }
        throw new IllegalStateException("There is none of the users " + ORDINARY_USERS + " to run PostgreSQL as");
    }

    private static Process launch(Path folder, List<String> asUser, String... command) throws IOException {
        List<String> whole = new ArrayList<>(asUser);
        whole.addAll(List.of(command));
        File output = output(folder).toFile();
        return new ProcessBuilder(whole)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                .start();
    }

    private static void run(Path folder, List<String> asUser, String... command)
            throws IOException, InterruptedException {
        int exitCode = launch(folder, asUser, command).waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException(
                    command[0] + " ended with " + exitCode + ":\n" + Files.readString(output(folder)));
        }
    }

    private static Path output(Path folder) {
        return folder.resolve("output");
    }

    /** Below the ports of outgoing connections. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken.
            }
        }
    }

    private boolean isReady() {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() - deadlineNanos < 0) {
            try {
                connect("postgres").close();
                return true;
            } catch (SQLException e) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        return false;
    }

    /** Where the server listens: {@code host:port}. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** A connection to {@code database}. */
    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + address() + "/" + database, USER, "");
    }

    /** Makes an empty database. */
    void createDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name + "\"");
        }
    }

    @Override
    public void close() throws IOException {
        end();
        Runtime.getRuntime().removeShutdownHook(hook);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
