package org.uitto.node;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.Quiescent;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.log.store.SnapshotTransfer;
import org.uitto.node.HeartbeatHub.Outgoing;
import org.uitto.node.HeartbeatHub.Quiesces;
import org.uitto.node.HeartbeatHub.Wakes;
import org.uitto.role.PeerTransport;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.PeerEnvelope;

/**
 * Carries one group's messages over Pekko remoting, from actor to actor. Peers are found by node id and path, never by a
 * remembered actor: a node that restarts is the same peer. One that has not spoken yet is reached by a selection. Used by the actor that takes part in the group, and for
 * snapshots by the one that keeps them.
 *
 * <p>Heartbeats that nobody waits for take the way over {@link HeartbeatHub}.
 */
public final class ArteryTransport implements PeerTransport {
    private final ActorSystem<?> system;
    private final ActorRefResolver resolver;
    private final Members members;
    private final GroupId group;
    private final GroupContacts contacts;
    private final ActorRef<HeartbeatHub.Message> heartbeats;
    private final Map<ReplicaAddress, ActorRef<RaftInput>> peers = new HashMap<>();
    private final Map<ReplicaAddress, ActorRef<SnapshotTransfer>> snapshots = new ConcurrentHashMap<>();

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
        this.system = system;
        this.resolver = ActorRefResolver.get(system);
        this.members = members;
        this.group = group;
        this.contacts = contacts;
        this.heartbeats = heartbeats;
    }

    @Override
    public void heardFrom(NodeId node, String address) {
        contacts.heardFrom(node, address);
    }

    @Override
    public void onConfiguration(Configuration configuration) {
        contacts.onConfiguration(configuration);
    }

    @Override
    public void quiesce(Quiescent quiescent, SortedSet<NodeId> followers, ActorRef<RaftInput> raft) {
        List<Contact> contactsOfFollowers = followers.stream()
                .flatMap(follower -> contacts.addressOf(follower).stream())
                .map(ReplicaAddress::contact)
                .toList();
        heartbeats.tell(new Quiesces(group, quiescent, contactsOfFollowers, raft));
    }

    @Override
    public void wake() {
        heartbeats.tell(new Wakes(group));
    }

    @Override
    public void send(NodeId to, PeerEnvelope envelope) {
        PeerMessage message = envelope.message();
        boolean canWait = (message instanceof Heartbeat heartbeat && !heartbeat.awaited())
                || (message instanceof HeartbeatReply reply && !reply.awaited());
        contacts.addressOf(to).ifPresent(address -> {
            if (canWait) {
                heartbeats.tell(new Outgoing(address.contact(), envelope));
            } else if (address.isExact()) {
                peers.computeIfAbsent(address, this::peerAt).tell(envelope);
            } else {
                select(members.raftPath(group, address), envelope);
            }
        });
    }

    @Override
    public void send(NodeId to, SnapshotTransfer message) {
        contacts.addressOf(to).ifPresent(address -> {
            if (address.isExact()) {
                snapshots.computeIfAbsent(address, this::snapshotsAt).tell(message);
            } else {
                select(members.snapshotsPath(group, address), message);
            }
        });
    }

    private void select(String pattern, Object message) {
        Adapter.toClassic(system).actorSelection(pattern).tell(message, org.apache.pekko.actor.ActorRef.noSender());
    }

    private ActorRef<SnapshotTransfer> snapshotsAt(ReplicaAddress address) {
        return resolver.resolveActorRef(members.snapshotsPath(group, address));
    }

    private ActorRef<RaftInput> peerAt(ReplicaAddress address) {
        return resolver.resolveActorRef(members.raftPath(group, address));
    }
}
