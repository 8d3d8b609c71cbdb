package org.uitto.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.dispatch.Mailbox;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;

/**
 * A world in which everything that happens follows from a seed: one thread, a virtual clock, and at each step one task
 * drawn from those that could run. A mailbox with messages is such a task; it handles one message a step.
 *
 * <p>Time stands still while anything can run, then jumps to the next timed event. Worlds know nothing of each other:
 * several may be run at once, each on its own thread, the one that made it. Any other thread that touches a world fails
 * its run.
 *
 * <p>An exception that no actor or task handled ends the run with a {@link SimulationFailure}, although Pekko's
 * supervision would have gone on, unless it is {@linkplain #expect expected}.
 */
public final class World {
    private final long seed;
    private final Thread thread = Thread.currentThread();
    private final Trace trace = new Trace();
    private final SeededRandom order;
    private final RunQueue runnable = new RunQueue();
    private final TimedQueue timed = new TimedQueue();
    private final Population population = new Population(this);
    private final List<Predicate<Throwable>> expected = new ArrayList<>();
    private final SimulatedNetwork network;
    private final SimulatedDisks disks;
    private final List<SimulatedSystem> systems = new ArrayList<>();
    private volatile @Nullable SimulationFailure failure;
    private @Nullable Incarnation running;
    private int depth;
    private long nowNanos;
    private long steps;

    private World(long seed) {
        this.seed = seed;
        this.order = random("order of runs");
        this.network = new SimulatedNetwork(this);
        this.disks = new SimulatedDisks(this);
    }

    /** A new world, to be run by the calling thread. */
    public static World ofSeed(long seed) {
        return new World(seed);
    }

    /** The number that everything in this world follows from. */
    public long seed() {
        return seed;
    }

    /** The virtual time in nanoseconds since the world began. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many tasks have run. */
    public long steps() {
        return steps;
    }

    /** What has happened. */
    public Trace trace() {
        return trace;
    }

    /** A stream of random numbers for one consumer: a function of the seed and {@code name}, equal for equal names. */
    public SeededRandom random(String name) {
        return SeededRandom.named(seed, name);
    }

    /** The node of that name; it is down until it is started. */
    public SimulatedNode node(NodeId id) {
        return population.node(id);
    }

    /** The network between the nodes. */
    public SimulatedNetwork network() {
        return network;
    }

    /** The disks of the nodes. */
    public SimulatedDisks disks() {
        return disks;
    }

    /** Starts an actor system in this world, without letting time pass. */
    public SimulatedSystem boot(SimulationConfig config) {
        requireOwnThread();
        SimulatedSystem system = SimulatedSystem.boot(this, config);
        systems.add(system);
        throwIfFailed();
        return system;
    }

    /** Has {@code task} run {@code delayNanos} from now; at once, before time goes on, if that is 0 or less. */
    public Timed after(long delayNanos, Runnable task) {
        requireOwnThread();
        return timed.add(nowNanos + Math.max(0, delayNanos), task, null);
    }

    /** Has {@code task} run after {@code delay}. */
    public Timed after(Duration delay, Runnable task) {
        return after(delay.toNanos(), task);
    }

    /** Runs everything that happens within {@code time} from now. */
    public void runFor(Duration time) {
        runUntil(() -> false, time);
    }

    /**
     * Runs until {@code done} holds, which is asked after every step, or {@code limit} from now has passed.
     *
     * @return whether it holds
     */
    public boolean runUntil(BooleanSupplier done, Duration limit) {
        requireOwnThread();
        throwIfFailed();
        long endNanos = nowNanos + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (runnable.size() > 0) {
                step();
            } else {
                TimedQueue.Entry due = timed.pollUntil(endNanos);
                if (due == null) {
                    nowNanos = endNanos;
                    return done.getAsBoolean();
                }
                nowNanos = due.atNanos();
                fire(due);
            }
            throwIfFailed();
        }
        return true;
    }

    /** Lets exceptions that {@code kind} accepts pass: they don't end the run. Pekko's supervision deals with them. */
    public void expect(Predicate<Throwable> kind) {
        expected.add(kind);
    }

    /** Ends the run: the step under way is the last. The first failure is kept. */
    public void fail(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            Throwable known = each;
            if (known instanceof SimulatedFault
                    || known instanceof SimulatedDamage
                    || expected.stream().anyMatch(kind -> kind.test(known))) {
                return;
            }
        }
        if (failure == null) {
            failure = new SimulationFailure(this, cause);
        }
    }

    void execute(Runnable task) {
        requireOwnThread();
        if (task instanceof Mailbox mailbox) {
            Incarnation owner = population.ownerOf(mailbox);
            if (owner != null && owner.isPaused()) {
                owner.hold(mailbox);
            } else {
                runnable.add(mailbox, owner);
            }
        } else {
            runnable.add(task, running);
        }
    }

    /** A timer of whoever runs now: of a node, it goes by the node's clock, waits while it is paused, dies with it. */
    Timed timer(long delayNanos, Runnable task) {
        requireOwnThread();
        Incarnation owner = running;
        long virtualNanos = owner == null ? delayNanos : owner.node().clock().toVirtual(delayNanos);
        return timed.add(nowNanos + Math.max(0, virtualNanos), task, owner);
    }

    /** How many tasks could run now. */
    int runnableCount() {
        return runnable.size();
    }

    /** Runs all that can run now; time does not go on. */
    void drain() {
        while (runnable.size() > 0 && failure == null) {
            step();
        }
    }

    void register(Incarnation incarnation) {
        requireOwnThread();
        population.register(incarnation);
    }

    /** Takes the actors of {@code dead} away, at the end of the step under way if there is one. */
    void bury(Incarnation dead) {
        requireOwnThread();
        population.bury(dead);
        if (depth == 0) {
            buryTheDead();
        }
    }

    /** Lets what was held back run, as the node goes on. */
    void requeueHeld(Incarnation incarnation) {
        for (Runnable held : incarnation.release()) {
            runnable.add(held, incarnation);
        }
    }

    /** True if a step of a dead incarnation of {@code node} is under way: what it does has no effect. */
    boolean isGhost(NodeId node) {
        Incarnation now = running;
        return now != null && now.isDead() && now.node().id().equals(node);
    }

    /** True if {@code path} is that of an actor of a dead incarnation. */
    boolean isGhost(ActorPath path) {
        Incarnation owner = population.ownerOf(path);
        return owner != null && owner.isDead();
    }

    private void step() {
        int count = runnable.size();
        int index = count == 1 ? 0 : order.below(count);
        Runnable task = runnable.task(index);
        Incarnation owner = runnable.owner(index);
        runnable.remove(index);
        if (owner != null && owner.isPaused() && task instanceof Mailbox) {
            owner.hold(task);
            return;
        }
        trace.add(((long) count << 32) | index);
        if (task instanceof Mailbox mailbox) {
            FailedActors.reportTo(this, mailbox);
            if (failure != null) {
                return;
            }
        }
        run(task, owner);
    }

    private void fire(TimedQueue.Entry due) {
        Incarnation owner = due.owner();
        if (owner != null && owner.isDead()) {
            return;
        }
        if (owner != null && owner.isPaused()) {
            owner.hold(due.task());
            return;
        }
        trace.add(nowNanos);
        run(due.task(), owner);
    }

    private void run(Runnable task, @Nullable Incarnation owner) {
        Incarnation before = running;
        running = owner;
        depth++;
        steps++;
        ThreadChance.seed(SeededRandom.mix(seed ^ SeededRandom.mix(steps)));
        try {
            task.run();
        } catch (Throwable e) {
            fail(e);
        } finally {
            depth--;
            running = before;
        }
        if (depth == 0) {
            buryTheDead();
        }
    }

    /** A dead node's mailboxes run on only to take their actors away, so those that were held have to run, too. */
    private void buryTheDead() {
        for (Incarnation dead = population.nextUnburied(); dead != null; dead = population.nextUnburied()) {
            for (Runnable held : dead.release()) {
                if (held instanceof Mailbox) {
                    runnable.add(held, dead);
                }
            }
            timed.removeAllOf(dead);
            for (SimulatedSystem system : systems) {
                system.bury(dead);
            }
        }
    }

    private void throwIfFailed() {
        SimulationFailure failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    private void requireOwnThread() {
        if (Thread.currentThread() != thread) {
            IllegalStateException stranger =
                    new IllegalStateException("Thread " + Thread.currentThread().getName()
                            + " touched the world of seed " + seed + ", which only thread " + thread.getName()
                            + " may: what is simulated must not start threads or complete futures on other executors");
            failure = new SimulationFailure(this, stranger);
            throw stranger;
        }
    }
}
