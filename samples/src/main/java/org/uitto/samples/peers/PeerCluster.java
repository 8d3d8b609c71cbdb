package org.uitto.samples.peers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the nodes of a measured cluster are, with the settings of {@code config/cluster.conf} as they stand. Their ids are a, b
 * and so on.
 *
 * @param contacts of each node, by its number from 0, as {@code host:port}
 */
public record PeerCluster(List<String> contacts) {
    public PeerCluster {
        contacts = List.copyOf(contacts);
    }

    private static String id(int node) {
        return String.valueOf((char) ('a' + node));
    }

    /** The settings of the node of this number, whose data is in {@code folder}. */
    Config nodeSettings(int node, Path folder) {
        String contact = contacts.get(node);
        int colon = contact.lastIndexOf(':');
        return settings("""
            uitto.node = %s
            uitto.journal.directory = "%s"
            uitto.snapshot-store.directory = "%s"
            pekko.remote.artery.canonical { hostname = "%s", port = %s }
            """.formatted(
                        id(node),
                        folder.resolve("journal"),
                        folder.resolve("snapshots"),
                        contact.substring(0, colon),
                        contact.substring(colon + 1)));
    }

    /** The settings of a client on this machine. */
    Config clientSettings() {
        return settings("pekko.remote.artery.canonical { hostname = \"127.0.0.1\", port = 0 }");
    }

    private Config settings(String own) {
        String members = IntStream.range(0, contacts.size())
                .mapToObj(node -> id(node) + " = \"" + contacts.get(node) + "\"")
                .collect(Collectors.joining(", ", "uitto.members { ", " }\n"));
        return ConfigFactory.load(ConfigFactory.parseString(members + own)
                .withFallback(ConfigFactory.parseResources("config/cluster.conf"))
                .withFallback(ConfigFactory.parseResources("application.conf")));
    }
}
