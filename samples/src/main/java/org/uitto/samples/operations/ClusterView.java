package org.uitto.samples.operations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.uitto.NodeStatus;
import org.uitto.Raft;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.PeerStatus;

/**
 * How the replicas of a cluster stand, as its nodes said when they were asked together.
 *
 * @param answers of the nodes that answered, by their contacts
 * @param absent the contacts of those that did not
 * @param strangers contacts of the settings at which nobody answers, and no group has a member
 */
record ClusterView(SortedMap<String, NodeStatus> answers, SortedSet<String> absent, SortedSet<String> strangers) {
    /** A replica and the contact of its node. */
    record Replica(String contact, ReplicaStatus status) {
        GroupId group() {
            return status.group().group();
        }

        NodeId node() {
            return status.group().node();
        }
    }

    /** Asks every node that the settings of {@code raft} name, and every other that these say is a member of a group. */
    static ClusterView ask(Raft raft, Duration timeout) {
        ClusterView view = new ClusterView(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
        view.ask(raft, raft.contacts(), timeout);
        view.ask(raft, view.contactsOfMembers(), timeout);
        return view.toldApart();
    }

    private void ask(Raft raft, Collection<String> contacts, Duration timeout) {
        Map<String, CompletableFuture<Optional<NodeStatus>>> asked = new TreeMap<>();
        for (String contact : contacts) {
            if (!answers.containsKey(contact) && !absent.contains(contact)) {
                asked.put(
                        contact,
                        raft.statuses(contact, timeout)
                                .handle((status, failure) -> Optional.ofNullable(status))
                                .toCompletableFuture());
            }
        }
        asked.forEach((contact, answer) ->
                answer.join().ifPresentOrElse(status -> answers.put(contact, status), () -> absent.add(contact)));
    }

    private Set<String> contactsOfMembers() {
        Set<String> contacts = new TreeSet<>();
        replicas()
                .forEach(replica -> replica.status().group().configuration().members().values().stream()
                        .flatMap(member -> member.contact().stream())
                        .forEach(contacts::add));
        return contacts;
    }

    /** Whoever is absent and no member is a stranger, if all groups have said who their members are. */
    private ClusterView toldApart() {
        Set<String> members = new TreeSet<>();
        for (GroupId group : groups()) {
            Optional<Replica> leader = leader(group);
            if (leader.isEmpty()) {
                return this;
            }
            leader.get()
                    .status()
                    .group()
                    .configuration()
                    .members()
                    .forEach((node, member) -> member.contact().ifPresent(members::add));
        }
        SortedSet<String> missed = new TreeSet<>(absent);
        missed.removeIf(contact -> !answers.isEmpty() && !members.contains(contact));
        SortedSet<String> others = new TreeSet<>(absent);
        others.removeAll(missed);
        return new ClusterView(answers, missed, others);
    }

    /** Whether {@code replica} is of a node that its group has removed, or not added yet. */
    boolean isStranger(Replica replica) {
        return leader(replica.group())
                .filter(leader -> !leader.status().group().configuration().isMember(replica.node()))
                .isPresent();
    }

    /** Only {@code group}. */
    ClusterView of(GroupId group) {
        SortedMap<String, NodeStatus> narrowed = new TreeMap<>();
        answers.forEach((contact, status) -> narrowed.put(
                contact,
                new NodeStatus(
                        status.groups().stream()
                                .filter(replica -> replica.group().group().equals(group))
                                .toList(),
                        status.silent().stream().filter(group::equals).toList())));
        return new ClusterView(narrowed, absent, strangers);
    }

    /** All replicas that answered, by group and then by node. */
    List<Replica> replicas() {
        List<Replica> all = new ArrayList<>();
        answers.forEach(
                (contact, status) -> status.groups().forEach(replica -> all.add(new Replica(contact, replica))));
        all.sort(Comparator.comparing(Replica::group).thenComparing(Replica::node));
        return all;
    }

    /** The groups of which any node says that it has a replica. */
    SortedSet<GroupId> groups() {
        SortedSet<GroupId> groups = new TreeSet<>();
        answers.values().forEach(status -> {
            status.groups().forEach(replica -> groups.add(replica.group().group()));
            groups.addAll(status.silent());
        });
        return groups;
    }

    /** The replica that leads the highest term of {@code group} that anyone leads. */
    Optional<Replica> leader(GroupId group) {
        return replicas().stream()
                .filter(replica -> replica.group().equals(group)
                        && replica.status().group().role() == Role.LEADER)
                .max(Comparator.comparingLong(
                        replica -> replica.status().group().term()));
    }

    /** What the leader knows of {@code replica}, if it follows one. */
    Optional<PeerStatus> asSeenByLeader(Replica replica) {
        return leader(replica.group())
                .flatMap(leader -> leader.status().group().peers().stream()
                        .filter(peer -> peer.node().equals(replica.node()))
                        .findFirst());
    }

    /** What is not as it should be, in words for the operator; empty if all is well. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        absent.forEach(contact -> troubles.add("The node at " + contact + " does not answer."));
        answers.forEach((contact, status) -> status.silent()
                .forEach(group -> troubles.add("The replica of " + group + " at " + contact
                        + " does not answer: does a handler of its actor block?")));
        groups().stream()
                .filter(group -> leader(group).isEmpty())
                .forEach(group -> troubles.add("Group " + group + " has no leader among the nodes that answer."));
        replicas()
                .forEach(replica -> replica.status()
                        .group()
                        .trouble()
                        .ifPresent(trouble -> troubles.add("Node " + replica.node() + " takes no part in group "
                                + replica.group() + ": " + trouble)));
        return troubles;
    }
}
