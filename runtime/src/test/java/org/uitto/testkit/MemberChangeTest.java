package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.Configuration;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.RaftInput.ChangeReply;

/** A group whose members change (paper §6) while nodes die, are cut off, and come back. The invariants are checked at every step. */
class MemberChangeTest extends ScriptedGroup {
    private static final NodeId N4 = new NodeId("n4");
    private static final Member AT_N4 = Member.at("n4");

    private final AtomicReference<@Nullable ActorRef<ChangeReply>> asker = new AtomicReference<>();
    private int stepsUntilDeath;
    private Duration deathAfter = Duration.ZERO;

    @Override
    List<NodeId> spares() {
        return List.of(N4);
    }

    @Override
    void decided(NodeId node, Transition decision) {
        if (decision.next() instanceof Leader && isReconfiguration(decision) && --stepsUntilDeath == 0) {
            if (deathAfter.isZero()) {
                world.node(node).kill();
            } else {
                world.after(deathAfter, world.node(node)::kill);
            }
        }
    }

    private static boolean isReconfiguration(Transition decision) {
        AtomicBoolean found = new AtomicBoolean();
        for (LogMutation write : decision.writes()) {
            if (write instanceof EntriesAppended appended) {
                appended.batches()
                        .forEach(batch -> batch.payloads()
                                .forEach((kind, array, offset, length) ->
                                        found.compareAndSet(false, kind == EntryKind.CONFIGURATION)));
            }
        }
        return found.get();
    }

    @Override
    void startGroup() {
        super.startGroup();
        start(N4);
        system.spawn("changes", Behaviors.<ChangeReply>ignore(), asker::set);
        world.runFor(Duration.ofMillis(10));
    }

    private void ask(NodeId node, MembershipChange change) {
        cluster.changeMembers(node, change, Objects.requireNonNull(asker.get()));
    }

    private void change(MembershipChange change) {
        await(change.toString(), () -> {
            boolean done = change.isFulfilledBy(committed());
            if (!done && hasLeader()) {
                ask(leader(), change);
                world.runFor(Duration.ofMillis(10));
            }
            return done;
        });
    }

    private Configuration committed() {
        return cluster.invariants().committedConfiguration();
    }

    @ParameterizedTest(name = "E3 E17 C5 the leader dies at step {0} of its own replacement, after {1} ms")
    @CsvSource({"1,0", "1,2", "1,20", "2,0", "2,2", "2,20", "3,0", "3,2", "3,20", "4,0", "4,2", "4,20"})
    void aChangeEndsAtWhicheverStepTheLeaderDies(int step, long millis) {
        startGroup();
        put(5);
        NodeId leader = leader();
        MembershipChange change = MembershipChange.NONE.replacing(leader, N4, AT_N4);
        stepsUntilDeath = step;
        deathAfter = Duration.ofMillis(millis);

        ask(leader, change);
        await("its death", () -> !world.node(leader).isUp());
        await("another leader", this::hasLeader);
        put(6);
        start(leader);

        change(change); // Whether it is lost, under way or done: whoever asks again gets there.
        await("a leader", this::hasLeader);
        assertHas(6);
        world.runFor(LONG);
        assertNotEquals(leader, leader());
        assertVoteCounts(N4.equals(leader()) ? follower() : N4);
        assertHas(6);
    }

    @Test
    @DisplayName("E4 E2 E19 a change that a leader without a majority has begun is undone, also after a restart")
    void aChangeThatIsCutOffIsUndone() {
        startGroup();
        put(5);
        NodeId cutOff = leader();
        world.network().isolate(cutOff);
        ask(cutOff, MembershipChange.NONE.adding(N4, AT_N4));
        world.runFor(Duration.ofMillis(10));
        assertTrue(status(cutOff).group().configuration().isMember(N4), "it goes by its log, committed or not");

        done(new RegisterModel.Put("key6", "value6"));
        world.network().rejoin(cutOff);
        isFollowerAgain(cutOff);
        await(
                "the group's configuration",
                () -> !status(cutOff).group().configuration().isMember(N4));
        world.node(cutOff).kill();
        start(cutOff);
        isFollowerAgain(cutOff);

        assertFalse(status(cutOff).group().configuration().isMember(N4));
        assertFalse(committed().isMember(N4));
        assertVoteCounts(cutOff);
        assertHas(6);
    }

    @Test
    @DisplayName("E7 a leader that is removed hands over, stands for no election, and may be switched off")
    void aLeaderThatIsRemovedMakesWay() {
        startGroup();
        put(5);
        NodeId removed = leader();

        change(MembershipChange.NONE.removing(removed));
        await("another leader", () -> hasLeader() && !leader().equals(removed));
        long term = status(leader()).group().term();
        put(6);
        world.runFor(LONG);

        assertEquals(Role.FOLLOWER, role(removed));
        assertEquals(term, status(leader()).group().term());
        world.node(removed).kill();
        put(7);
        assertHas(7);
    }

    @Test
    @DisplayName("E8 a node that was removed while it was cut off disturbs nobody when it is back, and learns of it")
    void whoWasRemovedWithoutHearingSoDisturbsNobody() {
        startGroup();
        put(5);
        NodeId leader = leader();
        NodeId removed = follower();
        long term = status(leader).group().term();
        world.network().isolate(removed);

        change(MembershipChange.NONE.removing(removed));
        world.runFor(LONG);
        assertTrue(status(removed).group().configuration().isMember(removed), "it does not know");
        world.network().rejoin(removed);

        await(removed + " knows", () -> !status(removed).group().configuration().isMember(removed));
        world.runFor(LONG);
        assertEquals(leader, leader());
        assertEquals(term, status(leader).group().term());
        assertHas(5);
    }

    @Test
    @DisplayName("E15 I8 a node that was removed and is added again on an empty disk gets everything and has its say")
    void whoComesBackOnAnEmptyDiskHasItsSay() {
        startGroup();
        put(60);
        NodeId node = follower();
        change(MembershipChange.NONE.removing(node));
        world.node(node).kill();
        world.disks().of(node).wipe();
        cluster.invariants().lost(node);
        put(80);

        start(node);
        change(MembershipChange.NONE.adding(node, Member.at(node.value())));

        isFollowerAgain(node);
        assertVoteCounts(node);
        assertHas(80);
    }
}
