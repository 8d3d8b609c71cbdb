package org.uitto.testkit;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.event.Logging;
import scala.Function0;
import scala.concurrent.BlockContext;
import scala.concurrent.CanAwait;

/**
 * An actor system in a simulated world. It needs no shutting down: it holds no thread and nothing outside the heap, and
 * is gone with its world.
 */
public final class SimulatedSystem {
    private final ActorSystem<Spawn<?>> system;

    private SimulatedSystem(ActorSystem<Spawn<?>> system) {
        this.system = system;
    }

    /** The actor system; its guardian takes no messages from users. */
    public ActorSystem<?> system() {
        return system;
    }

    /**
     * Spawns an actor that belongs to no node, below {@code /user}. It starts within the steps that follow.
     *
     * @param spawned gets the actor's reference, in a step of the world
     */
    public <T> void spawn(String name, Behavior<T> behavior, Consumer<ActorRef<T>> spawned) {
        system.tell(new Spawn<>(name, behavior, spawned, () -> true));
    }

    /**
     * Starts {@code node}, with {@code behavior} as the top actor of its new incarnation. All that belongs to the node
     * has to be below that actor.
     *
     * @param started gets the top actor's reference, in a step of the world, unless the node has died by then
     */
    public <T> void start(SimulatedNode node, Behavior<T> behavior, Consumer<ActorRef<T>> started) {
        String name = node.begin();
        int number = node.incarnationNumber();
        BooleanSupplier alive = () -> node.isUp() && node.incarnationNumber() == number;
        system.tell(new Spawn<>(name, behavior, started, alive));
    }

    static SimulatedSystem boot(World world, SimulationConfig config) {
        ActorSystemSetup setup = ActorSystemSetup.create(
                BootstrapSetup.create().withConfig(config.config()).withClassloader(config.loader()),
                new WorldSetup(world));
        SimulatedScheduler.handOver(world);
        try {
            ActorSystem<Spawn<?>> system = BlockContext.withBlockContext(
                    new DrainingBlockContext(world), () -> ActorSystem.create(guardian(), "simulation", setup));
            Adapter.toClassic(system).eventStream().subscribe(new FailedActors(world), Logging.Error.class);
            world.drain();
            return new SimulatedSystem(system);
        } finally {
            SimulatedScheduler.handOver(null);
        }
    }

    /** Takes away the actors of {@code dead} that are in this system. */
    void bury(Incarnation dead) {
        if (Adapter.toClassic(system) instanceof ExtendedActorSystem classic) {
            CellUndertaker.buryChild(classic.guardian(), dead.actorName());
        }
    }

    private static Behavior<Spawn<?>> guardian() {
        return Behaviors.receive((context, spawn) -> {
            if (spawn.wanted().getAsBoolean()) {
                spawnIn(context, spawn);
            }
            return Behaviors.same();
        });
    }

    private static <T> void spawnIn(ActorContext<Spawn<?>> context, Spawn<T> spawn) {
        spawn.spawned().accept(context.spawn(spawn.behavior(), spawn.name()));
    }

    /** Asks the guardian for a child, if it is still {@code wanted} when that is handled. */
    private record Spawn<T>(String name, Behavior<T> behavior, Consumer<ActorRef<T>> spawned, BooleanSupplier wanted) {}

    /** Lets the world run what an {@code Await} waits for, since there is no other thread that could. */
    private static final class DrainingBlockContext implements BlockContext {
        private final World world;

        DrainingBlockContext(World world) {
            this.world = world;
        }

        @Override
        public <T> T blockOn(Function0<T> thunk, CanAwait permission) {
            world.drain();
            return thunk.apply();
        }
    }
}
