package org.uitto.samples.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.uitto.node.Contact;

/**
 * Where a node serves its pages.
 *
 * @param host as browsers are to write it
 * @param port 1 to 65535
 */
public record WebAddress(String host, int port) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost");

    /** The address that {@code text}, of the form {@code host:port}, names; empty if it names none. */
    public static Optional<WebAddress> parse(String text) {
        return Contact.parse(text).map(contact -> new WebAddress(contact.host(), contact.port()));
    }

    /** What a browser may call this address: the several names of loopback are one. */
    List<String> authorities() {
        return LOOPBACK.contains(host)
                ? LOOPBACK.stream().sorted().map(name -> name + ":" + port).toList()
                : List.of(toString());
    }

    /** Such as {@code http://127.0.0.1:7361}. */
    public String url() {
        return "http://" + this;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
