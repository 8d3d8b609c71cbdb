package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.replicated.ReplicaBench.PATIENCE;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogPosition;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.TakeSnapshot;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.SnapshotTaken;
import org.uitto.role.RaftNotice.SnapshotEnded;
import org.uitto.role.RaftNotice.SnapshotRestored;

/** When a replica gives its state away to be stored, and how it takes one over. */
class ReplicaSnapshotTest {
    private ReplicaBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 10_000, 10_000, 1)); // After every entry.
        assertEquals(ReplicaBench.SESSION, taken().index());
        bench.notices.tell(new SnapshotEnded(Optional.empty()));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private SnapshotTaken taken() {
        return bench.raft.expectMessageClass(SnapshotTaken.class, PATIENCE);
    }

    private List<String> wordsOf(SnapshotTaken taken) throws Exception {
        Input input = new Input(taken.bytes().toArray());
        Sessions.read(input);
        return ((Words.Memory) bench.codec.read(input)).words();
    }

    private ReplicaStatus status() {
        TestProbe<ReplicaStatus> asker = bench.kit.createTestProbe();
        bench.replica.tell(new GetReplicaStatus(asker.getRef()));
        bench.raft.expectMessageClass(GetStatus.class, PATIENCE).replyTo().tell(Statuses.follower(LogPosition.ZERO));
        return asker.receiveMessage(PATIENCE);
    }

    @Test
    @DisplayName("D6 D7 what is given away is the whole state at the index that is named, whatever comes meanwhile")
    void whatIsGivenAwayIsTheStateAtItsIndex() throws Exception {
        List<String> said = new ArrayList<>();
        int taken = 0;
        while (said.size() < 200) {
            EntryBatch[] entries = new EntryBatch[10];
            for (int i = 0; i < entries.length; i++) {
                said.add("w" + said.size());
                entries[i] = bench.said(1, said.get(said.size() - 1));
                bench.committed(entries[i]);
            }
            SnapshotTaken snapshot = taken();
            assertEquals(said.subList(0, (int) (snapshot.index() - ReplicaBench.SESSION)), wordsOf(snapshot));
            bench.notices.tell(new SnapshotEnded(Optional.empty()));
            taken++;
        }
        assertTrue(taken >= 20);
    }

    @Test
    @DisplayName("D5 D21 one at a time, and the next once the last is stored or was not")
    void oneAtATime() throws Exception {
        bench.committed(bench.said(1, "a"));
        assertEquals(2, taken().index());
        bench.committed(bench.said(1, "b"));
        bench.committed(bench.said(1, "c"));
        bench.assertSilence();
        bench.raft.expectNoMessage();

        bench.notices.tell(new SnapshotEnded(Optional.empty()));
        bench.committed(bench.said(1, "d"));

        assertEquals(5, taken().index());
    }

    private SnapshotOutcome asked(ReplicaBench asking, Runnable meanwhile) {
        TestProbe<SnapshotOutcome> asker = asking.kit.createTestProbe();
        asking.replica.tell(new TakeSnapshot(asker.getRef()));
        meanwhile.run();
        return asker.receiveMessage(PATIENCE);
    }

    @Test
    void oneThatIsAskedForIsTakenAtOnceUnlessNothingIsNew() throws Exception {
        try (ReplicaBench patient =
                new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 10_000, 10_000, 1_000_000))) {
            patient.committed(patient.said(1, "a"), patient.said(1, "b"));
            patient.settled();

            SnapshotOutcome outcome = asked(patient, () -> {
                SnapshotTaken given = patient.raft.expectMessageClass(SnapshotTaken.class, PATIENCE);
                assertEquals(3, given.index());
                patient.notices.tell(new SnapshotEnded(Optional.empty()));
            });

            assertEquals(new SnapshotOutcome(SnapshotOutcome.Result.TAKEN, 3, Optional.empty()), outcome);
            assertEquals(
                    new SnapshotOutcome(SnapshotOutcome.Result.NOTHING_NEW, 3, Optional.empty()),
                    asked(patient, () -> {}));
        }
    }

    @Test
    void whoAsksForOneIsToldWhyItWasNotStored() throws Exception {
        try (ReplicaBench patient =
                new ReplicaBench(ReplicaBench.settings(1_000, 1_000_000, 10_000, 10_000, 1_000_000))) {
            patient.committed(patient.said(1, "a"));
            patient.settled();

            SnapshotOutcome outcome = asked(patient, () -> {
                patient.raft.expectMessageClass(SnapshotTaken.class, PATIENCE);
                patient.notices.tell(new SnapshotEnded(Optional.of("the disk is full")));
            });

            assertEquals(
                    new SnapshotOutcome(SnapshotOutcome.Result.FAILED, 0, Optional.of("the disk is full")), outcome);
        }
    }

    @Test
    void oneThatIsAskedForWhileOneIsUnderWayIsRefused() throws Exception {
        bench.committed(bench.said(1, "a"));
        taken();

        assertEquals(
                new SnapshotOutcome(SnapshotOutcome.Result.UNDER_WAY, 1, Optional.empty()), asked(bench, () -> {}));
    }

    @Test
    @DisplayName("D4 a state that is taken over replaces all, and entries go on behind it")
    void aStateThatIsTakenOverReplacesAll() throws Exception {
        bench.committed(bench.said(1, "mine"));
        taken();
        Output noSessions = new Output(16, -1);
        new Sessions().write(noSessions);
        ByteString theirs = bench.codec.snapshot(noSessions.toBytes(), new Words.Memory(List.of("x", "y", "z")));

        bench.notices.tell(new SnapshotRestored(9, theirs));
        bench.notices.tell(new SnapshotEnded(Optional.empty())); // Of its own, which nobody has use for any more.
        bench.committed(
                new EntryBatch(new LogPosition(2, 10), bench.said(2, "after").payloads()));

        SnapshotTaken snapshot = taken();
        assertEquals(10, snapshot.index());
        assertEquals(List.of("x", "y", "z", "after"), wordsOf(snapshot));
        assertEquals(10, status().appliedIndex());
    }

    @Test
    @DisplayName("C26 a state that can't be read ends the node's part in the group, loudly")
    void aStateThatCantBeReadEndsTheNodesPart() {
        bench.notices.tell(new SnapshotRestored(9, ByteString.fromArray(new byte[] {99, 1, 2})));

        assertTrue(bench.raft
                .expectMessageClass(org.uitto.role.RaftInput.StateMachineFailed.class, PATIENCE)
                .reason()
                .contains("The snapshot of the state after index 9"));
    }
}
