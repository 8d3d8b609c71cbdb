package org.uitto;

import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.replicated.ReplicaInput;
import org.uitto.role.PeerTransport;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Hands on to a group's replica on this node what comes from those who do not know the number of its start: its own name is the same for
 * all starts. They select it by path; a pattern over the names of replicas would be matched against each of them, for each message.
 */
final class GroupGate extends AbstractBehavior<Object> {
    /** From now on it leads to {@code replica}. */
    record Opens(ActorRef<ReplicaInput> replica) {}

    private ActorPath replica;

    private GroupGate(ActorContext<Object> context, ActorRef<ReplicaInput> first) {
        super(context);
        this.replica = first.path();
    }

    /** A gate that leads to {@code first}. */
    static Behavior<Object> create(ActorRef<ReplicaInput> first) {
        return Behaviors.setup(context -> new GroupGate(context, first));
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Opens.class, opens -> {
                    replica = opens.replica().path();
                    return this;
                })
                .onMessage(ReplicaInput.class, message -> handOn(replica, message))
                .onMessage(PeerEnvelope.class, message -> handOn(replica.child(PeerTransport.RAFT), message))
                .onMessage(
                        SnapshotTransfer.class,
                        message -> handOn(replica.child(PeerTransport.RAFT).child(PeerTransport.SNAPSHOTS), message))
                .build();
    }

    private Behavior<Object> handOn(ActorPath to, Object message) {
        Adapter.toClassic(getContext()).actorSelection(to).tell(message, org.apache.pekko.actor.ActorRef.noSender());
        return this;
    }
}
