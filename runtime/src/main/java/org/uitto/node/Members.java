package org.uitto.node;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.role.PeerTransport;

/**
 * The nodes that host replicas, and where their actors are.
 *
 * @param systemName the name of the actor system on every member
 * @param contacts of each member
 */
public record Members(String systemName, Map<NodeId, Contact> contacts) {
    /** The name of the actor that merges the heartbeats of a node's groups. */
    public static final String HEARTBEATS = "uitto-heartbeats";

    /** The name of the actor that says which groups a node hosts. */
    public static final String GROUPS = "uitto-groups";

    public Members {
        contacts = Collections.unmodifiableMap(new TreeMap<>(contacts));
    }

    /** The contact of {@code node}, if it is a member. */
    public Optional<Contact> contactOf(NodeId node) {
        return Optional.ofNullable(contacts.get(node));
    }

    /** The name of the actor that runs a replica of {@code group}, with the number of its start. */
    public static String replicaName(GroupId group, int start) {
        return gateName(group) + "~" + start;
    }

    /** The name of the actor that hands on to the replica of {@code group}, of whichever start. */
    public static String gateName(GroupId group) {
        return "uitto-group-" + group;
    }

    /** The path of {@code group}'s replica at {@code address}; of nobody if its start is not known. */
    public String exactReplicaPath(GroupId group, ReplicaAddress address) {
        return system(address.contact()) + replicaName(group, address.start());
    }

    /** The path of {@code group}'s replica at {@code address}, for a selection; of the gate to it if its start is not known. */
    public String replicaPath(GroupId group, ReplicaAddress address) {
        return address.isExact() ? exactReplicaPath(group, address) : system(address.contact()) + gateName(group);
    }

    /** The path of the actor that takes part in {@code group} at {@code address}; of the gate like {@link #replicaPath}. */
    public String raftPath(GroupId group, ReplicaAddress address) {
        return replicaPath(group, address) + (address.isExact() ? "/" + PeerTransport.RAFT : "");
    }

    /** The path of the actor that keeps {@code group}'s snapshots at {@code address}; of the gate like {@link #replicaPath}. */
    public String snapshotsPath(GroupId group, ReplicaAddress address) {
        return raftPath(group, address) + (address.isExact() ? "/" + PeerTransport.SNAPSHOTS : "");
    }

    private String system(Contact contact) {
        return contact.address(systemName) + "/system/";
    }

    /** The path of the actor that says which groups the node at {@code contact} hosts. */
    public String groupsPath(Contact contact) {
        return system(contact) + GROUPS;
    }

    /** The path of the actor that takes the merged heartbeats at {@code contact}. */
    public String heartbeatsPath(Contact contact) {
        return system(contact) + HEARTBEATS;
    }
}
