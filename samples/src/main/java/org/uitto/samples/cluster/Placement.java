package org.uitto.samples.cluster;

import java.util.List;
import java.util.Map;

/** Where the nodes of a cluster run: on loopback, or on hosts that somebody has made for them on this machine. */
public interface Placement {
    /** The address of loopback. */
    String LOOPBACK_HOST = "127.0.0.1";

    /** The ids of the nodes. */
    List<String> nodes();

    /** The address of {@code node}. */
    default String hostOf(String node) {
        return LOOPBACK_HOST;
    }

    /** The address that clients have, for the nodes to answer to. */
    default String clientHost() {
        return LOOPBACK_HOST;
    }

    /** What the command line of {@code node} is put behind: a command that becomes what follows it. */
    default List<String> launcher(String node) {
        return List.of();
    }

    /** What the environment of {@code node} has more than that of this process. */
    default Map<String, String> environment(String node) {
        return Map.of();
    }

    /** Takes away what was made. Called once or more when the nodes are gone, before their folders are deleted. */
    default void close() {}
}
