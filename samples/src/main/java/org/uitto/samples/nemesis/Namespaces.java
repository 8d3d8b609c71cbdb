package org.uitto.samples.nemesis;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Hosts on one machine: a network namespace with an address of its own for each node, all on one bridge, on which clients
 * have an address too. All of it bears the number of this process, and goes with {@link #close}; what a process left that
 * was killed is removed by the next one. Thread-safe.
 */
final class Namespaces implements AutoCloseable {
    private static final String NAMESPACE = "uitto-";
    private static final String BRIDGE = "utb-";
    private static final String LINK = "utv-";
    private static final Path MOUNTED_AT = Path.of("/run/netns");
    private static final int CLIENT = 254;

    private final List<String> nodes;
    private final String subnet;
    private final long owner = ProcessHandle.current().pid();
    private final Map<String, Process> queues = new HashMap<>();
    private Optional<Path> queueProgram = Optional.empty();
    private boolean closed;

    private Namespaces(List<String> nodes, String subnet) {
        this.nodes = List.copyOf(nodes);
        this.subnet = subnet;
    }

    /**
     * Makes a host for each of {@code nodes}.
     *
     * @throws Unavailable if this process may not, or a program is missing
     */
    static Namespaces open(List<String> nodes) throws Unavailable {
        removeWhatWasLeft();
        Namespaces namespaces = new Namespaces(nodes, freeSubnet());
        try {
            namespaces.make();
            return namespaces;
        } catch (Unavailable e) {
            namespaces.close();
            throw new Unavailable(
                    "network namespaces with packet filters can't be had (root, packages iproute2 and iptables): "
                            + e.getMessage());
        }
    }

    private void make() throws Unavailable {
        String bridge = bridge(owner);
        Tool.run(List.of("ip", "link", "add", bridge, "type", "bridge"));
        Tool.run(List.of("ip", "link", "set", bridge, "up"));
        Tool.run(List.of("ip", "addr", "add", clientHost() + "/24", "dev", bridge));
        for (String node : nodes) {
            String namespace = namespace(owner, node);
            String link = LINK + id(owner) + "-" + node;
            Tool.run(List.of("ip", "netns", "add", namespace));
            Tool.run(List.of("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace));
            Tool.run(List.of("ip", "link", "set", link, "master", bridge, "up"));
            Tool.run(List.of("ip", "-n", namespace, "addr", "add", hostOf(node) + "/24", "dev", "eth0"));
            Tool.run(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
            Tool.run(List.of("ip", "-n", namespace, "link", "set", "eth0", "up"));
            Tool.run(within(node, "iptables", "-w", "-n", "-L", "INPUT"));
        }
    }

    /**
     * Gets ready to hold packets back.
     *
     * @param folder where the program for it goes
     * @throws Unavailable if it can't be compiled, or the kernel has no packet queues
     */
    void prepareQueues(Path folder) throws Unavailable {
        Path program = Tool.compile("packet-queue.c", folder);
        queueProgram = Optional.of(program);
        try {
            startQueue(nodes.get(0), new LinkQuality(0, 0, 0));
            Tool.run(within(nodes.get(0), queueRule("-A")));
            Tool.run(within(nodes.get(0), queueRule("-D")));
        } catch (Unavailable | IllegalStateException e) {
            throw new Unavailable(
                    "packets can't be queued for a program (kernel module xt_NFQUEUE): " + e.getMessage());
        } finally {
            stopQueues();
        }
    }

    String hostOf(String node) {
        return subnet + (nodes.indexOf(node) + 1);
    }

    String clientHost() {
        return subnet + CLIENT;
    }

    /** What a command line is put behind to run on the host of {@code node}; only the network is another one there. */
    List<String> launcher(String node) {
        return List.of("nsenter", "--net=" + MOUNTED_AT.resolve(namespace(owner, node)), "--");
    }

    synchronized void cut(Topology.Link link) {
        if (!closed) {
            Tool.mustRun(within(
                            link.to(),
                            "iptables",
                            "-w",
                            "-A",
                            "INPUT",
                            "-i",
                            "eth0",
                            "-s",
                            hostOf(link.from()),
                            "-j",
                            "DROP")
                    .toArray(String[]::new));
        }
    }

    /** What other nodes send to {@code node} is as bad as {@code quality} says. Clients reach it as before. */
    synchronized void degrade(String node, LinkQuality quality) {
        if (!closed) {
            startQueue(node, quality);
            Tool.mustRun(within(node, queueRule("-A")).toArray(String[]::new));
        }
    }

    /** All links are good again. */
    synchronized void heal() {
        if (!closed) {
            nodes.forEach(node ->
                    Tool.mustRun(within(node, "iptables", "-w", "-F", "INPUT").toArray(String[]::new)));
        }
        stopQueues();
    }

    private String[] queueRule(String verb) {
        return new String[] {
            "iptables",
            "-w",
            verb,
            "INPUT",
            "-i",
            "eth0",
            "-s",
            subnet + "0/25",
            "-j",
            "NFQUEUE",
            "--queue-num",
            "0",
            "--queue-bypass"
        };
    }

    private void startQueue(String node, LinkQuality quality) {
        List<String> command = within(
                node,
                queueProgram.orElseThrow().toString(),
                String.valueOf(quality.delayMillis()),
                String.valueOf(quality.jitterMillis()),
                String.valueOf(quality.lossPercent()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            queues.put(node, process);
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            String said = output.readLine();
            if (!"ready".equals(said)) {
                throw new IllegalStateException("the packet queue of node " + node + " did not start: " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the packet queue of node " + node + " can't be run", e);
        }
    }

    private void stopQueues() {
        queues.values().forEach(queue -> queue.destroyForcibly().onExit().join());
        queues.clear();
    }

    private List<String> within(String node, String... command) {
        List<String> all = new ArrayList<>(launcher(node));
        all.addAll(List.of(command));
        return all;
    }

    @Override
    public synchronized void close() {
        closed = true;
        stopQueues();
        nodes.forEach(node -> Tool.tryToRun("ip", "netns", "del", namespace(owner, node)));
        nodes.forEach(node -> Tool.tryToRun("ip", "link", "del", LINK + id(owner) + "-" + node));
        Tool.tryToRun("ip", "link", "del", bridge(owner));
    }

    private static String namespace(long owner, String node) {
        return NAMESPACE + owner + "-" + node;
    }

    private static String bridge(long owner) {
        return BRIDGE + id(owner);
    }

    /** Short enough for the name of an interface, which has 15 characters at most. */
    private static String id(long owner) {
        return Long.toString(owner, Character.MAX_RADIX);
    }

    /** The first three numbers of addresses that no interface of this machine has, and a dot. */
    private static String freeSubnet() throws Unavailable {
        try {
            List<String> taken = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .toList();
            return IntStream.range(0, 256)
                    .mapToObj(third -> "10.77." + third + ".")
                    .filter(subnet -> taken.stream().noneMatch(address -> address.startsWith(subnet)))
                    .findFirst()
                    .orElseThrow(() -> new Unavailable("all networks 10.77.x.0/24 are taken on this machine"));
        } catch (SocketException e) {
            throw new Unavailable("the interfaces of this machine can't be listed: " + e.getMessage());
        }
    }

    /** Removes the hosts of processes that are no more. */
    private static void removeWhatWasLeft() {
        String[] names = Objects.requireNonNullElse(MOUNTED_AT.toFile().list(), new String[0]);
        Map<Long, List<String>> byOwner = new LinkedHashMap<>();
        for (String name : names) {
            if (name.matches(NAMESPACE + "\\d+-[a-z]+")) {
                long owner = Long.parseLong(name.substring(NAMESPACE.length(), name.lastIndexOf('-')));
                byOwner.computeIfAbsent(owner, missing -> new ArrayList<>()).add(name);
            }
        }
        byOwner.forEach((owner, left) -> {
            if (!new File("/proc/" + owner).exists()) {
                left.forEach(namespace -> Tool.tryToRun("ip", "netns", "del", namespace));
                Tool.tryToRun("ip", "link", "del", bridge(owner));
            }
        });
    }
}
