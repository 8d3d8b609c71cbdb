package org.uitto.samples.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Nodes in processes of their own, on free ports of this machine, with the settings of {@code config/cluster.conf} and fresh
 * data in a temporary folder. Processes and folder go with {@link #close}, and also when this process ends. Thread-safe.
 */
public final class LocalCluster implements AutoCloseable {
    /** The ids of the nodes, if nothing else is asked for. */
    public static final List<String> NODES = List.of("a", "b", "c");

    private static final int OUTPUT_LINES = 20;

    /**
     * What may differ from one cluster to another.
     *
     * @param settings lines of HOCON, for each node
     * @param javaOptions for each node's process
     * @param placement where the nodes run
     * @param joining the ids of further nodes, which know the others only as contact points and are yet to become members; on
     *     loopback
     */
    public record Options(String settings, List<String> javaOptions, Placement placement, List<String> joining) {
        /** Nothing differs. */
        public static final Options NONE = new Options("", List.of());

        public Options {
            javaOptions = List.copyOf(javaOptions);
            joining = List.copyOf(joining);
        }

        /** For nodes on loopback. */
        public Options(String settings, List<String> javaOptions) {
            this(settings, javaOptions, () -> NODES, List.of());
        }

        /** The same for nodes that run elsewhere. */
        public Options at(Placement elsewhere) {
            return new Options(settings, javaOptions, elsewhere, joining);
        }

        /** The same with {@code nodes} that are none of the first members. */
        public Options withJoining(List<String> nodes) {
            return new Options(settings, javaOptions, placement, nodes);
        }
    }

    private final List<SampleActor> actors;
    private final Options options;
    private final Path folder;
    private final Map<String, String> contacts = new LinkedHashMap<>();
    private final Map<String, String> pages = new LinkedHashMap<>();
    private final Map<String, NodeProcess> processes = new LinkedHashMap<>();
    private final Thread hook = new Thread(this::end, "cluster-end");
    private boolean ended;

    private LocalCluster(List<SampleActor> actors, Options options, Path folder) {
        this.actors = List.copyOf(actors);
        this.options = options;
        this.folder = folder;
    }

    /** A cluster whose nodes run {@code actor}; no process is started yet. */
    public static LocalCluster create(SampleActor actor) {
        return create(actor, Options.NONE);
    }

    /** A cluster whose nodes run {@code actor}, with some settings of its own; no process is started yet. */
    public static LocalCluster create(SampleActor actor, Options options) {
        return create(List.of(actor), options);
    }

    /** A cluster whose nodes run all of {@code actors}, with some settings of its own; no process is started yet. */
    public static LocalCluster create(List<SampleActor> actors, Options options) {
        String names = actors.stream().map(SampleActor::id).collect(Collectors.joining("-"));
        try {
            LocalCluster cluster = new LocalCluster(actors, options, Files.createTempDirectory("uitto-" + names + "-"));
            Runtime.getRuntime().addShutdownHook(cluster.hook);
            cluster.writeSettings();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("The settings of a cluster can't be written", e);
        }
    }

    private void writeSettings() throws IOException {
        Iterator<Integer> ports = LoopbackPorts.free(2 * all().size()).iterator();
        for (String node : all()) {
            contacts.put(node, options.placement().hostOf(node) + ":" + ports.next());
            pages.put(node, options.placement().hostOf(node) + ":" + ports.next());
        }
        try (InputStream shared = LocalCluster.class.getResourceAsStream("/config/cluster.conf")) {
            Files.copy(
                    Objects.requireNonNull(shared, "config/cluster.conf is missing in the jar"),
                    folder.resolve("cluster.conf"));
        }
        Map<String, String> first = new LinkedHashMap<>(contacts);
        options.joining().forEach(first::remove);
        String points =
                first.values().stream().map(contact -> "\"" + contact + "\"").collect(Collectors.joining(", "));
        for (String node : all()) {
            boolean isFirst = first.containsKey(node);
            String own = """
                    include required("cluster.conf")
                    uitto.node = %s
                    uitto.members = null
                    uitto.members { %s }
                    uitto.contact-points = [%s]
                    uitto.journal { directory = "%s", segment-size = 16 MiB }
                    uitto.snapshot-store.directory = "%s"
                    uitto-web.addresses = null
                    uitto-web.addresses { %s }
                    %s
                    pekko.remote.artery.canonical { hostname = "%s", port = %s }
                    """;
            String contact = contact(node);
            Files.writeString(
                    configOf(node),
                    own.formatted(
                            node,
                            isFirst ? assignments(first) : "",
                            isFirst ? "" : points,
                            journalOf(node),
                            dataOf(node).resolve("snapshots"),
                            assignments(pages),
                            options.settings(),
                            options.placement().hostOf(node),
                            contact.substring(contact.indexOf(':') + 1)));
        }
        String client = """
                include required("cluster.conf")
                uitto.members = null
                uitto.members {}
                uitto.contact-points = [%s]
                pekko.remote.artery.canonical { hostname = "%s", port = 0 }
                """;
        Files.writeString(
                clientConfig(), client.formatted(points, options.placement().clientHost()));
    }

    /** The ids of the first members. */
    public List<String> nodes() {
        return options.placement().nodes();
    }

    private List<String> all() {
        return Stream.concat(nodes().stream(), options.joining().stream()).toList();
    }

    private static String assignments(Map<String, String> addresses) {
        return addresses.entrySet().stream()
                .map(address -> address.getKey() + " = \"" + address.getValue() + "\"")
                .collect(Collectors.joining(", "));
    }

    /** The settings of a client of this cluster. */
    public Path clientConfig() {
        return folder.resolve("client.conf");
    }

    /** The settings of {@code node}. */
    public Path configOf(String node) {
        return folder.resolve("node-" + node + ".conf");
    }

    /** Where {@code node} keeps its log and its snapshots. */
    public Path dataOf(String node) {
        return folder.resolve("data").resolve(node);
    }

    /** Where {@code node} keeps its log, if it is in the embedded journal. */
    public Path journalOf(String node) {
        return dataOf(node).resolve("journal");
    }

    /** What {@code node} says. */
    public Path outputOf(String node) {
        return folder.resolve("node-" + node + ".out");
    }

    /** The address of {@code node}, as {@code host:port}. */
    public String contact(String node) {
        return Objects.requireNonNull(contacts.get(node), node);
    }

    /** Where {@code node} serves its pages, such as {@code http://127.0.0.1:7361}. */
    public String pages(String node) {
        return "http://" + Objects.requireNonNull(pages.get(node), node);
    }

    /** Starts all first members that don't run. */
    public synchronized void startAll() {
        nodes().forEach(this::start);
    }

    /** Starts {@code node}, unless it runs or this cluster has ended, and returns without waiting for it. */
    public synchronized void start(String node) {
        if (!ended && !isRunning(node)) {
            NodeProcess.Surroundings surroundings = new NodeProcess.Surroundings(
                    options.placement().launcher(node), options.placement().environment(node), options.javaOptions());
            processes.put(node, NodeProcess.start(configOf(node), actors, surroundings, outputOf(node)));
        }
    }

    /** Ends {@code node} as kill -9 does, if it runs. */
    public synchronized void kill(String node) {
        NodeProcess process = processes.remove(node);
        if (process != null) {
            process.kill();
        }
    }

    /** Has {@code node} stand still, if it runs, as SIGSTOP does. */
    public synchronized void pause(String node) {
        running(node).ifPresent(process -> process.signal("STOP"));
    }

    /** Has {@code node} go on. */
    public synchronized void resume(String node) {
        running(node).ifPresent(process -> process.signal("CONT"));
    }

    /** Says a line to {@code node}, if it runs, see {@link org.uitto.samples.mishap.Mishaps}. */
    public synchronized void tell(String node, String line) {
        running(node).ifPresent(process -> process.tell(line));
    }

    private Optional<NodeProcess> running(String node) {
        return Optional.ofNullable(processes.get(node)).filter(NodeProcess::isAlive);
    }

    /** Asks the node to stop in an orderly way, without waiting for it. */
    public synchronized void stop(String node) {
        NodeProcess process = processes.get(node);
        if (process != null) {
            process.stop();
        }
    }

    /** Has the node stop in an orderly way, and waits until it has. */
    public void stopAndWait(String node) {
        ProcessHandle process = ProcessHandle.of(pid(node)).orElseThrow();
        stop(node);
        process.onExit().join();
    }

    /** Whether the process of {@code node} is there. */
    public synchronized boolean isRunning(String node) {
        NodeProcess process = processes.get(node);
        return process != null && process.isAlive();
    }

    /** The process id of {@code node}; 0 if it does not run. */
    public synchronized long pid(String node) {
        NodeProcess process = processes.get(node);
        return process == null ? 0 : process.pid();
    }

    /** The processor time that the nodes which run now have used together. */
    public synchronized Duration cpuTime() {
        return processes.values().stream().map(NodeProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    /** The last lines that each node has said, to find out what went wrong. */
    public String lastWords() {
        StringBuilder text = new StringBuilder();
        for (String node : all()) {
            text.append("--- the last words of node ").append(node).append(System.lineSeparator());
            lastLinesOf(outputOf(node)).forEach(line -> text.append(line).append(System.lineSeparator()));
        }
        return text.toString();
    }

    private static List<String> lastLinesOf(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size());
        } catch (IOException e) {
            return List.of("(none: " + e + ")");
        }
    }

    /** Whether it was closed, or this process is ending. */
    public synchronized boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending: the hook has run or will.
        }
    }

    private synchronized void end() {
        ended = true;
        processes.values().forEach(NodeProcess::kill);
        processes.clear();
        options.placement().close();
        deleteFolder();
    }

    private void deleteFolder() {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst =
                    files.sorted((first, second) -> second.compareTo(first)).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be deleted", e);
        }
    }
}
