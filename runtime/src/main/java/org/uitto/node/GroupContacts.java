package org.uitto.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.uitto.log.Configuration;
import org.uitto.log.NodeId;

/**
 * Where the nodes of one group are reached: as they have said themselves, else as this node's settings say, else as the group's
 * configuration says. So a member may move to another address: it is known there as soon as it speaks. Thread-safe.
 */
public final class GroupContacts {
    /** What a node has said of itself. */
    private record Heard(String text, ReplicaAddress address) {}

    private final Members members;
    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private volatile Configuration configuration = Configuration.UNKNOWN;

    /** The contacts of a group whose first members, and perhaps others, are {@code members}. */
    public GroupContacts(Members members) {
        this.members = members;
    }

    /** {@code node} says that it is reached at {@code address}, which is ignored if it is none. */
    void heardFrom(NodeId node, String address) {
        Heard known = heard.get(node);
        if (known == null || !known.text().equals(address)) {
            ReplicaAddress.parse(address).ifPresent(parsed -> heard.put(node, new Heard(address, parsed)));
        }
    }

    /** Who takes part from now on. */
    void onConfiguration(Configuration newConfiguration) {
        configuration = newConfiguration;
    }

    /** Where {@code node}'s replica is reached, if that is known. */
    public Optional<ReplicaAddress> addressOf(NodeId node) {
        return Optional.ofNullable(heard.get(node))
                .map(Heard::address)
                .or(() -> members.contactOf(node).map(ReplicaAddress::at))
                .or(() -> configuration.contactOf(node).flatMap(ReplicaAddress::parse));
    }

    /** Where the members of the group are; the settings' members as long as the group has not said who they are. */
    public List<String> all() {
        Set<NodeId> nodes = configuration.members().isEmpty()
                ? members.contacts().keySet()
                : configuration.members().keySet();
        return nodes.stream()
                .flatMap(node -> addressOf(node).stream())
                .map(address -> address.contact().toString())
                .toList();
    }
}
