package org.uitto.lease;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.uitto.Raft;
import org.uitto.ReplicatedActor;

/**
 * The leases that the members of the cluster keep. On a member this extension runs a replica of them; a lease that is used
 * there brings it along. Members that use no lease themselves should run one too, for a majority has to:
 *
 * <pre>{@code pekko.actor.typed.extensions = ["org.uitto.lease.Leases$Id"]}</pre>
 *
 * <p>or {@code Leases.get(system)} when the application starts. Thread-safe.
 */
public final class Leases implements Extension {
    private static final Id ID = new Id();

    private final ActorSystem<?> system;
    private final ActorRef<LeaseCommand> registry;
    private final AtomicLong keeperCount = new AtomicLong();

    private Leases(ActorSystem<?> system) {
        this.system = system;
        String group = system.settings().config().getString("uitto.lease.group");
        Raft raft = Raft.get(system);
        this.registry = raft.node().isPresent()
                ? raft.start(ReplicatedActor.of(group, () -> new LeaseRegistry(System::nanoTime)))
                : raft.ref(LeaseCommand.class, group);
    }

    /** The leases of {@code system}'s cluster. */
    public static Leases get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    ActorRef<LeaseCommand> registry() {
        return registry;
    }

    ActorRef<LeaseKeeper.Input> startKeeper(Behavior<LeaseKeeper.Input> keeper) {
        return system.systemActorOf(
                keeper,
                "uitto-lease-keeper-" + keeperCount.incrementAndGet(),
                DispatcherSelector.fromConfig("pekko.actor.internal-dispatcher")); // Where no application blocks.
    }

    /** Finds the extension, by its name in {@code pekko.actor.typed.extensions} too. */
    public static final class Id extends ExtensionId<Leases> {
        private Id() {}

        /** Called by Pekko. */
        public static Id getInstance() {
            return ID;
        }

        @Override
        public Leases createExtension(ActorSystem<?> system) {
            return new Leases(system);
        }
    }
}
