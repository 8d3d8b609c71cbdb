package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.replicated.ProxyBench.assertReply;
import static org.uitto.replicated.ProxyBench.failure;

import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogPosition;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.ReadIndexIs;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftNotice.ReadsReady;
import org.uitto.role.RaftNotice.SnapshotRestored;

/** Reads that any replica may answer: what the proxy asks of whom, and when a replica answers (thesis §6.4). */
class ReadsTest {
    private ProxyBench bench;

    @BeforeEach
    void start() {
        bench = new ProxyBench(true);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void aLocalReadNeedsNoLeader() throws Exception {
        CompletableFuture<String> reply = bench.read(Consistency.local());

        ReadBatch reads = bench.readsAt("x");
        assertEquals(0, reads.minIndex());
        bench.answer(reads, "old");
        assertReply("old", reply);
    }

    @Test
    void aLinearizableReadGoesWithAnIndexThatWasAskedForLater() throws Exception {
        bench.leads(1, "z");
        CompletableFuture<String> first = bench.read(Consistency.linearizable());
        GetReadIndex question = bench.indexAskedAt("z");
        CompletableFuture<String> second = bench.read(Consistency.linearizable());
        bench.settled();

        bench.inbox.tell(new ReadIndexIs(question.ticket(), 40));
        ReadBatch reads = bench.readsAt("x");
        GetReadIndex next = bench.indexAskedAt("z");

        assertEquals(40, reads.minIndex());
        assertEquals(1, reads.payload().count(), "the second came after the question");
        bench.answer(reads, "fresh");
        assertReply("fresh", first);
        assertFalse(second.isDone());
        bench.inbox.tell(new ReadIndexIs(question.ticket(), 41)); // Once more, and late.
        bench.inbox.tell(new ReadIndexIs(next.ticket(), 42));
        ReadBatch later = bench.readsAt("x");
        assertEquals(42, later.minIndex());
        bench.answer(later, "fresher");
        assertReply("fresher", second);
    }

    @Test
    void aStaleReadGoesWithAnIndexThatIsNoOlderThanItMayBe() {
        bench.leads(1, "z");
        bench.tellRead(Consistency.boundedStale(Duration.ofSeconds(5)));
        bench.inbox.tell(new ReadIndexIs(bench.indexAskedAt("z").ticket(), 40));
        bench.answer(bench.readsAt("x"), "fresh");

        bench.pass(Duration.ofSeconds(4));
        bench.tellRead(Consistency.boundedStale(Duration.ofSeconds(5)));
        ReadBatch reads = bench.readsAt("x");
        assertEquals(40, reads.minIndex());
        bench.answer(reads, "a little old");

        bench.pass(Duration.ofSeconds(2));
        bench.tellRead(Consistency.boundedStale(Duration.ofSeconds(5)));
        bench.inbox.tell(new ReadIndexIs(bench.indexAskedAt("z").ticket(), 50));
        assertEquals(50, bench.readsAt("x").minIndex());
    }

    @Test
    void aReadAfterATokenGoesWithItsIndex() throws Exception {
        CompletableFuture<String> reply = bench.read(Consistency.after(ReadToken.parse("17")));

        ReadBatch reads = bench.readsAt("x");
        assertEquals(17, reads.minIndex());
        bench.answer(reads, "mine");
        assertReply("mine", reply);
    }

    @Test
    void anotherReplicaIsAskedIfOneDoesNotAnswer() throws Exception {
        CompletableFuture<String> reply = bench.read(Consistency.local());
        ReadBatch lost = bench.readsAt("x");

        bench.pass(Duration.ofSeconds(3));
        ReadBatch again = bench.readsAt("y");
        bench.answer(lost, "late");
        bench.answer(again, "in time");

        assertReply("in time", reply);
        bench.tellRead(Consistency.local());
        bench.readsAt("y"); // It stays with the one that answers.
    }

    @Test
    void aReadThatWasSentTwiceAndIsTooMuchFailsAsOverload() {
        CompletableFuture<String> reply = bench.read(Consistency.local());
        bench.readsAt("x");
        bench.pass(Duration.ofSeconds(3));
        ReadBatch again = bench.readsAt("y");

        bench.inbox.tell(new ReadAnswers(
                List.of(new Failed(again.firstNumber(), again.attempt(), Failure.OVERLOADED, "too much")), 0));

        assertEquals(
                "too much",
                failure(ReplicationException.Overloaded.class, reply).getMessage());
    }

    @Test
    void givesUpInTheEnd() {
        CompletableFuture<String> linearizable = bench.read(Consistency.linearizable());
        CompletableFuture<String> local = bench.read(Consistency.local());

        bench.pass(Duration.ofSeconds(25));

        assertTrue(failure(ReplicationException.NotLeader.class, linearizable).isWithoutEffect());
        failure(ReplicationException.NotLeader.class, local);
    }

    @Test
    void aReplicaAnswersOnceItHasAppliedTheIndex() throws Exception {
        try (ReplicaBench replica = new ReplicaBench()) {
            EntryBatch first = replica.said(1, "one");
            EntryBatch second = replica.said(1, "two");
            replica.committed(first);
            replica.replica.tell(reads(replica, second.lastIndex(), replica.recall()));
            replica.replica.tell(reads(replica, first.lastIndex(), replica.recall()));
            assertEquals("one", replyOf(replica));
            replica.assertSilence();

            replica.committed(second);

            assertEquals("one two", replyOf(replica));
        }
    }

    @Test
    void aReadThatWouldChangeSomethingIsRejected() throws Exception {
        try (ReplicaBench replica = new ReplicaBench()) {
            replica.replica.tell(reads(replica, 0, replica.say("no")));

            Failed failed = assertInstanceOf(
                    Failed.class,
                    replica.proxy
                            .expectMessageClass(ReadAnswers.class, ReplicaBench.PATIENCE)
                            .answers()
                            .get(0));

            assertEquals(Failure.REJECTED, failed.failure());
            assertTrue(failed.message().contains("would change the state"), failed.message());
        }
    }

    @Test
    void aLeaderSaysTheIndexOnceItIsKnownToLead() throws Exception {
        try (ReplicaBench replica = new ReplicaBench()) {
            replica.lead(1);
            replica.replica.tell(new GetReadIndex(replica.proxy.getRef(), 7));
            ConfirmReads confirm = replica.raft.expectMessageClass(ConfirmReads.class, ReplicaBench.PATIENCE);
            replica.assertSilence();

            replica.notices.tell(new ReadsReady(List.of(confirm.ticket())));

            assertEquals(new ReadIndexIs(7, ReplicaBench.SESSION), replica.proxy.receiveMessage(ReplicaBench.PATIENCE));
        }
    }

    private static ReadBatch reads(ReplicaBench replica, long minIndex, Words.Command command) {
        return new ReadBatch(replica.proxy.getRef(), 1, 1, minIndex, new LocalCommands(List.of(command)));
    }

    private static Object replyOf(ReplicaBench replica) {
        ReadAnswers answers = replica.proxy.expectMessageClass(ReadAnswers.class, ReplicaBench.PATIENCE);
        return assertInstanceOf(RepliedHere.class, answers.answers().get(0)).reply();
    }

    @Test
    @DisplayName("F9 a read that waits while a snapshot is fetched is answered from the state that takes its place")
    void aReadWaitsForTheSnapshotThatIsFetched() throws Exception {
        try (ReplicaBench replica = new ReplicaBench()) {
            replica.committed(replica.said(1, "mine"));
            replica.replica.tell(reads(replica, 9, replica.recall()));
            replica.replica.tell(reads(replica, 10, replica.recall()));
            replica.assertSilence();
            Output sessions = new Output(16, -1);
            new Sessions().write(sessions);
            ByteString theirs = replica.codec.snapshot(sessions.toBytes(), new Words.Memory(List.of("x", "y")));

            replica.notices.tell(new SnapshotRestored(9, theirs));

            assertEquals("x y", replyOf(replica));
            replica.assertSilence();
            replica.committed(
                    new EntryBatch(new LogPosition(2, 10), replica.said(2, "z").payloads()));
            assertEquals("x y z", replyOf(replica));
        }
    }
}
