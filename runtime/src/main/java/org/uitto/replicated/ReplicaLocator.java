package org.uitto.replicated;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** Finds the replicas of one group. A contact is a text that names a node to whoever uses the same kind of locator. */
public interface ReplicaLocator {
    /** The nodes to ask when no leader is known; at least one. */
    List<String> contacts();

    /** The contact of this process, if it may have a replica of the group itself. */
    default Optional<String> own() {
        return Optional.empty();
    }

    /** The group has members at {@code members}: they are among those to ask from now on. */
    default void learn(List<String> members) {}

    /** The group's replica at {@code contact}, as a node has told it; whether or not there is one. */
    ActorRef<ReplicaInput> at(String contact);

    /**
     * Asks the replica at {@code contact}, if there is one, in a way that also reaches a node which has stopped and started again
     * since it was last heard of.
     */
    default void ask(String contact, ReplicaInput question) {
        at(contact).tell(question);
    }

    /** Whether {@code replica} is in this process, so that commands need not be serialized. */
    default boolean isLocal(ActorRef<ReplicaInput> replica) {
        return replica.path().address().hasLocalScope();
    }
}
