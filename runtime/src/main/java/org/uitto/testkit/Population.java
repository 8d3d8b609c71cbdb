package org.uitto.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.dispatch.Mailbox;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;

/** The nodes of a world and their incarnations, the living and the dead; says which of them an actor belongs to. */
final class Population {
    private final World world;
    private final Map<NodeId, SimulatedNode> nodes = new HashMap<>();
    private final Map<String, Incarnation> byActorName = new HashMap<>();
    private final Deque<Incarnation> unburied = new ArrayDeque<>();

    Population(World world) {
        this.world = world;
    }

    SimulatedNode node(NodeId id) {
        return nodes.computeIfAbsent(id, missing -> new SimulatedNode(world, missing));
    }

    void register(Incarnation incarnation) {
        byActorName.put(incarnation.actorName(), incarnation);
    }

    void bury(Incarnation dead) {
        unburied.add(dead);
    }

    /** The next of the dead whose actors have to be taken away; null if there is none. */
    @Nullable
    Incarnation nextUnburied() {
        return unburied.poll();
    }

    /** The incarnation that the actor of {@code mailbox} belongs to; null if none. */
    @Nullable
    Incarnation ownerOf(Mailbox mailbox) {
        return byActorName.isEmpty() ? null : ownerOf(mailbox.actor().self().path());
    }

    /** The incarnation that the actor at {@code path} belongs to; null if none. */
    @Nullable
    Incarnation ownerOf(ActorPath path) {
        ActorPath top = path;
        ActorPath parent = top.parent();
        ActorPath grandparent = parent.parent();
        if (parent == grandparent) {
            return null;
        }
        while (true) {
            ActorPath next = grandparent.parent();
            if (next == grandparent) {
                return parent.name().equals("user") ? byActorName.get(top.name()) : null;
            }
            top = parent;
            parent = grandparent;
            grandparent = next;
        }
    }
}
