package org.uitto;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * A replicated actor to start: its name and how to make its behavior.
 *
 * @param <Command> what the actor is told
 */
public final class ReplicatedActor<Command> {
    private final GroupId group;
    private final Supplier<? extends ReplicatedBehavior<Command, ?, ?>> factory;
    private final Set<NodeId> members;
    private final Optional<NodeId> preferredNode;

    private ReplicatedActor(
            GroupId group,
            Supplier<? extends ReplicatedBehavior<Command, ?, ?>> factory,
            Set<NodeId> members,
            Optional<NodeId> preferredNode) {
        this.group = group;
        this.factory = factory;
        this.members = Set.copyOf(members);
        this.preferredNode = preferredNode;
    }

    /**
     * A replicated actor.
     *
     * @param name 1 to 100 letters, digits, dots, dashes or underscores; the same on every node, for ever: the data is found
     *     by it
     * @param factory makes a new behavior for each start of a replica
     * @throws IllegalArgumentException if the name is not of that form
     */
    public static <Command> ReplicatedActor<Command> of(
            String name, Supplier<? extends ReplicatedBehavior<Command, ?, ?>> factory) {
        return new ReplicatedActor<>(new GroupId(name), factory, Set.of(), Optional.empty());
    }

    /**
     * The same, with these nodes as its first members instead of all of {@code uitto.members}. Who its members are later is for
     * the group itself to say; this counts only until its group has begun, and is to be the same on every node.
     *
     * @param nodes ids in {@code uitto.members}; at least one
     * @throws IllegalArgumentException if there is none, or one is no id
     */
    public ReplicatedActor<Command> withFirstMembers(String... nodes) {
        if (nodes.length == 0) {
            throw new IllegalArgumentException("Name at least one of the nodes in uitto.members");
        }
        return new ReplicatedActor<>(
                group, factory, Arrays.stream(nodes).map(NodeId::new).collect(Collectors.toSet()), preferredNode);
    }

    /**
     * The same, led by {@code node} whenever it can: another leader hands over to it once it has been able to lead for
     * {@code uitto.leaders.settle-after}. Say the same on every node.
     *
     * @throws IllegalArgumentException if {@code node} is not of the form of a node's id
     */
    public ReplicatedActor<Command> withPreferredNode(String node) {
        return new ReplicatedActor<>(group, factory, members, Optional.of(new NodeId(node)));
    }

    Optional<NodeId> preferredNode() {
        return preferredNode;
    }

    /** Who its first members are; empty for all. */
    Set<NodeId> members() {
        return members;
    }

    GroupId group() {
        return group;
    }

    ReplicatedBehavior<Command, ?, ?> newBehavior() {
        return factory.get();
    }
}
