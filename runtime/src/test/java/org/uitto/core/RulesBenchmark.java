package org.uitto.core;

import static org.uitto.core.SoloNode.B;
import static org.uitto.core.SoloNode.THREE;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogPosition;

/** What Raft's rules take for one batch, whatever is in it: nanoseconds a batch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RulesBenchmark {
    private static final long TERM = 1;
    private static final int ENTRIES = 64;
    private static final long LONGEST_LOG = 1_000_000;
    private static final EntryBatch BATCH = Logs.batch(TERM, 1, ENTRIES);

    private SoloNode leader = SoloNode.leader(TERM, THREE, Logs.log());
    private SoloNode follower = SoloNode.following(B, TERM, Logs.log());

    /** The leader proposes a batch, stores it, has it acknowledged by another and commits it. */
    @Benchmark
    public long commit() {
        if (leader.log.last().index() > LONGEST_LOG) {
            leader = SoloNode.leader(TERM, THREE, Logs.log());
        }
        leader.propose(BATCH.payloads());
        leader.replicate();
        leader.persisted();
        leader.on(new AppendEntriesReply(TERM, B, new Matched(leader.log.last().index())));
        return leader.state.commitIndex();
    }

    /** A follower takes a batch, stores it and acknowledges it. */
    @Benchmark
    public Object follow() {
        if (follower.log.last().index() > LONGEST_LOG) {
            follower = SoloNode.following(B, TERM, Logs.log());
        }
        LogPosition before = follower.log.last();
        EntryBatch next = new EntryBatch(new LogPosition(TERM, before.index() + 1), BATCH.payloads());
        follower.on(new AppendEntries(TERM, B, before, List.of(next), before.index()));
        return follower.persisted();
    }
}
