package org.uitto;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Several actor systems in this process that talk over Artery on loopback, as nodes and clients of one cluster. */
public final class LoopbackCluster implements AutoCloseable {
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, ActorSystem<Void>> systems = new LinkedHashMap<>();
    private final Set<String> joining = new TreeSet<>();
    private final Config extra;

    public LoopbackCluster(Config extra, String... nodes) throws IOException {
        this.extra = extra;
        List<ServerSocket> held = new ArrayList<>();
        for (String node : nodes) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.put(node, socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    public String contact(String node) {
        return "127.0.0.1:" + ports.get(node);
    }

    /** {@code nodes} are none of the first members: they know the first only as contact points. */
    public LoopbackCluster withJoining(String... nodes) {
        joining.addAll(List.of(nodes));
        return this;
    }

    public ActorSystem<Void> startNode(String node) {
        return start(node, "uitto.node = " + node + "\npekko.remote.artery.canonical.port = " + ports.get(node));
    }

    public ActorSystem<Void> startClient(String name) {
        return start(name, "pekko.remote.artery.canonical.port = 0");
    }

    private ActorSystem<Void> start(String name, String own) {
        List<String> first =
                ports.keySet().stream().filter(node -> !joining.contains(node)).toList();
        String others = joining.contains(name)
                ? first.stream()
                        .map(node -> "\"" + contact(node) + "\"")
                        .collect(Collectors.joining(", ", "uitto.contact-points = [", "]"))
                : first.stream()
                        .map(node -> node + " = \"" + contact(node) + "\"")
                        .collect(Collectors.joining(", ", "uitto.members { ", " }"));
        Config config = ConfigFactory.parseString(own + "\n" + others)
                .withFallback(extra)
                .withFallback(ConfigFactory.parseResources("loopback.conf"))
                .withFallback(ConfigFactory.load())
                .resolve();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "loopback", config);
        systems.put(name, system);
        return system;
    }

    /** The system that was started under this name. */
    public ActorSystem<Void> system(String name) {
        return Objects.requireNonNull(systems.get(name));
    }

    public void stop(String name) {
        ActorSystem<Void> system = systems.remove(name);
        if (system != null) {
            system.terminate();
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }
    }

    @Override
    public void close() {
        for (String name : List.copyOf(systems.keySet())) {
            stop(name);
        }
    }
}
