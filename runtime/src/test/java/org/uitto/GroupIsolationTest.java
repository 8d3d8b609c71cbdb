package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;

/** What happens in one group is nothing to the others. Election timeouts are so long that no busy machine causes elections. */
class GroupIsolationTest extends LoopbackGroups {
    private static final Config UNHURRIED = ConfigFactory.parseString("""
        uitto.log.journal = "pekko.persistence.journal.inmem"
        uitto.proxy.give-up-after = 120 s
        uitto.raft.election-timeout { min = 4 s, max = 8 s }
        """);

    GroupIsolationTest() throws Exception {
        super(UNHURRIED);
    }

    private GroupStatus raftStatus(String node, String name) throws Exception {
        return joined(raft(node).status(name, cluster.contact(node), PATIENCE)).group();
    }

    private String leaderOf(String name) {
        TestProbe<Object> waiter = TestProbe.create(cluster.system("a"));
        return waiter.awaitAssert(PATIENCE, () -> {
            for (String node : NODES) {
                try {
                    if (raftStatus(node, name).role() == Role.LEADER) {
                        return node;
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            throw new AssertionError("Nobody leads " + name);
        });
    }

    @Test
    void aGroupThatIsStoppedOnItsLeaderIsHandedOverFirst() throws Exception {
        startCounter("one");
        increment("a", "one");
        String leader = leaderOf("one");
        String other = NODES.get((NODES.indexOf(leader) + 1) % NODES.size());
        Queue<ProtocolEvent> seen = new ConcurrentLinkedQueue<>();
        raft(leader).tap(seen::add);

        joined(raft(leader).stop("one"));

        assertTrue(seen.stream()
                .anyMatch(event -> event instanceof ProtocolEvent.Message message
                        && message.type().equals("TimeoutNow")
                        && message.direction() == ProtocolEvent.Direction.SENT));
        assertEquals(2, increment(other, "one"));
    }

    /** Blocks in its command handler, or in its event handler, as long as the latch is closed. */
    private static final class Blocking
            extends ReplicatedBehavior<Counter.Command, Counter.Incremented, Counter.State> {
        private final CountDownLatch handling;
        private final CountDownLatch applying;
        private final CountDownLatch reached;

        Blocking(CountDownLatch handling, CountDownLatch applying, CountDownLatch reached) {
            this.handling = handling;
            this.applying = applying;
            this.reached = reached;
        }

        private void pass(CountDownLatch latch) {
            try {
                if (latch.getCount() > 0) {
                    reached.countDown();
                    latch.await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Counter.State emptyState() {
            return new Counter.State(0);
        }

        @Override
        protected CommandHandler<Counter.Command, Counter.Incremented, Counter.State> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onCommand(Counter.Increment.class, (state, command) -> {
                        pass(handling);
                        return Effect()
                                .persist(new Counter.Incremented(command.by()))
                                .thenReply(command.replyTo(), Counter.State::value);
                    })
                    .build();
        }

        @Override
        protected EventHandler<Counter.State, Counter.Incremented> eventHandler() {
            return newEventHandlerBuilder()
                    .forAnyState()
                    .onEvent(Counter.Incremented.class, (state, event) -> {
                        pass(applying);
                        return new Counter.State(state.value() + event.by());
                    })
                    .build();
        }
    }

    @Test
    @DisplayName("K11 I5 a command handler that blocks holds up no other group, and does not cost its own the leader")
    void aCommandHandlerThatBlocksHoldsUpNoOtherGroup() throws Exception {
        aBlockedGroupHoldsUpNoOther(new CountDownLatch(1), new CountDownLatch(0), new CountDownLatch(1));
    }

    @Test
    @DisplayName("K11 I5 an event handler that blocks holds up no other group, and does not cost its own the leader")
    void anEventHandlerThatBlocksHoldsUpNoOtherGroup() throws Exception {
        // On the leader an event is applied as soon as its command is handled.
        aBlockedGroupHoldsUpNoOther(new CountDownLatch(0), new CountDownLatch(1), new CountDownLatch(1));
    }

    private void aBlockedGroupHoldsUpNoOther(CountDownLatch handling, CountDownLatch applying, CountDownLatch reached)
            throws Exception {
        NODES.forEach(node ->
                raft(node).start(ReplicatedActor.of("blocked", () -> new Blocking(handling, applying, reached))));
        startCounter("free");
        increment("a", "free");
        String leader = leaderOf("blocked");
        long term = raftStatus(leader, "blocked").term();
        CompletionStage<Long> reply = asked("a", "blocked", replyTo -> new Counter.Increment(1, replyTo));
        assertTrue(reached.await(60, TimeUnit.SECONDS));

        for (int i = 2; i <= 200; i++) {
            assertEquals(i, increment(NODES.get(i % 3), "free"));
        }
        handling.countDown();
        applying.countDown();

        assertEquals(1L, joined(reply));
        assertEquals(leader, leaderOf("blocked"));
        assertEquals(term, raftStatus(leader, "blocked").term());
    }
}
