package org.uitto.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicationException;

/**
 * A run that a test takes through a story, step by step. When the script gets it, all nodes are up and
 * one leads. Time passes
 * only within the methods that say so; the others take effect at once. When the script ends, everything is mended, the
 * replicas must come to agree, and the history of its clients is judged.
 *
 * @param <Command> what the replicated actor is told
 */
public final class ScriptedRun<Command> {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int ATTEMPTS = 10;

    private final World world;
    private final List<NodeId> nodes;
    private final Clientele<Command> clientele;
    private final FaultInjector faults;
    private final ReplicaWatch replicas;

    ScriptedRun(
            World world,
            List<NodeId> nodes,
            Clientele<Command> clientele,
            FaultInjector faults,
            ReplicaWatch replicas) {
        this.world = world;
        this.nodes = nodes;
        this.clientele = clientele;
        this.faults = faults;
        this.replicas = replicas;
    }

    /** The nodes: {@code n1}, {@code n2} and so on. */
    public List<NodeId> nodes() {
        return nodes;
    }

    /**
     * The node that leads. Time passes until there is one that is up and can be asked.
     *
     * @throws AssertionError if there is none within a minute of the run's time
     */
    public NodeId leader() {
        for (Duration waited = Duration.ZERO; waited.compareTo(PATIENCE) < 0; waited = waited.plusMillis(200)) {
            replicas.refresh();
            if (replicas.leader().isPresent()) {
                return replicas.leader().get();
            }
        }
        throw new AssertionError("No node leads after " + PATIENCE.toSeconds() + " s");
    }

    /** A node that does not lead; time passes until one does, see {@link #leader}. */
    public NodeId follower() {
        NodeId leader = leader();
        return nodes.stream()
                .filter(node -> !node.equals(leader) && world.node(node).isUp())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No node but " + leader + " is up"));
    }

    /**
     * Has a client send a command. The answer comes as time passes; {@link Asked#reply} waits for it.
     *
     * @param client a name of the test's choice; each has a machine of its own, and names its network end too
     * @param command makes the command, given whom it is to have answered
     */
    public <R> Asked<R> ask(String client, Function<ActorRef<R>, Command> command) {
        if (!clientele.isStarted(client)) {
            clientele.start(client, () -> {});
            world.runUntil(() -> clientele.isStarted(client), PATIENCE);
        }
        CompletionStage<Object> answer =
                clientele.ask(client, replyTo -> command.apply(replyTo.narrow()), outcome -> {});
        return new Asked<>(world, answer.toCompletableFuture());
    }

    /**
     * Has a client send a command and waits for the reply. A command that had no effect, for want of a leader, is sent
     * again.
     *
     * @throws AssertionError if no reply comes
     */
    public <R> R done(String client, Function<ActorRef<R>, Command> command) {
        Asked<R> asked = ask(client, command);
        for (int attempt = 1; attempt < ATTEMPTS && asked.hadNoLeader(); attempt++) {
            asked = ask(client, command);
        }
        return asked.reply();
    }

    /** Lets time pass. */
    public void runFor(Duration time) {
        world.runFor(time);
    }

    /**
     * Lets time pass until {@code condition} holds.
     *
     * @throws AssertionError if it does not within a minute of the run's time
     */
    public void await(String what, BooleanSupplier condition) {
        if (!world.runUntil(condition, PATIENCE)) {
            throw new AssertionError("Waited in vain for " + what);
        }
    }

    /** The node dies now. */
    public void crash(NodeId node) {
        faults.crash(node);
    }

    /** The node, which is down, starts again with what is on its disk. */
    public void restart(NodeId node) {
        faults.start(node);
    }

    /** The node stands still. */
    public void pause(NodeId node) {
        faults.pause(node);
    }

    /** The node goes on. */
    public void resume(NodeId node) {
        faults.resume(node);
    }

    /** Splits the nodes: {@code side} hears no other node and is heard by none. Clients reach both sides. */
    public void partition(NodeId... side) {
        List<NodeId> one = Arrays.asList(side);
        faults.partition(one, nodes.stream().filter(node -> !one.contains(node)).toList());
    }

    /** Cuts a node off from the others and from all clients. */
    public void isolate(NodeId node) {
        faults.isolate(node);
    }

    /** Cuts one way: {@code to} does not hear {@code from} any more. */
    public void cut(NodeId from, NodeId to) {
        faults.cut(from, to);
    }

    /** Makes what {@code from} tells {@code to} come later. */
    public void slow(NodeId from, NodeId to, Duration extra) {
        faults.slowLink(from, to, extra);
    }

    /** Makes the network whole and fast. */
    public void heal() {
        faults.heal();
    }

    /** Makes the node's disk {@code factor} times as slow as it is. */
    public void slowDisk(NodeId node, int factor) {
        faults.slowDisk(node, factor);
    }

    /** Makes the node's disk hang until {@link #releaseDisk}. */
    public void stallDisk(NodeId node) {
        faults.stallDisk(node);
    }

    /** Makes the node's disk work again. */
    public void releaseDisk(NodeId node) {
        faults.releaseDisk(node);
    }

    /** The node dies and loses everything on its disk. A group bears this of less than half of its nodes. */
    public void loseDisk(NodeId node) {
        faults.loseDisk(node);
    }

    /** The node's clock goes ahead at once. */
    public void jumpClock(NodeId node, Duration ahead) {
        faults.jump(node, ahead);
    }

    /** Asks the leader to hand leadership over. */
    public void handOver() {
        faults.handOver();
    }

    /** Whether the node is up, paused or not. */
    public boolean isUp(NodeId node) {
        return world.node(node).isUp();
    }

    /** What a client has asked for. */
    public static final class Asked<R> {
        private final World world;
        private final CompletableFuture<Object> answer;

        private Asked(World world, CompletableFuture<Object> answer) {
            this.world = world;
            this.answer = answer;
        }

        /** Whether the reply, or word that there will be none, has come. */
        public boolean isDone() {
            return answer.isDone();
        }

        /** Whether it is known by now that no reply will come. */
        public boolean hasFailed() {
            return answer.isCompletedExceptionally();
        }

        private boolean hadNoLeader() {
            world.runUntil(answer::isDone, PATIENCE);
            if (!answer.isCompletedExceptionally()) {
                return false;
            }
            try {
                answer.join();
                return false;
            } catch (CompletionException e) {
                return e.getCause() instanceof ReplicationException.NotLeader;
            }
        }

        /**
         * The reply. Time passes until it has come.
         *
         * @throws AssertionError if none comes
         */
        @SuppressWarnings("unchecked") // The command was made for a ref of this class.
        public R reply() {
            if (!world.runUntil(answer::isDone, PATIENCE)) {
                throw new AssertionError("No reply came within " + PATIENCE.toSeconds() + " s");
            }
            try {
                return (R) answer.join();
            } catch (CompletionException e) {
                throw new AssertionError("No reply came: " + e.getCause(), e);
            }
        }
    }
}
