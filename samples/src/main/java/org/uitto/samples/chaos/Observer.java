package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Replicas;
import org.uitto.samples.cluster.SampleActor;

/** Asks all nodes again and again how they are, and remembers what they were. In a thread of its own. */
final class Observer implements AutoCloseable {
    static final List<SampleActor> ACTORS = List.of(SampleActor.KV, SampleActor.COUNTER);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(600);
    private static final Set<Role> TAKES_PART = Set.of(Role.FOLLOWER, Role.LEADER);

    /** What a node is as seen from outside: a role, or no answer, or no process. */
    enum Part {
        LEADER,
        FOLLOWER,
        CANDIDATE,
        RECOVERING,
        HALTED,
        SILENT,
        DOWN
    }

    /**
     * What a node was in the group of the keyed store from a moment on.
     *
     * @param sinceNanos from the start of the run
     * @param term of a leader; 0 if it leads nothing
     */
    record Seen(long sinceNanos, String node, Part part, long term) {}

    private final LocalCluster cluster;
    private final ActorSystem<?> system;
    private final long startNanos;
    private final Thread thread = new Thread(this::observe, "observer");
    private final Map<String, Seen> last = new HashMap<>();
    private final List<Seen> history = new ArrayList<>();
    private final Map<SampleActor, Replicas> now = new HashMap<>();
    private long lookCount;
    private volatile boolean ended;

    /** Asks through {@code system}; times are counted from {@code startNanos}. */
    Observer(LocalCluster cluster, ActorSystem<?> system, long startNanos) {
        this.cluster = cluster;
        this.system = system;
        this.startNanos = startNanos;
        thread.setDaemon(true);
        thread.start();
    }

    private void observe() {
        try {
            while (!ended) {
                CompletableFuture<Replicas> store = Replicas.ask(system, cluster, SampleActor.KV, ANSWER_WITHIN);
                CompletableFuture<Replicas> counter = Replicas.ask(system, cluster, SampleActor.COUNTER, ANSWER_WITHIN);
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
                remember(store.join(), counter.join());
            }
        } catch (InterruptedException e) {
            // Then it is over.
        }
    }

    private synchronized void remember(Replicas store, Replicas counter) {
        now.put(SampleActor.KV, store);
        now.put(SampleActor.COUNTER, counter);
        lookCount++;
        long nanos = System.nanoTime() - startNanos;
        for (String node : cluster.nodes()) {
            Seen seen = seen(nanos, node, store);
            Seen before = last.get(node);
            if (before == null || before.part() != seen.part() || before.term() != seen.term()) {
                last.put(node, seen);
                history.add(seen);
            }
        }
    }

    private Seen seen(long nanos, String node, Replicas store) {
        Optional<ReplicaStatus> status = store.of(node);
        if (!cluster.isRunning(node)) {
            return new Seen(nanos, node, Part.DOWN, 0);
        } else if (status.isEmpty()) {
            return new Seen(nanos, node, Part.SILENT, 0);
        }
        Role role = status.get().group().role();
        Part part = switch (role) {
            case LEADER -> Part.LEADER;
            case FOLLOWER -> Part.FOLLOWER;
            case PRE_CANDIDATE, CANDIDATE -> Part.CANDIDATE;
            case HALTED -> Part.HALTED;
            default -> Part.RECOVERING; // It is there, and has no say yet.
        };
        return new Seen(
                nanos, node, part, part == Part.LEADER ? status.get().group().term() : 0);
    }

    /** How often it has looked. What is so now is seen for certain when this has grown by two. */
    synchronized long lookCount() {
        return lookCount;
    }

    /** Who leads the group of the keyed store, as far as anybody says. */
    synchronized Optional<String> leader() {
        return replicas(SampleActor.KV).leader();
    }

    /** Whether {@code node} takes part in all groups. */
    synchronized boolean takesPart(String node) {
        return ACTORS.stream()
                .allMatch(actor -> replicas(actor)
                        .of(node)
                        .filter(status -> TAKES_PART.contains(status.group().role()))
                        .filter(status -> status.group().leader().isPresent())
                        .isPresent());
    }

    /** Whether {@code node} has said that it takes no part any more. */
    synchronized boolean hasHalted(String node) {
        return ACTORS.stream()
                .anyMatch(actor -> replicas(actor)
                        .of(node)
                        .filter(status -> status.group().role() == Role.HALTED)
                        .isPresent());
    }

    /** Whether every node takes part in all groups, and all agree who leads. */
    synchronized boolean isHealthy() {
        return ACTORS.stream().allMatch(actor -> replicas(actor).areComplete())
                && cluster.nodes().stream().allMatch(this::takesPart);
    }

    /** Whether all replicas have applied the same. */
    synchronized boolean haveAppliedTheSame() {
        return ACTORS.stream().allMatch(actor -> replicas(actor).haveAppliedTheSame());
    }

    /** Whether all replicas have the same state. */
    synchronized boolean haveTheSameState() {
        return ACTORS.stream().allMatch(actor -> replicas(actor).haveSameState());
    }

    private Replicas replicas(SampleActor actor) {
        return now.getOrDefault(actor, Replicas.unknown());
    }

    /** What the nodes were so far, in the order of time. */
    synchronized List<Seen> history() {
        return List.copyOf(history);
    }

    /** How the nodes stand now, in words. */
    synchronized String words() {
        return now.toString();
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
