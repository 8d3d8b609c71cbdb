package org.uitto.node;

import java.util.ArrayList;
import java.util.LinkedHashSet;
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
    private record Heard(String text, Contact contact) {}

    private final Members members;
    private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
    private volatile Configuration configuration = Configuration.UNKNOWN;

    /** The contacts of a group whose first members, and perhaps others, are {@code members}. */
    public GroupContacts(Members members) {
        this.members = members;
    }

    /** {@code node} says that it is reached at {@code contact}, which is ignored if it is none. */
    void heardFrom(NodeId node, String contact) {
        Heard known = heard.get(node);
        if (known == null || !known.text().equals(contact)) {
            Contact.parse(contact).ifPresent(parsed -> heard.put(node, new Heard(contact, parsed)));
        }
    }

    /** Who takes part from now on. */
    void onConfiguration(Configuration newConfiguration) {
        configuration = newConfiguration;
    }

    /** Where {@code node} is reached, if that is known. */
    public Optional<Contact> contactOf(NodeId node) {
        return Optional.ofNullable(heard.get(node))
                .map(Heard::contact)
                .or(() -> members.contactOf(node))
                .or(() -> configuration.contactOf(node).flatMap(Contact::parse));
    }

    /** Where the members of the group are reached; the settings' members as long as the group has not said who they are. */
    public List<String> all() {
        Set<NodeId> nodes = configuration.members().isEmpty()
                ? members.contacts().keySet()
                : configuration.members().keySet();
        Set<String> contacts = new LinkedHashSet<>();
        nodes.forEach(node -> contactOf(node).map(Contact::toString).ifPresent(contacts::add));
        return new ArrayList<>(contacts);
    }
}
