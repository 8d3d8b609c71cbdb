package org.uitto;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.uitto.log.GroupId;
import org.uitto.node.Contact;
import org.uitto.node.ReplicaAddress;
import org.uitto.replicated.KnownContacts;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaLocator;

/**
 * Finds the replicas of a group: at first at the members and contact points of the settings, {@code host:port}, then where they
 * say that the leader is, {@code host:port~start}.
 */
final class RemoteReplicas implements ReplicaLocator {
    private final ActorSystem<?> system;
    private final ActorRefResolver resolver;
    private final UittoSettings settings;
    private final GroupId group;
    private final KnownContacts contacts;
    private final Map<String, ActorRef<ReplicaInput>> remote = new ConcurrentHashMap<>();

    RemoteReplicas(ActorSystem<?> system, UittoSettings settings, GroupId group) {
        this(system, settings, group, new KnownContacts(settings.contacts()));
    }

    /** @param contacts where replicas may be; learns where others are */
    RemoteReplicas(ActorSystem<?> system, UittoSettings settings, GroupId group, KnownContacts contacts) {
        this.system = system;
        this.resolver = ActorRefResolver.get(system);
        this.settings = settings;
        this.group = group;
        this.contacts = contacts;
        if (contacts.all().isEmpty()) {
            throw InvalidSettings.at(
                    system.settings().config(),
                    "uitto.contact-points",
                    "nobody to ask for the leader of " + group
                            + ". Name at least one member here as host:port, or all of them in uitto.members.");
        }
    }

    @Override
    public List<String> contacts() {
        return contacts.all();
    }

    @Override
    public void learn(List<String> members) {
        contacts.learn(members);
    }

    @Override
    public Optional<String> own() {
        return settings.self().map(Contact::toString);
    }

    @Override
    public ActorRef<ReplicaInput> at(String contact) {
        ActorRef<ReplicaInput> known = remote.get(contact);
        if (known != null) {
            return known;
        }
        ReplicaAddress address = ReplicaAddress.parse(contact).orElseThrow();
        // Without the number of its start this refers to nobody, though to nobody in the right actor system.
        ActorRef<ReplicaInput> found =
                resolver.resolveActorRef(settings.members().exactReplicaPath(group, address));
        if (!isLocal(found)) { // A local ref is one of this very actor; before it has started there is none.
            remote.put(contact, found);
        }
        return found;
    }

    @Override
    public void ask(String contact, ReplicaInput question) {
        selection(contact).tell(question, org.apache.pekko.actor.ActorRef.noSender());
    }

    /**
     * The replica at {@code contact}, by name. Artery quarantines the address of a system that has stopped in good order, until
     * the one that is started there next is heard of; only a message to a selection goes there all the same. Whoever is not
     * contacted by the nodes themselves would else never reach them again.
     */
    ActorSelection selection(String contact) {
        ReplicaAddress address = ReplicaAddress.parse(contact).orElseThrow();
        return Adapter.toClassic(system).actorSelection(settings.members().replicaPath(group, address));
    }
}
