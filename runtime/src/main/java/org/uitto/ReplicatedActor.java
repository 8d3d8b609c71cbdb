package org.uitto;

import java.util.function.Supplier;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * A replicated actor to start: its name and how to make its behavior.
 *
 * @param <Command> what the actor is told
 */
public final class ReplicatedActor<Command> {
    private final GroupId group;
    private final Supplier<? extends ReplicatedBehavior<Command, ?, ?>> factory;

    private ReplicatedActor(GroupId group, Supplier<? extends ReplicatedBehavior<Command, ?, ?>> factory) {
        this.group = group;
        this.factory = factory;
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
        return new ReplicatedActor<>(new GroupId(name), factory);
    }

    GroupId group() {
        return group;
    }

    ReplicatedBehavior<Command, ?, ?> newBehavior() {
        return factory.get();
    }
}
