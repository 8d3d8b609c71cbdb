package org.uitto.samples.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports on loopback, from below the range that systems take the ports of outgoing connections from: one of those could
 * occupy the port of a node while it is down.
 */
public final class LoopbackPorts {
    private static final int FIRST = 10_000;
    private static final int BEHIND_LAST = 32_000;

    private LoopbackPorts() {}

    /** One. */
    public static int one() {
        return free(1).iterator().next();
    }

    /** As many different ones as asked for, in no particular order. */
    static Set<Integer> free(int count) {
        Set<Integer> ports = new TreeSet<>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
            if (isFree(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
