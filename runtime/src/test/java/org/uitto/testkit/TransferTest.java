package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.replicated.TransferOutcome;
import org.uitto.replicated.TransferOutcome.Result;

/** Leadership is handed over on demand (thesis §3.10), under load and to nodes that can't take it. */
class TransferTest extends ScriptedGroup {
    private final AtomicReference<@Nullable ActorRef<TransferOutcome>> outcomes = new AtomicReference<>();
    private final List<TransferOutcome> told = new ArrayList<>();

    private TransferOutcome handedOver(NodeId from, Optional<NodeId> target) {
        if (outcomes.get() == null) {
            system.spawn(
                    "outcomes",
                    Behaviors.<TransferOutcome>receiveMessage(outcome -> {
                        told.add(outcome);
                        return Behaviors.same();
                    }),
                    outcomes::set);
            world.runFor(Duration.ofMillis(10));
        }
        told.clear();
        cluster.handOver(from, target, java.util.Objects.requireNonNull(outcomes.get()));
        await("an outcome", () -> !told.isEmpty());
        return told.get(0);
    }

    @Test
    @DisplayName("G4 the node that is named leads, and no ask fails meanwhile")
    void theNodeThatIsNamedLeads() {
        startGroup();
        for (int round = 0; round < 10; round++) {
            NodeId before = leader();
            NodeId target = ALL.stream()
                    .filter(node -> !node.equals(before))
                    .skip(round % 2)
                    .findFirst()
                    .orElseThrow();
            List<CompletableFuture<String>> asks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asks.add(asked(new RegisterModel.Put("key" + (i + 1), "value" + (i + 1)))
                        .toCompletableFuture());
            }

            assertEquals(
                    new TransferOutcome(Result.TRANSFERRED, Optional.of(target)),
                    handedOver(before, Optional.of(target)));

            assertEquals(target, leader());
            await("all answers", () -> asks.stream().allMatch(CompletableFuture::isDone));
            asks.forEach(CompletableFuture::join);
        }
        assertHas(40);
    }

    @Test
    @DisplayName("without a name the one that can take over soonest leads")
    void withoutANameTheLikeliestLeads() {
        startGroup();
        put(5);
        NodeId before = leader();

        TransferOutcome outcome = handedOver(before, Optional.empty());

        assertEquals(Result.TRANSFERRED, outcome.result());
        assertNotEquals(Optional.of(before), outcome.leader());
        assertHas(5);
    }

    @Test
    @DisplayName("G2 a node that is down, unknown or the leader itself is no successor, and who does not lead says so")
    void whoCantTakeOverIsNoSuccessor() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId down = follower();
        world.node(down).kill();
        world.runFor(LONG);

        assertEquals(Result.NO_SUCCESSOR, handedOver(leader, Optional.of(down)).result());
        assertEquals(
                Result.NO_SUCCESSOR, handedOver(leader, Optional.of(leader)).result());
        assertEquals(
                Result.NO_SUCCESSOR,
                handedOver(leader, Optional.of(new NodeId("n9"))).result());
        assertEquals(Result.NOT_LEADER, handedOver(follower(), Optional.empty()).result());
        assertEquals(leader, leader());
    }

    @Test
    @DisplayName("G2 a successor that goes away costs a pause, after which the leader leads on")
    void aSuccessorThatGoesAwayCostsAPause() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId target = follower();
        world.disks().of(target).stall(); // It answers heartbeats, and can't take over.
        CompletableFuture<String> before =
                asked(new RegisterModel.Put("key6", "value6")).toCompletableFuture();

        assertEquals(
                new TransferOutcome(Result.ABANDONED, Optional.of(leader)), handedOver(leader, Optional.of(target)));

        await("the answer", before::isDone);
        assertEquals(leader, leader());
        assertHas(6);
        world.disks().of(target).release();
    }

    @Test
    @DisplayName("G6 a successor that never hears its order costs a pause, and no election")
    void anOrderThatIsLostForEverCostsAPause() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId target = follower();
        long term = status(leader).group().term();
        world.runFor(Duration.ofSeconds(1)); // So that the target has all, and only the order is missing.

        world.network().cut(new SimulatedNetwork.Link(leader, target));

        assertEquals(
                new TransferOutcome(Result.ABANDONED, Optional.of(leader)), handedOver(leader, Optional.of(target)));
        put(10);
        assertEquals(term, status(leader).group().term());
        world.network().healAll();
        isFollowerAgain(target);
        assertHas(10);
        assertEquals(term, status(leader).group().term());
    }
}
