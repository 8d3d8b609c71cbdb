package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;

/** One life of a node, from its start to its death: what its actors, timers and tasks belong to. */
final class Incarnation {
    private final SimulatedNode node;
    private final int number;
    private final List<Runnable> held = new ArrayList<>();
    private boolean dead;

    Incarnation(SimulatedNode node, int number) {
        this.node = node;
        this.number = number;
    }

    SimulatedNode node() {
        return node;
    }

    int number() {
        return number;
    }

    /** The name of the top actor of this life. */
    String actorName() {
        return node.id() + "-" + number;
    }

    boolean isDead() {
        return dead;
    }

    boolean isPaused() {
        return !dead && node.isPaused();
    }

    void die() {
        dead = true;
    }

    /** Keeps a run of a mailbox or a timer back until the node goes on. */
    void hold(Runnable task) {
        held.add(task);
    }

    /** What was kept back, oldest first; it is kept no longer. */
    List<Runnable> release() {
        List<Runnable> released = List.copyOf(held);
        held.clear();
        return released;
    }
}
