package org.uitto.samples.nemesis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Placement;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.nemesis.Nemesis.Need;

/**
 * A cluster of node processes and all that can be done to it. What a machine can't do is found out when it is made: {@link
 * #missing}. Everything it has made goes with {@link #close}, and when this process ends.
 */
public final class Testbed implements AutoCloseable {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);
    private static final Duration TAKES_PART_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Laboratory laboratory;
    private final LocalCluster cluster;
    private final Supplier<Optional<Operator>> operator;

    private Testbed(Laboratory laboratory, LocalCluster cluster, Supplier<Optional<Operator>> operator) {
        this.laboratory = laboratory;
        this.cluster = cluster;
        this.operator = operator;
    }

    /**
     * A cluster that runs {@code actors}; no process is started yet.
     *
     * @param nodes their ids
     * @param nemeses what is going to be done to it, as far as this machine can
     * @param options what the nodes are started with; where they run is decided here
     * @param operator who asks the nodes themselves, as soon as there is anyone
     */
    public static Testbed open(
            List<String> nodes,
            Set<Nemesis> nemeses,
            List<SampleActor> actors,
            LocalCluster.Options options,
            Supplier<Optional<Operator>> operator) {
        Laboratory laboratory = new Laboratory(nodes);
        try {
            laboratory.prepare(nemeses);
            LocalCluster cluster = LocalCluster.create(actors, options.at(laboratory));
            laboratory.mount(nemeses, cluster);
            return new Testbed(laboratory, cluster, operator);
        } catch (IOException e) {
            laboratory.close();
            throw new UncheckedIOException("A temporary folder can't be made", e);
        } catch (RuntimeException e) {
            laboratory.close();
            throw e;
        }
    }

    /** Why {@code nemesis} can't be had on this machine, if it can't. */
    public Optional<String> missing(Nemesis nemesis) {
        return nemesis.needs().stream()
                .filter(laboratory.missing::containsKey)
                .sorted()
                .findFirst()
                .map(laboratory.missing::get);
    }

    /** The processes themselves. */
    public LocalCluster cluster() {
        return cluster;
    }

    /** The ids of the nodes. */
    public List<String> nodes() {
        return laboratory.nodes();
    }

    void kill(String node) {
        cluster.kill(node);
    }

    /** Starts {@code node}, unless it runs. */
    public void start(String node) {
        cluster.start(node);
    }

    /** Kills {@code node} and starts it again: what an operator does with one that takes no part any more. */
    public void restart(String node) {
        cluster.kill(node);
        cluster.start(node);
    }

    void pause(String node) {
        signal(node, "-STOP");
    }

    void resume(String node) {
        signal(node, "-CONT");
    }

    private void signal(String node, String signal) {
        long pid = cluster.pid(node);
        if (pid != 0) {
            Tool.tryToRun("kill", signal, String.valueOf(pid));
        }
    }

    /** Stops {@code node} in good order and waits until it has. */
    void stop(String node) throws InterruptedException {
        cluster.stop(node);
        long deadlineNanos = System.nanoTime() + STOPS_WITHIN.toNanos();
        while (cluster.isRunning(node)) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IllegalStateException(
                        "node " + node + " did not stop within " + STOPS_WITHIN.toSeconds() + " s after SIGTERM");
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
    }

    /** Waits for {@code quiet}, and then until {@code node} takes part, for a while. */
    void awaitPart(String node, Duration quiet) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(quiet.toNanos());
        long deadlineNanos = System.nanoTime() + TAKES_PART_WITHIN.toNanos();
        while (!takesPart(node) && System.nanoTime() - deadlineNanos < 0 && !cluster.hasEnded()) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
    }

    private boolean takesPart(String node) {
        return operator.get().filter(each -> each.takesPart(node)).isPresent();
    }

    /** Has {@code node} leave all groups. */
    void leave(String node) throws InterruptedException {
        operator.get().orElseThrow().leave(node);
    }

    /** Has {@code node} join all groups again. */
    void join(String node) throws InterruptedException {
        operator.get().orElseThrow().join(node);
    }

    /** Deletes all data of {@code node}, whose process is gone. */
    void wipe(String node) {
        deleteContents(cluster.dataOf(node));
        makeDurable(cluster.dataOf(node));
    }

    /** Keeps a copy of the data of {@code node}, whose process is gone. */
    void copyData(String node) {
        deleteContents(backupOf(node));
        copyContents(cluster.dataOf(node), backupOf(node));
    }

    /** Puts what {@link #copyData} has kept in the place of the data of {@code node}, whose process is gone. */
    void setDataBack(String node) {
        deleteContents(cluster.dataOf(node));
        copyContents(backupOf(node), cluster.dataOf(node));
        makeDurable(cluster.dataOf(node));
    }

    /** A node takes what it finds at its start for durable; a power loss later on must not take what we have done to it. */
    private static void makeDurable(Path folder) {
        Tool.tryToRun("sync", "-f", folder.toString());
    }

    private Path backupOf(String node) {
        return laboratory.folder().resolve("backup-" + node);
    }

    void cut(Topology.Link link) {
        laboratory.namespaces().cut(link);
    }

    void degrade(String node, LinkQuality quality) {
        laboratory.namespaces().degrade(node, quality);
    }

    void heal() {
        laboratory.namespaces().heal();
    }

    void fillDisk(String node) {
        laboratory.disks().fill(node);
    }

    void freeDisk(String node) {
        laboratory.disks().free(node);
    }

    /** The power of {@code nodes} fails: all of them die, and then what was not on disk is gone. */
    void losePower(List<String> nodes) {
        nodes.forEach(cluster::kill);
        nodes.forEach(laboratory.disks()::losePower);
    }

    void failSyncs(String node) {
        laboratory.syncs().fail(node);
    }

    void slowSyncs(String node, Duration delay) {
        laboratory.syncs().delay(node, delay);
    }

    void mendSyncs(String node) {
        laboratory.syncs().mend(node);
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static void deleteContents(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> !each.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("What is in " + folder + " can't be deleted", e);
        }
    }

    private static void copyContents(Path from, Path to) {
        try {
            Files.createDirectories(to);
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file)));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("What is in " + from + " can't be copied to " + to, e);
        }
    }

    /** Where the nodes run, and what was prepared for their faults. */
    private static final class Laboratory implements Placement {
        private final List<String> nodes;
        private final Map<Need, String> missing = new EnumMap<>(Need.class);
        private Optional<Path> folder = Optional.empty();
        private Optional<Namespaces> namespaces = Optional.empty();
        private Optional<DiskImages> disks = Optional.empty();
        private Optional<SyncLibrary> syncs = Optional.empty();

        Laboratory(List<String> nodes) {
            this.nodes = List.copyOf(nodes);
        }

        /** Prepares what {@code nemeses} need, as far as it can be had, before the cluster is there. */
        synchronized void prepare(Set<Nemesis> nemeses) throws IOException {
            folder = Optional.of(Files.createTempDirectory("uitto-faults-"));
            if (need(nemeses, Need.NAMESPACES)) {
                attempt(Need.NAMESPACES, () -> namespaces = Optional.of(Namespaces.open(nodes)));
            }
            if (need(nemeses, Need.PACKET_QUEUE) && namespaces.isPresent()) {
                attempt(Need.PACKET_QUEUE, () -> namespaces().prepareQueues(folder()));
            }
            if (need(nemeses, Need.SYNC_LIBRARY)) {
                attempt(Need.SYNC_LIBRARY, () -> syncs = Optional.of(SyncLibrary.compile(folder())));
            }
        }

        /** Gives the nodes of {@code cluster} disks of their own, if they are needed and can be had. */
        synchronized void mount(Set<Nemesis> nemeses, LocalCluster cluster) {
            if (need(nemeses, Need.DISK_IMAGES)) {
                DiskImages images = new DiskImages(folder());
                disks = Optional.of(images);
                attempt(Need.DISK_IMAGES, () -> {
                    for (String node : nodes) {
                        images.mount(node, cluster.dataOf(node));
                    }
                });
            }
        }

        private static boolean need(Set<Nemesis> nemeses, Need need) {
            return nemeses.stream().anyMatch(nemesis -> nemesis.needs().contains(need));
        }

        private void attempt(Need need, Attempt attempt) {
            try {
                attempt.make();
            } catch (Unavailable e) {
                missing.put(need, String.valueOf(e.getMessage()));
            }
        }

        private interface Attempt {
            void make() throws Unavailable;
        }

        Path folder() {
            return folder.orElseThrow();
        }

        Namespaces namespaces() {
            return namespaces.orElseThrow();
        }

        DiskImages disks() {
            return disks.orElseThrow();
        }

        SyncLibrary syncs() {
            return syncs.orElseThrow();
        }

        @Override
        public List<String> nodes() {
            return nodes;
        }

        @Override
        public String hostOf(String node) {
            return namespaces.map(hosts -> hosts.hostOf(node)).orElse(LOOPBACK_HOST);
        }

        @Override
        public String clientHost() {
            return namespaces.map(Namespaces::clientHost).orElse(LOOPBACK_HOST);
        }

        @Override
        public List<String> launcher(String node) {
            return namespaces.map(hosts -> hosts.launcher(node)).orElse(List.of());
        }

        @Override
        public Map<String, String> environment(String node) {
            return syncs.map(library -> library.environment(node)).orElse(Map.of());
        }

        @Override
        public synchronized void close() {
            disks.ifPresent(DiskImages::close);
            namespaces.ifPresent(Namespaces::close);
            folder.ifPresent(made -> {
                deleteContents(made);
                try {
                    Files.deleteIfExists(made);
                } catch (IOException e) {
                    throw new UncheckedIOException("The folder " + made + " can't be deleted", e);
                }
            });
        }
    }
}
