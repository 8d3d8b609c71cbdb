package org.uitto.node;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.node.HeartbeatHub.Outgoing;
import org.uitto.role.PeerTransport;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Carries one group's messages over Pekko remoting, from actor to actor. Peers are found by node id and path, never by a
 * remembered actor: a node that restarts is the same peer. Used by the actor that takes part in the group, and for
 * snapshots by the one that keeps them.
 *
 * <p>Heartbeats that nobody waits for take the way over {@link HeartbeatHub}.
 */
public final class ArteryTransport implements PeerTransport {
    private final ActorRefResolver resolver;
    private final Members members;
    private final GroupId group;
    private final ActorRef<HeartbeatHub.Message> heartbeats;
    private final Map<NodeId, ActorRef<RaftInput>> peers = new HashMap<>();
    private final Map<NodeId, ActorRef<SnapshotTransfer>> snapshots = new ConcurrentHashMap<>();

    /** @param heartbeats this node's hub */
    public ArteryTransport(
            ActorSystem<?> system, Members members, GroupId group, ActorRef<HeartbeatHub.Message> heartbeats) {
        this.resolver = ActorRefResolver.get(system);
        this.members = members;
        this.group = group;
        this.heartbeats = heartbeats;
    }

    @Override
    public void send(NodeId to, PeerEnvelope envelope) {
        PeerMessage message = envelope.message();
        boolean canWait = (message instanceof Heartbeat heartbeat && !heartbeat.awaited())
                || (message instanceof HeartbeatReply reply && !reply.awaited());
        if (canWait) {
            heartbeats.tell(new Outgoing(to, envelope));
        } else {
            members.contactOf(to).ifPresent(contact -> peerAt(to, contact).tell(envelope));
        }
    }

    @Override
    public void send(NodeId to, SnapshotTransfer message) {
        members.contactOf(to).ifPresent(contact -> snapshotsAt(to, contact).tell(message));
    }

    private ActorRef<SnapshotTransfer> snapshotsAt(NodeId node, Contact contact) {
        return snapshots.computeIfAbsent(
                node, added -> resolver.resolveActorRef(members.snapshotsPath(group, contact)));
    }

    private ActorRef<RaftInput> peerAt(NodeId node, Contact contact) {
        return peers.computeIfAbsent(node, added -> resolver.resolveActorRef(members.raftPath(group, contact)));
    }
}
