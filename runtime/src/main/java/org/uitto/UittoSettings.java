package org.uitto;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.log.NodeId;
import org.uitto.node.Contact;
import org.uitto.node.Members;
import org.uitto.replicated.ProxySettings;
import org.uitto.replicated.ReplicaSettings;
import org.uitto.role.RaftSettings;

/**
 * The block {@code uitto} of an actor system's configuration, checked.
 *
 * @param node this node's id; empty on a system that hosts no replica
 * @param self where this node is reached; empty on a system that hosts no replica
 * @param members the nodes that host replicas; empty on a system that knows only contact points
 * @param contactPoints where a system that hosts no replica asks for the leader
 * @param askAroundInterval how often a system that hosts no replica asks for members
 */
record UittoSettings(
        Optional<NodeId> node,
        Optional<Contact> self,
        Members members,
        List<Contact> contactPoints,
        RaftSettings raft,
        boolean noticesCrashes,
        String raftDispatcher,
        ReplicaSettings replica,
        String replicaDispatcher,
        ProxySettings proxy,
        Duration askAroundInterval,
        LeaderSettings leaders) {
    private static final String FRAME_SIZE = "pekko.remote.artery.advanced.maximum-frame-size";
    private static final long MAX_ARRAY_BYTES = 1 << 30;
    private static final long FRAME_OVERHEAD_BYTES = 16 * 1024;

    /** The settings of {@code system}. */
    static UittoSettings of(ActorSystem<?> system) {
        return of(system.settings().config(), system.name());
    }

    /**
     * The settings in {@code config}.
     *
     * @throws InvalidSettings if they can't be, with where and why
     */
    static UittoSettings of(Config config, String systemName) {
        String membersSystem = config.getString("uitto.system-name");
        Map<NodeId, Contact> contacts = contacts(config);
        Optional<NodeId> node = node(config, contacts);
        return new UittoSettings(
                node,
                node.map(id -> Optional.ofNullable(contacts.get(id)).orElseGet(() -> ownContact(config))),
                new Members(membersSystem.isEmpty() ? systemName : membersSystem, contacts),
                contactPoints(config),
                raft(config),
                flag(config, "uitto.raft.notice-crashes") && !flag(config, "uitto.raft.lease-reads"),
                config.getString("uitto.raft.dispatcher"),
                replica(config),
                config.getString("uitto.replica.dispatcher"),
                proxy(config),
                duration(config, "uitto.proxy.ask-around-interval"),
                leaders(config));
    }

    /** Where members may be, {@code host:port}: all that the settings name, and this node if it hosts replicas. */
    List<String> contacts() {
        return Stream.of(members.contacts().values().stream(), contactPoints.stream(), self.stream())
                .flatMap(contacts -> contacts)
                .distinct()
                .map(Contact::toString)
                .toList();
    }

    private static Map<NodeId, Contact> contacts(Config config) {
        Map<NodeId, Contact> contacts = new HashMap<>();
        config.getObject("uitto.members").keySet().stream().sorted().forEach(id -> {
            String path = "uitto.members." + ConfigUtil.joinPath(id);
            NodeId node = checked(config, path, () -> new NodeId(id));
            Contact contact = contact(config, path, config.getString(path));
            contacts.forEach((other, taken) -> {
                if (taken.equals(contact)) {
                    throw InvalidSettings.at(
                            config,
                            path,
                            "members " + other + " and " + node + " are both at " + contact
                                    + ". Give each member an address of its own.");
                }
            });
            contacts.put(node, contact);
        });
        return contacts;
    }

    private static Contact contact(Config config, String path, String text) {
        return Contact.parse(text)
                .orElseThrow(() -> InvalidSettings.at(
                        config, path, "\"" + text + "\" is no address. Write host:port, such as \"127.0.0.1:7351\"."));
    }

    private static Optional<NodeId> node(Config config, Map<NodeId, Contact> contacts) {
        String id = config.getString("uitto.node");
        if (id.isEmpty()) {
            return Optional.empty();
        }
        NodeId node = checked(config, "uitto.node", () -> new NodeId(id));
        if (contacts.isEmpty()) {
            checkJoining(config, node);
            return Optional.of(node);
        }
        if (!contacts.containsKey(node)) {
            throw InvalidSettings.at(
                    config,
                    "uitto.node",
                    "\"" + id + "\" is none of the members in uitto.members, which are "
                            + contacts.keySet().stream().sorted().toList()
                            + ". Name one of them. If this node is to join groups that run"
                            + " already, leave uitto.members empty and name some members in uitto.contact-points.");
        }
        checkAddress(config, contacts.getOrDefault(node, new Contact("", 0)));
        return Optional.of(node);
    }

    /** A node that is none of the first members: its groups are yet to add it, or have done so since. */
    private static void checkJoining(Config config, NodeId node) {
        if (config.getStringList("uitto.contact-points").isEmpty()) {
            throw InvalidSettings.at(
                    config,
                    "uitto.contact-points",
                    "node " + node
                            + " is to host replicas, but knows nobody. Name the first members in uitto.members, on"
                            + " every node; or, if this node is to join groups that run already, some of their members"
                            + " here, as host:port.");
        }
        checkAddress(config, ownContact(config));
    }

    private static Contact ownContact(Config config) {
        String host = "pekko.remote.artery.canonical.hostname";
        String port = "pekko.remote.artery.canonical.port";
        if (config.getInt(port) == 0) {
            throw InvalidSettings.at(
                    config, port, "the others must know where this node is. Give it a port of its own.");
        }
        return contact(config, host, config.getString(host) + ":" + config.getInt(port));
    }

    private static void checkAddress(Config config, Contact contact) {
        String provider = config.getString("pekko.actor.provider");
        if (provider.equals("local")) {
            throw InvalidSettings.at(
                    config,
                    "pekko.actor.provider",
                    "members talk over Pekko remoting. Set it to \"remote\", or to \"cluster\" if you use Pekko"
                            + " Cluster.");
        }
        String hostPath = "pekko.remote.artery.canonical.hostname";
        String portPath = "pekko.remote.artery.canonical.port";
        if (!config.getString(hostPath).equals(contact.host())) {
            throw InvalidSettings.at(
                    config,
                    hostPath,
                    "\"" + config.getString(hostPath) + "\" is not where uitto.members says that this node is, "
                            + contact + ". Set it to \"" + contact.host() + "\".");
        }
        if (config.getInt(portPath) != contact.port()) {
            throw InvalidSettings.at(
                    config,
                    portPath,
                    config.getInt(portPath) + " is not where uitto.members says that this node is, " + contact
                            + ". Set it to " + contact.port() + ".");
        }
    }

    private static List<Contact> contactPoints(Config config) {
        List<Contact> points = new ArrayList<>();
        for (String text : config.getStringList("uitto.contact-points")) {
            points.add(contact(config, "uitto.contact-points", text));
        }
        return points;
    }

    private static RaftSettings raft(Config config) {
        Duration heartbeat = duration(config, "uitto.raft.heartbeat-interval");
        Duration electionMin = duration(config, "uitto.raft.election-timeout.min");
        Duration electionMax = duration(config, "uitto.raft.election-timeout.max");
        if (electionMin.compareTo(heartbeat.multipliedBy(4)) < 0) {
            throw InvalidSettings.at(
                    config,
                    "uitto.raft.election-timeout.min",
                    electionMin.toMillis() + " ms is less than four times uitto.raft.heartbeat-interval ("
                            + heartbeat.toMillis() + " ms): a single late heartbeat would cost an election. Set it to "
                            + heartbeat.toMillis() * 4 + " ms or more, or the interval to " + electionMin.toMillis() / 4
                            + " ms or less.");
        }
        if (electionMax.compareTo(electionMin.multipliedBy(3).dividedBy(2)) < 0) {
            throw InvalidSettings.at(
                    config,
                    "uitto.raft.election-timeout.max",
                    electionMax.toMillis() + " ms is too close to uitto.raft.election-timeout.min ("
                            + electionMin.toMillis() + " ms): nodes would stand for election at the same time and split"
                            + " the votes. Set it to " + electionMin.toMillis() * 2 + " ms, at least to "
                            + electionMin.toMillis() * 3 / 2 + " ms.");
        }
        return new RaftSettings(
                heartbeat,
                electionMin,
                electionMax,
                duration(config, "uitto.raft.resend-interval"),
                framed(config, "uitto.raft.max-append-bytes"),
                count(config, "uitto.raft.max-in-flight-messages"),
                bytes(config, "uitto.raft.max-in-flight-bytes"),
                bytes(config, "uitto.snapshot.retained-log-bytes"),
                lease(config, electionMin),
                arrayBytes(config, "uitto.snapshot.part-bytes"),
                (int) framed(config, "uitto.snapshot.chunk-bytes"),
                durationOrOff(config, "uitto.raft.quiesce-after"));
    }

    /** Zero if it is off. */
    private static Duration durationOrOff(Config config, String path) {
        return config.getString(path).equals("off") ? Duration.ZERO : duration(config, path);
    }

    private static Duration lease(Config config, Duration electionMin) {
        String path = "uitto.raft.max-clock-drift";
        String problem =
                "no part of a second that a clock may gain or lose in one. Set it from 0 to less than 1, such as"
                        + " 0.05.";
        double drift = parsed(config, path, () -> config.getDouble(path), problem);
        if (!(drift >= 0 && drift < 1)) {
            throw InvalidSettings.at(config, path, drift + " is " + problem);
        }
        return flag(config, "uitto.raft.lease-reads")
                ? Duration.ofNanos((long) (electionMin.toNanos() * (1 - drift)))
                : Duration.ZERO;
    }

    private static ReplicaSettings replica(Config config) {
        return new ReplicaSettings(
                count(config, "uitto.replica.max-uncommitted-commands"),
                bytes(config, "uitto.replica.max-uncommitted-bytes"),
                (int) framed(config, "uitto.replica.max-event-bytes"),
                (int) framed(config, "uitto.replica.max-answer-bytes"),
                bytes(config, "uitto.snapshot.after-log-bytes"),
                duration(config, "uitto.sessions.expire-after"),
                count(config, "uitto.sessions.max-count"));
    }

    private static ProxySettings proxy(Config config) {
        return new ProxySettings(
                count(config, "uitto.proxy.max-waiting-commands"),
                count(config, "uitto.proxy.max-batch-commands"),
                (int) framed(config, "uitto.proxy.max-batch-bytes"),
                (int) framed(config, "uitto.proxy.max-command-bytes"),
                count(config, "uitto.proxy.max-batches-in-flight"),
                duration(config, "uitto.proxy.search-interval"),
                duration(config, "uitto.proxy.suspect-after"),
                duration(config, "uitto.proxy.resend-after"),
                duration(config, "uitto.proxy.give-up-after"));
    }

    private static LeaderSettings leaders(Config config) {
        return new LeaderSettings(
                flag(config, "uitto.leaders.spread"),
                duration(config, "uitto.leaders.check-interval"),
                duration(config, "uitto.leaders.settle-after"));
    }

    /** A size that must fit into one frame of Artery, which drops what does not. */
    private static long framed(Config config, String path) {
        long size = bytes(config, path);
        long frame = config.getBytes(FRAME_SIZE);
        if (size > frame - FRAME_OVERHEAD_BYTES) {
            throw InvalidSettings.at(
                    config,
                    path,
                    size + " bytes do not fit into a frame of Pekko remoting with its headers. Set it to "
                            + (frame - FRAME_OVERHEAD_BYTES) + " bytes or less, or " + FRAME_SIZE + " to "
                            + (size + FRAME_OVERHEAD_BYTES) + " bytes or more, on every node.");
        }
        return size;
    }

    private static Duration duration(Config config, String path) {
        Duration duration = parsed(
                config,
                path,
                () -> config.getDuration(path),
                "no duration. Write a number and a unit, such as \"100 ms\".");
        if (duration.isZero() || duration.isNegative()) {
            throw InvalidSettings.at(config, path, "must be longer than nothing, such as \"100 ms\".");
        }
        return duration;
    }

    private static long bytes(Config config, String path) {
        long size = parsed(
                config, path, () -> config.getBytes(path), "no size. Write a number and a unit, such as \"64 KiB\".");
        if (size < 1) {
            throw InvalidSettings.at(config, path, "must be positive, such as \"64 KiB\".");
        }
        return size;
    }

    private static int arrayBytes(Config config, String path) {
        long size = bytes(config, path);
        if (size > MAX_ARRAY_BYTES) {
            throw InvalidSettings.at(config, path, size + " bytes are more than 1 GiB. Set it to 1 MiB or so.");
        }
        return (int) size;
    }

    private static boolean flag(Config config, String path) {
        return parsed(config, path, () -> config.getBoolean(path), "neither on nor off.");
    }

    private static int count(Config config, String path) {
        int count = parsed(config, path, () -> config.getInt(path), "no count. Write a whole number, such as 1000.");
        if (count < 1) {
            throw InvalidSettings.at(config, path, count + " must be 1 or more.");
        }
        return count;
    }

    private static <T> T parsed(Config config, String path, Supplier<T> read, String problem) {
        try {
            return read.get();
        } catch (ConfigException.WrongType | ConfigException.BadValue e) {
            String value = config.getValue(path).render(ConfigRenderOptions.concise());
            throw InvalidSettings.at(config, path, value + " is " + problem);
        }
    }

    private static <T> T checked(Config config, String path, Supplier<T> read) {
        try {
            return read.get();
        } catch (ConfigException | IllegalArgumentException e) {
            throw InvalidSettings.at(config, path, String.valueOf(e.getMessage()));
        }
    }
}
