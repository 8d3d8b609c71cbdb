package org.uitto.samples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.uitto.replicated.ReplicationException;
import org.uitto.samples.counter.Counter;

class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void tellsFailuresWithoutEffectFromUnknownOutcomes() {
        tally.onReply(0, new Counter.Value(1));
        tally.onFailure(0, new ReplicationException.UnknownOutcome(""));
        tally.onFailure(0, new TimeoutException());
        tally.onFailure(0, new ReplicationException.NotLeader(""));
        tally.onFailure(0, new ReplicationException.Overloaded(""));

        assertEquals(new Tally.Counts(1, 2, 2), tally.counts());
        assertEquals(Optional.empty(), tally.contradiction());
    }

    @Test
    void endsAFailoverWithAnAnswerToALaterCommandOnly() {
        long killedAt = System.nanoTime();
        tally.killed(killedAt);

        tally.onReply(killedAt - 1, new Counter.Value(1));
        assertTrue(tally.isFailingOver());
        tally.onReply(killedAt + 1, new Counter.Value(2));

        assertFalse(tally.isFailingOver());
        assertEquals(1, tally.failovers().size());
    }

    @Test
    void acceptsAnythingBetweenAcknowledgedAndUnknown() {
        tally.onReply(0, new Counter.Value(1));
        tally.onFailure(0, new ReplicationException.UnknownOutcome(""));

        assertTrue(Verdict.of(tally, 1, true).isOk());
        assertTrue(Verdict.of(tally, 2, true).isOk());
        assertEquals(
                "verdict: ok acknowledged=1 unknown=1 counter=2 failovers=0 failover-p50-ms=0 failover-max-ms=0",
                Verdict.of(tally, 2, true).toString());
    }

    @Test
    void missesWhatWasAcknowledged() {
        tally.onReply(0, new Counter.Value(1));

        assertEquals(
                List.of("acknowledged additions are missing"),
                Verdict.of(tally, 0, true).violations());
    }

    @Test
    void findsMoreThanCanBe() {
        tally.onReply(0, new Counter.Value(1));

        assertEquals(
                List.of("there are more additions than can be"),
                Verdict.of(tally, 2, true).violations());
    }

    @Test
    void findsAnAnswerThatWasGivenTwice() {
        tally.onReply(0, new Counter.Value(1));
        tally.onReply(0, new Counter.Value(1));

        assertEquals(
                List.of("two additions were answered with 1"),
                Verdict.of(tally, 2, true).violations());
    }

    @Test
    void findsThatReplicasDiffer() {
        Verdict verdict = Verdict.of(tally, 0, false);

        assertFalse(verdict.isOk());
        assertTrue(verdict.toString().startsWith("verdict: violated "), verdict.toString());
        assertTrue(verdict.toString().endsWith(" because=\"the replicas differ\""), verdict.toString());
    }
}
