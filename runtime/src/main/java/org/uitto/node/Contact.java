package org.uitto.node;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node is reached.
 *
 * @param host as the node's own {@code pekko.remote.artery.canonical.hostname} says
 * @param port as the node's own {@code pekko.remote.artery.canonical.port} says, 1 to 65535
 */
public record Contact(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9][A-Za-z0-9.-]*):([0-9]{1,5})");

    /** The contact that {@code text}, of the form {@code host:port}, names; empty if it names none. */
    public static Optional<Contact> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(2));
        return port < 1 || port > 65535 ? Optional.empty() : Optional.of(new Contact(matcher.group(1), port));
    }

    /** The address of the actor system {@code systemName} there. */
    public String address(String systemName) {
        return "pekko://" + systemName + "@" + this;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
