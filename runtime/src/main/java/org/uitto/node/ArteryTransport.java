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
import org.uitto.log.Configuration;
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
    private final GroupContacts contacts;
    private final ActorRef<HeartbeatHub.Message> heartbeats;
    private final Map<Contact, ActorRef<RaftInput>> peers = new HashMap<>();
    private final Map<Contact, ActorRef<SnapshotTransfer>> snapshots = new ConcurrentHashMap<>();

    /**
     * The ways of {@code group}'s messages.
     *
     * @param contacts where its nodes are
     * @param heartbeats this node's hub
     */
    public ArteryTransport(
            ActorSystem<?> system,
            Members members,
            GroupId group,
            GroupContacts contacts,
            ActorRef<HeartbeatHub.Message> heartbeats) {
        this.resolver = ActorRefResolver.get(system);
        this.members = members;
        this.group = group;
        this.contacts = contacts;
        this.heartbeats = heartbeats;
    }

    @Override
    public void heardFrom(NodeId node, String contact) {
        contacts.heardFrom(node, contact);
    }

    @Override
    public void onConfiguration(Configuration configuration) {
        contacts.onConfiguration(configuration);
    }

    @Override
    public void send(NodeId to, PeerEnvelope envelope) {
        PeerMessage message = envelope.message();
        boolean canWait = (message instanceof Heartbeat heartbeat && !heartbeat.awaited())
                || (message instanceof HeartbeatReply reply && !reply.awaited());
        contacts.contactOf(to).ifPresent(contact -> {
            if (canWait) {
                heartbeats.tell(new Outgoing(contact, envelope));
            } else {
                peers.computeIfAbsent(contact, this::peerAt).tell(envelope);
            }
        });
    }

    @Override
    public void send(NodeId to, SnapshotTransfer message) {
        contacts.contactOf(to)
                .ifPresent(contact ->
                        snapshots.computeIfAbsent(contact, this::snapshotsAt).tell(message));
    }

    private ActorRef<SnapshotTransfer> snapshotsAt(Contact contact) {
        return resolver.resolveActorRef(members.snapshotsPath(group, contact));
    }

    private ActorRef<RaftInput> peerAt(Contact contact) {
        return resolver.resolveActorRef(members.raftPath(group, contact));
    }
}
