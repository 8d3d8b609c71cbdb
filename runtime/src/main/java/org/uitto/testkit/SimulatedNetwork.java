package org.uitto.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.uitto.log.NodeId;

/**
 * The network of a world: at most once, in no order, and cut where the test says. Ends are named by node; an end that was
 * never started as a node, such as a client, is always up.
 *
 * <p>Partitions are one-way at the bottom: a link from one node to another is cut or not, whatever the way back does. A
 * message is stopped if its link is cut when it is sent or when it would arrive.
 */
public final class SimulatedNetwork {
    private final World world;
    private final SeededRandom random;
    private final Map<Link, LinkState> links = new HashMap<>();
    private final Set<NodeId> isolated = new TreeSet<>();
    private final Map<MessageFate, Long> counts = new EnumMap<>(MessageFate.class);
    private NetworkConditions conditions = NetworkConditions.calm();
    private BiConsumer<NodeId, Object> beforeEach = (from, message) -> {};

    SimulatedNetwork(World world) {
        this.world = world;
        this.random = world.random("network");
    }

    /** A way from one node to another. */
    public record Link(NodeId from, NodeId to) {
        /** The way back. */
        public Link reversed() {
            return new Link(to, from);
        }
    }

    private static final class LinkState {
        private boolean cut;
        private long extraNanos;
        private long sentCount;
        private long newestDelivered;
    }

    /**
     * Sends a message. Each time it arrives, {@code deliver} gets it, in a step of the world; never within this call.
     *
     * @param from the sender; if it is a node that is down, or whose dead incarnation's last step calls this, the message
     *     is not sent
     */
    public <M> void send(NodeId from, NodeId to, M message, Consumer<? super M> deliver) {
        tally(MessageFate.SENT);
        if (!world.isGhost(from) && !isDown(from)) {
            beforeEach.accept(from, message);
        }
        if (world.isGhost(from) || isDown(from)) {
            tally(MessageFate.SENDER_DEAD);
            return;
        }
        Link link = new Link(from, to);
        LinkState state = state(link);
        long sequence = ++state.sentCount;
        boolean lost = random.chance(conditions.loss());
        boolean twice = random.chance(conditions.duplication());
        if (isCut(link, state)) {
            tally(MessageFate.CUT);
        } else if (lost) {
            tally(MessageFate.LOST);
        } else {
            transmit(link, state, sequence, message, deliver);
            if (twice) {
                tally(MessageFate.DUPLICATED);
                transmit(link, state, sequence, message, deliver);
            }
        }
    }

    /** Has {@code hook} called before each message of a living sender leaves; the sender may die in it. */
    void beforeEach(BiConsumer<NodeId, Object> hook) {
        beforeEach = hook;
    }

    /** Sets what becomes of messages from now on. */
    public void conditions(NetworkConditions conditions) {
        this.conditions = conditions;
    }

    /** What becomes of messages now. */
    public NetworkConditions conditions() {
        return conditions;
    }

    /** Cuts one link, one way. */
    public void cut(Link link) {
        world.trace().add("cut " + link);
        state(link).cut = true;
    }

    /** Restores one link, one way. */
    public void restore(Link link) {
        world.trace().add("restore " + link);
        state(link).cut = false;
    }

    /** Cuts all links between {@code side} and {@code otherSide}, both ways; others, and those cut before, stay. */
    public void partition(Collection<NodeId> side, Collection<NodeId> otherSide) {
        for (NodeId one : side) {
            for (NodeId other : otherSide) {
                if (!one.equals(other)) {
                    Link link = new Link(one, other);
                    cut(link);
                    cut(link.reversed());
                }
            }
        }
    }

    /** Cuts {@code node} off from all others, also from those that were never heard of, until it is healed. */
    public void isolate(NodeId node) {
        world.trace().add("isolate " + node);
        isolated.add(node);
    }

    /** Ends the isolation of {@code node}; links that were cut one by one stay cut. */
    public void rejoin(NodeId node) {
        world.trace().add("rejoin " + node);
        isolated.remove(node);
    }

    /** Makes every message on {@code link} take {@code extra} longer; zero makes it as fast as the others. */
    public void slow(Link link, Duration extra) {
        world.trace().add("slow " + link, extra.toNanos());
        state(link).extraNanos = extra.toNanos();
    }

    /** Restores all links, slow and isolated ones too. The conditions stay. */
    public void healAll() {
        world.trace().add("heal all");
        isolated.clear();
        for (LinkState state : links.values()) {
            state.cut = false;
            state.extraNanos = 0;
        }
    }

    /** True if messages on {@code link} are stopped now. */
    public boolean isCut(Link link) {
        return isCut(link, state(link));
    }

    private boolean isCut(Link link, LinkState state) {
        return state.cut || (!isolated.isEmpty() && (isolated.contains(link.from()) || isolated.contains(link.to())));
    }

    /** How many messages met {@code fate} so far. */
    public long count(MessageFate fate) {
        return counts.getOrDefault(fate, 0L);
    }

    private <M> void transmit(Link link, LinkState state, long sequence, M message, Consumer<? super M> deliver) {
        long delayNanos = random.between(conditions.minDelayNanos(), conditions.maxDelayNanos());
        if (random.chance(conditions.slowness())) {
            tally(MessageFate.SLOW);
            delayNanos += random.between(0, conditions.slowDelayNanos());
        }
        delayNanos += state.extraNanos;
        world.after(delayNanos, () -> arrive(link, state, sequence, message, deliver));
    }

    private <M> void arrive(Link link, LinkState state, long sequence, M message, Consumer<? super M> deliver) {
        if (isCut(link, state)) {
            tally(MessageFate.CUT);
        } else if (isDown(link.to())) {
            tally(MessageFate.RECEIVER_DOWN);
        } else {
            tally(MessageFate.DELIVERED);
            if (sequence < state.newestDelivered) {
                tally(MessageFate.OVERTAKEN);
            }
            state.newestDelivered = Math.max(state.newestDelivered, sequence);
            deliver.accept(message);
        }
    }

    private boolean isDown(NodeId id) {
        SimulatedNode node = world.node(id);
        return node.incarnationNumber() > 0 && !node.isUp();
    }

    private LinkState state(Link link) {
        return links.computeIfAbsent(link, missing -> new LinkState());
    }

    private void tally(MessageFate fate) {
        counts.merge(fate, 1L, Long::sum);
    }
}
