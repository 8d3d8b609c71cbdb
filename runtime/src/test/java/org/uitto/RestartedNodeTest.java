package org.uitto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.role.GroupStatus.Role;

/**
 * A node that is started again, and is spoken to before its replicas are there. Artery tells senders to abbreviate the actors
 * that they often send to, once a minute by default. An actor that did not exist when it was first sent to is abbreviated like any
 * other, and from then on whatever is sent to it is lost.
 */
class RestartedNodeTest extends LoopbackGroups {
    private static final int MESSAGES = 30;

    RestartedNodeTest() throws Exception {
        super(ConfigFactory.parseString("""
                uitto.log.journal = "pekko.persistence.journal.inmem"
                pekko.remote.artery.advanced.compression.actor-refs.advertisement-interval = 200 ms
                """));
    }

    @Test
    @DisplayName("K1 what is sent to a node before its replica has started does not make the replica deaf")
    void hearsThoughItWasSpokenToBeforeItWasThere() throws Exception {
        startCounter("one");
        assertEquals(1, increment("a", "one"));
        String follower = NODES.stream()
                .filter(node -> statusOf(node, "one").group().role() != Role.LEADER)
                .findFirst()
                .orElseThrow();
        String other = NODES.stream()
                .filter(node -> !node.equals(follower))
                .findFirst()
                .orElseThrow();
        cluster.stop(follower);

        ActorSystem<Void> again = cluster.startNode(follower);
        TestProbe<DeadLetter> lost = TestProbe.create(DeadLetter.class, again);
        again.eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.getRef()));
        for (int i = 0; i < MESSAGES; i++) {
            lost.receiveMessage(PATIENCE);
        }
        raft(follower).start(ReplicatedActor.of("one", Counter::new));

        for (int count = 2; count < MESSAGES; count++) {
            assertEquals(count, increment(other, "one"));
            long index = statusOf(other, "one").appliedIndex();
            lost.awaitAssert(PATIENCE, () -> {
                assertTrue(statusOf(follower, "one").appliedIndex() >= index);
                return null;
            });
        }
    }
}
