package org.uitto.samples.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;
import org.uitto.samples.counter.Counter.Added;
import org.uitto.samples.counter.Counter.Command;
import org.uitto.samples.counter.Counter.Value;
import org.uitto.testkit.Faults;
import org.uitto.testkit.Models;
import org.uitto.testkit.ReplicatedTestKit;
import org.uitto.testkit.SequentialModel;
import org.uitto.testkit.TestKitReport;

/** The counter on simulated clusters. docs/TESTKIT.md shows parts of this, which {@link TestKitGuideTest} compares. */
class CounterTest {
    private static ReplicatedTestKit<Command, Added, Value> counter() {
        return ReplicatedTestKit.of("counter", Counter::new)
                .nodes(3)
                .clients(4)
                .commands((random, replyTo) -> random.chance(0.7)
                        ? new Counter.Add(random.between(-9, 9), replyTo.narrow())
                        : new Counter.Get(replyTo.narrow()))
                .faults(Faults.random())
                .diagramsIn(Path.of("target", "testkit"));
    }

    @Test
    void countsRightWhateverGoesWrong() {
        TestKitReport report = counter().seeds(1, 60).check(Models.sequential());

        assertTrue(report.answeredCount() > 1_000, report::toString);
    }

    /** What a counter is, in other words than its handlers'. */
    private static final class Sum implements SequentialModel<Long, Command, Object> {
        @Override
        public Long initial() {
            return 0L;
        }

        @Override
        public Step<Long, Object> apply(Long sum, Command command) {
            long after = command instanceof Counter.Add add ? sum + add.amount() : sum;
            return new Step<>(after, new Value(after));
        }

        @Override
        public boolean isRead(Command command) {
            return command instanceof Counter.Get;
        }
    }

    @Test
    void isASum() {
        counter().nodes(5).seeds(1, 20).check(Models.of(new Sum()));
    }

    @Test
    void losesNothingThatItHasAcknowledgedWhenItsLeaderDies() {
        ReplicatedTestKit.of("counter", Counter::new)
                .script(run -> {
                    Value five = run.done("alice", replyTo -> new Counter.Add(5, replyTo));
                    NodeId leader = run.leader();
                    run.crash(leader);
                    NodeId next = run.leader(); // Until there is one, nobody could say what became of a command.
                    Value eight = run.done("bob", replyTo -> new Counter.Add(3, replyTo));
                    run.restart(leader);
                    run.partition(next);
                    run.runFor(Duration.ofSeconds(2));

                    Value seen = run.done("alice", Counter.Get::new);

                    assertEquals(5, five.value());
                    assertEquals(8, eight.value());
                    assertEquals(8, seen.value());
                })
                .seeds(1, 20)
                .check(Models.sequential());
    }

    @Test
    void refusesToOverflow() {
        ReplicatedTestKit.of("counter", Counter::new)
                .script(run -> {
                    run.<Value>done("alice", replyTo -> new Counter.Add(Long.MAX_VALUE, replyTo));
                    var more = run.<Value>ask("alice", replyTo -> new Counter.Add(1, replyTo));
                    run.await("the refusal", more::isDone);
                    assertTrue(more.hasFailed());
                })
                .seeds(1, 3)
                .check(Models.sequential());
    }
}
