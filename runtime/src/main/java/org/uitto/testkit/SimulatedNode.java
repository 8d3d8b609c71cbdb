package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;

/**
 * A machine in the simulated world: it starts, can be paused, dies at any step, and starts again. Its actors are those
 * below {@code /user/<node>-<incarnation>}; each start is a new incarnation with a new top actor.
 *
 * <p>After {@link #kill()} nothing of that incarnation runs any more, not even {@code postStop}: its mailboxes are cut,
 * its timers never fire, what it still sends is lost. Its actors are then taken away, so that a long run with many
 * crashes does not fill the memory.
 */
public final class SimulatedNode {
    private final World world;
    private final NodeId id;
    private final NodeClock clock;
    private final List<Runnable> deathListeners = new ArrayList<>();
    private @Nullable Incarnation incarnation;
    private int incarnationCount;
    private boolean paused;

    SimulatedNode(World world, NodeId id) {
        this.world = world;
        this.id = id;
        this.clock = new NodeClock(world);
    }

    /** The node's name. */
    public NodeId id() {
        return id;
    }

    /** The node's clock; one for all its incarnations. */
    public NodeClock clock() {
        return clock;
    }

    /** True from {@link #begin()} to {@link #kill()}, also while paused. */
    public boolean isUp() {
        return incarnation != null;
    }

    /** True from {@link #pause()} to {@link #resume()} or the node's death. */
    public boolean isPaused() {
        return paused;
    }

    /** How often the node has started: 1 during its first life, 0 before. */
    public int incarnationNumber() {
        return incarnationCount;
    }

    /**
     * Starts the node: from now on the actors below {@code /user/<returned name>} are its own. Whoever calls it spawns a
     * top actor of that name; {@link SimulatedSystem#start} does both.
     */
    public String begin() {
        if (incarnation != null) {
            throw new IllegalStateException("Node " + id + " is up already; kill it before it starts again");
        }
        incarnationCount++;
        Incarnation begun = new Incarnation(this, incarnationCount);
        incarnation = begun;
        world.register(begun);
        world.trace().add("start " + begun.actorName());
        return begun.actorName();
    }

    /**
     * The node dies now, in the midst of whatever it is doing: also when it is called from a step of its own, from which
     * nothing that follows has an effect. Does nothing if the node is down.
     */
    public void kill() {
        Incarnation killed = incarnation;
        if (killed == null) {
            return;
        }
        world.trace().add("kill " + killed.actorName());
        killed.die();
        incarnation = null;
        paused = false;
        world.bury(killed);
        for (Runnable listener : List.copyOf(deathListeners)) {
            listener.run();
        }
    }

    /** Holds the node: its actors and timers stand still until {@link #resume()}, while the world goes on. */
    public void pause() {
        if (incarnation != null && !paused) {
            world.trace().add("pause " + id);
            paused = true;
        }
    }

    /** Lets a paused node go on: what was held runs now, and timers that were missed fire late. */
    public void resume() {
        if (paused) {
            world.trace().add("resume " + id);
            paused = false;
            current().ifPresent(world::requeueHeld);
        }
    }

    /** Has {@code listener} called at each death of this node, after its actors were cut off. */
    public void onDeath(Runnable listener) {
        deathListeners.add(listener);
    }

    Optional<Incarnation> current() {
        return Optional.ofNullable(incarnation);
    }

    @Override
    public String toString() {
        return id + "-" + incarnationCount + (isUp() ? paused ? " (paused)" : "" : " (down)");
    }
}
