package org.uitto;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.log.GroupId;
import org.uitto.node.Members;
import org.uitto.node.ReplicaAddress;
import org.uitto.replicated.ReplicaInput;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaInput.StopReplica;
import org.uitto.replicated.TransferOutcome;

/** The replicas of one node: starts and stops them, each by itself, and knows which there are. Thread-safe. */
final class HostedGroups {
    private record Watch(GroupId group, ActorRef<ReplicaInput> replica) {}

    private record Ended(Watch watch) {}

    private final ActorSystem<?> system;
    private final Props props;
    private final Duration handOverPatience;
    private final ActorRef<Object> watcher;

    private final SortedMap<GroupId, ActorRef<ReplicaInput>> running = new ConcurrentSkipListMap<>();

    // All below is guarded by this object's lock.
    private final Map<GroupId, Lifecycle> groups = new HashMap<>();
    private final Map<GroupId, ActorRef<Object>> gates = new HashMap<>(); // Each as long as the system.
    private int nextStart = ReplicaAddress.drawnStart(new SecureRandom());

    /** A replica that runs; what is empty is not asked of it. */
    private static final class Lifecycle {
        final ActorRef<ReplicaInput> replica;
        Optional<CompletableFuture<Done>> stopping = Optional.empty();
        Optional<IntFunction<Behavior<ReplicaInput>>> startsNext = Optional.empty();

        Lifecycle(ActorRef<ReplicaInput> replica) {
            this.replica = replica;
        }
    }

    /**
     * No groups yet.
     *
     * @param props how to run replicas
     * @param handOverPatience how long a replica that is stopped may take to hand leadership over
     */
    HostedGroups(ActorSystem<?> system, Props props, Duration handOverPatience) {
        this.system = system;
        this.props = props;
        this.handOverPatience = handOverPatience;
        this.watcher = system.systemActorOf(watcher(), "uitto-hosted", Props.empty());
    }

    private Behavior<Object> watcher() {
        return Behaviors.setup(context -> Behaviors.receive(Object.class)
                .onMessage(Watch.class, watch -> {
                    context.watchWith(watch.replica(), new Ended(watch));
                    return Behaviors.same();
                })
                .onMessage(Ended.class, ended -> {
                    ended(ended.watch());
                    return Behaviors.same();
                })
                .build());
    }

    /**
     * Runs a replica of {@code group}, unless one runs; if one is being stopped, as soon as it has.
     *
     * @param behavior of the start of this number, see {@link ReplicaAddress}
     */
    synchronized void start(GroupId group, IntFunction<Behavior<ReplicaInput>> behavior) {
        Lifecycle present = groups.get(group);
        if (present == null) {
            spawn(group, behavior);
        } else if (present.stopping.isPresent()) {
            present.startsNext = Optional.of(behavior);
        } else {
            system.log().debug("The replica of {} runs already", group);
        }
    }

    /** Under another name each time, see {@link ReplicaAddress}. */
    private void spawn(GroupId group, IntFunction<Behavior<ReplicaInput>> behavior) {
        int start = nextStart++;
        ActorRef<ReplicaInput> replica =
                system.systemActorOf(behavior.apply(start), Members.replicaName(group, start), props);
        groups.put(group, new Lifecycle(replica));
        running.put(group, replica);
        watcher.tell(new Watch(group, replica));
        ActorRef<Object> gate = gates.get(group);
        if (gate == null) {
            gates.put(group, system.systemActorOf(GroupGate.create(replica), Members.gateName(group), Props.empty()));
        } else {
            gate.tell(new GroupGate.Opens(replica));
        }
    }

    /**
     * Stops the replica of {@code group}, if there is one, after it has handed leadership over or could not.
     *
     * @return done when it has ended
     */
    CompletionStage<Done> stop(GroupId group) {
        ActorRef<ReplicaInput> replica;
        CompletableFuture<Done> stopped = new CompletableFuture<>();
        synchronized (this) {
            Lifecycle present = groups.get(group);
            if (present == null) {
                return CompletableFuture.completedFuture(Done.getInstance());
            }
            present.startsNext = Optional.empty();
            if (present.stopping.isPresent()) {
                return present.stopping.get();
            }
            present.stopping = Optional.of(stopped);
            replica = present.replica;
        }
        handOver(replica).thenRun(() -> replica.tell(new StopReplica()));
        return stopped;
    }

    private CompletionStage<Done> handOver(ActorRef<ReplicaInput> replica) {
        return AskPattern.<ReplicaInput, TransferOutcome>ask(
                        replica, answer -> new HandOver(Optional.empty(), answer), handOverPatience, system.scheduler())
                .handle((outcome, failure) -> Done.getInstance());
    }

    private void ended(Watch watch) {
        Optional<CompletableFuture<Done>> waiting;
        synchronized (this) {
            Lifecycle present = groups.get(watch.group());
            if (present == null || !present.replica.equals(watch.replica())) {
                return;
            }
            groups.remove(watch.group());
            running.remove(watch.group());
            waiting = present.stopping;
            present.startsNext.ifPresent(behavior -> start(watch.group(), behavior));
        }
        waiting.ifPresent(stopped -> stopped.complete(Done.getInstance()));
    }

    /** Has every replica that leads hand leadership over; done when all have, or could not. */
    CompletableFuture<Void> handAllOver() {
        return CompletableFuture.allOf(running().values().stream()
                .map(replica -> handOver(replica).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** The replicas that run, in the order of their groups' names; at any moment, not only this one. */
    SortedMap<GroupId, ActorRef<ReplicaInput>> running() {
        return Collections.unmodifiableSortedMap(running);
    }
}
