package org.uitto.replicated;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Finds the replicas of one group. A contact is a text that names a node to whoever uses the same kind of locator. */
public interface ReplicaLocator {
    /** The nodes to ask when no leader is known; at least one. */
    List<String> contacts();

    /** The group's replica at {@code contact}, whether or not there is one. */
    ActorRef<ReplicaInput> at(String contact);

    /** Whether {@code replica} is in this process, so that commands need not be serialized. */
    default boolean isLocal(ActorRef<ReplicaInput> replica) {
        return replica.path().address().hasLocalScope();
    }
}
