package org.uitto.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.jspecify.annotations.Nullable;
import org.uitto.log.NodeId;

/**
 * The disk of one node, with everything its actors have persisted. Requests are served in order, and one sync makes all
 * durable that had gathered when it began; only then are they acknowledged.
 *
 * <p>When the node dies, of the writes that were not yet acknowledged a prefix, drawn anew each time, survives. What was
 * acknowledged is never lost, but by {@link #wipe()}.
 */
public final class SimulatedDisk {
    private final World world;
    private final NodeId node;
    private final SeededRandom random;
    private final Map<String, StoredEvents> stored = new HashMap<>();
    private final Map<String, NavigableMap<Long, SelectedSnapshot>> snapshots = new HashMap<>();
    private final Set<String> damaged = new HashSet<>();
    private List<DiskRequest<?>> gathering = new ArrayList<>();
    private List<DiskRequest<?>> syncing = new ArrayList<>();
    private @Nullable Timed syncDone;
    private DiskConditions conditions = DiskConditions.calm();
    private boolean stalled;
    private boolean dueWhileStalled;
    private boolean failing;
    private boolean full;
    private boolean misdirecting;
    private boolean misdirected;
    private Runnable beforeEachWrite = () -> {};
    private long syncCount;
    private long lostCount;

    SimulatedDisk(World world, NodeId node) {
        this.world = world;
        this.node = node;
        this.random = world.random("disk of " + node);
    }

    /** Sets how the syncs that begin from now on go. */
    public void conditions(DiskConditions conditions) {
        this.conditions = conditions;
    }

    /** How syncs go now. */
    public DiskConditions conditions() {
        return conditions;
    }

    /** Stops acknowledging, reads too, until {@link #release()}. Writes gather meanwhile. */
    public void stall() {
        world.trace().add("stall disk of " + node);
        stalled = true;
    }

    /** Ends a stall: what was due is acknowledged now. */
    public void release() {
        world.trace().add("release disk of " + node);
        stalled = false;
        if (dueWhileStalled) {
            dueWhileStalled = false;
            finishSync();
        }
    }

    /**
     * Makes every sync fail from now on, or no longer. A failed sync fails all that it covers and all that waits behind
     * it; as on a real disk, some of it may be found after all when it is read again.
     */
    public void failWrites(boolean fail) {
        world.trace().add((fail ? "break disk of " : "mend disk of ") + node);
        failing = fail;
    }

    /**
     * Takes all room away, or gives it back. Without room writes fail and leave nothing behind, while reads go on; a
     * failed write fails all that waits behind it.
     */
    public void fill(boolean isFull) {
        world.trace().add((isFull ? "fill disk of " : "make room on disk of ") + node);
        full = isFull;
    }

    /**
     * Has the next write end up where something else was. It is acknowledged like any other; that neither it nor what was
     * there can be read is found out when somebody reads it.
     */
    public void misdirectNextWrite() {
        world.trace().add("misdirect a write of " + node);
        misdirecting = true;
    }

    /** Has no write misdirected any more. Says whether one was, since this was last asked. */
    boolean endMisdirection() {
        boolean was = misdirected;
        misdirecting = false;
        misdirected = false;
        return was;
    }

    /** Ends everything that is wrong with the disk. What it has lost stays lost. */
    void mend() {
        failWrites(false);
        fill(false);
        misdirecting = false;
        release();
    }

    /** Has {@code hook} called before each write is taken in; the node may die in it. */
    void beforeEachWrite(Runnable hook) {
        beforeEachWrite = hook;
    }

    /** Loses everything, as a disk that was replaced. The node must be down. */
    public void wipe() {
        if (world.node(node).isUp()) {
            throw new IllegalStateException("Node " + node + " is up; kill it before its disk is wiped");
        }
        world.trace().add("wipe disk of " + node);
        stored.clear();
        snapshots.clear();
        damaged.clear();
    }

    /** Makes all that the journal holds now unreadable, though not what is written under other persistence ids. */
    public void damageEvents() {
        world.trace().add("damage events of " + node);
        stored.forEach((id, events) -> {
            if (events.highestSequenceNr() > 0) {
                damaged.add(id);
            }
        });
    }

    /** Loses a part of every snapshot. */
    public void damageSnapshots() {
        world.trace().add("damage snapshots of " + node);
        snapshots.values().forEach(parts -> parts.pollFirstEntry());
    }

    /** A copy of all that is durable, to be put back with {@link #putBack}. */
    public DiskCopy copy() {
        Map<String, StoredEvents> events = new HashMap<>();
        stored.forEach((id, kept) -> events.put(id, kept.copy()));
        Map<String, NavigableMap<Long, SelectedSnapshot>> parts = new HashMap<>();
        snapshots.forEach((id, kept) -> parts.put(id, new java.util.TreeMap<>(kept)));
        return new DiskCopy(events, parts);
    }

    /** Loses everything since {@code copy} was made, and keeps nothing else. The node must be down. */
    public void putBack(DiskCopy copy) {
        wipe();
        world.trace().add("put a copy back on disk of " + node);
        copy.events().forEach((id, kept) -> stored.put(id, kept.copy()));
        copy.snapshots().forEach((id, kept) -> snapshots.put(id, new java.util.TreeMap<>(kept)));
    }

    /** What a disk held at some moment. */
    public static final class DiskCopy {
        private final Map<String, StoredEvents> events;
        private final Map<String, NavigableMap<Long, SelectedSnapshot>> snapshots;

        private DiskCopy(
                Map<String, StoredEvents> events, Map<String, NavigableMap<Long, SelectedSnapshot>> snapshots) {
            this.events = events;
            this.snapshots = snapshots;
        }

        private Map<String, StoredEvents> events() {
            return events;
        }

        private Map<String, NavigableMap<Long, SelectedSnapshot>> snapshots() {
            return snapshots;
        }
    }

    /** How many syncs were done, successfully or not. */
    public long syncCount() {
        return syncCount;
    }

    /** How many writes were lost at deaths of the node. None of them had been acknowledged. */
    public long lostCount() {
        return lostCount;
    }

    /** How many writes wait to become durable. */
    public int unsyncedCount() {
        return (int) (writeCount(syncing) + writeCount(gathering));
    }

    /** The highest sequence number that is durable for {@code persistenceId}; 0 if there is none. */
    public long durableSequenceNr(String persistenceId) {
        return events(persistenceId).highestSequenceNr();
    }

    /** What is durable in the snapshot store: by persistence id and sequence number. */
    Map<String, NavigableMap<Long, SelectedSnapshot>> snapshots() {
        return snapshots;
    }

    /** What is durable for {@code persistenceId}, to be read. */
    StoredEvents readable(String persistenceId) {
        if (damaged.contains(persistenceId)) {
            throw new SimulatedDamage(persistenceId);
        }
        return events(persistenceId);
    }

    StoredEvents events(String persistenceId) {
        return stored.computeIfAbsent(persistenceId, missing -> new StoredEvents());
    }

    /** Takes a request in, to be served with or after those that wait already. */
    void submit(DiskRequest<?> request) {
        boolean up = world.node(node).isUp();
        if (up && request.isWrite()) {
            beforeEachWrite.run();
        }
        if (up && !world.node(node).isUp()) {
            request.refuse(new SimulatedFault("Node " + node + " died before it wrote this"));
            return;
        }
        gathering.add(request);
        if (syncDone == null && !dueWhileStalled) {
            beginSync();
        }
    }

    /** The node died: keeps a prefix of what was under way and answers none of it. */
    void crash() {
        if (syncDone != null) {
            syncDone.cancel();
            syncDone = null;
        }
        dueWhileStalled = false;
        List<DiskRequest<?>> unanswered = new ArrayList<>(syncing);
        unanswered.addAll(gathering);
        syncing = new ArrayList<>();
        gathering = new ArrayList<>();
        keepPrefix(unanswered);
        SimulatedFault death = new SimulatedFault("Node " + node + " died before this was durable");
        unanswered.forEach(request -> request.refuse(death));
    }

    private void beginSync() {
        List<DiskRequest<?>> next = gathering;
        gathering = syncing;
        syncing = next;
        long delayNanos = random.between(conditions.minSyncNanos(), conditions.maxSyncNanos());
        if (random.chance(conditions.hiccup())) {
            delayNanos += random.between(0, conditions.hiccupNanos());
        }
        syncDone = world.after(delayNanos, this::syncDue);
    }

    private void syncDue() {
        syncDone = null;
        if (stalled) {
            dueWhileStalled = true;
        } else {
            finishSync();
        }
    }

    private void finishSync() {
        syncCount++;
        List<DiskRequest<?>> due = new ArrayList<>(syncing);
        syncing.clear();
        boolean fails = random.chance(conditions.failure()) || failing;
        if ((fails || full) && writeCount(due) > 0) {
            due.addAll(gathering);
            gathering.clear();
            failAll(due);
        } else {
            boolean misdirectsNow = misdirecting && writeCount(due) > 0;
            due.forEach(DiskRequest::serve);
            if (misdirectsNow) {
                misdirecting = false;
                misdirected = true;
                damageEvents();
            }
        }
        if (!gathering.isEmpty() && syncDone == null) {
            beginSync();
        }
    }

    private void failAll(List<DiskRequest<?>> due) {
        world.trace().add("failed sync of " + node);
        if (!full) {
            keepPrefix(due);
        }
        SimulatedFault fault = new SimulatedFault(
                "The simulated disk of node " + node + (full ? " has no room left" : " failed to sync"));
        for (DiskRequest<?> request : due) {
            if (request.isWrite()) {
                request.refuse(fault);
            } else {
                request.serve();
            }
        }
    }

    private void keepPrefix(List<DiskRequest<?>> unanswered) {
        List<Runnable> effects = unanswered.stream()
                .flatMap(request -> request.effects().stream())
                .toList();
        int keptCount = random.below(effects.size() + 1);
        effects.subList(0, keptCount).forEach(Runnable::run);
        lostCount += effects.size() - keptCount;
        world.trace().add("disk of " + node + " kept", keptCount);
    }

    private static long writeCount(List<DiskRequest<?>> requests) {
        return requests.stream().mapToLong(request -> request.effects().size()).sum();
    }
}
