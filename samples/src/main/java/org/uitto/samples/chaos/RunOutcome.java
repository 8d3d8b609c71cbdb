package org.uitto.samples.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.uitto.samples.chaos.Observer.Seen;
import org.uitto.samples.nemesis.Nemesis;
import org.uitto.testkit.Operation;

/**
 * What came of a run.
 *
 * @param plan what was asked for
 * @param nodes the ids of the nodes
 * @param endNanos when the clients stopped, from the start of the run
 * @param store what was done to the keyed store
 * @param counter what was done to the counter
 * @param faults in the order of their beginnings
 * @param skipped nemeses that this machine can't do, and why
 * @param seen what the nodes were
 * @param checks what had to be so
 */
record RunOutcome(
        ChaosRun.Plan plan,
        List<String> nodes,
        long endNanos,
        List<Operation<StoreInput, StoreAnswer>> store,
        List<Operation<CounterClient.Input, Long>> counter,
        List<FaultRecord> faults,
        Map<Nemesis, String> skipped,
        List<Seen> seen,
        List<Check> checks) {
    boolean isOk() {
        return checks.stream().allMatch(Check::isOk);
    }

    /** How many operations, of all clients, ended like {@code outcome}. */
    long count(Operation.Outcome outcome) {
        return store.stream()
                        .filter(operation -> operation.outcome() == outcome)
                        .count()
                + counter.stream()
                        .filter(operation -> operation.outcome() == outcome)
                        .count();
    }

    /** How many faults there were of each kind. */
    Map<Nemesis, Integer> faultCounts() {
        Map<Nemesis, Integer> counts = new EnumMap<>(Nemesis.class);
        faults.forEach(fault -> counts.merge(fault.nemesis(), 1, Integer::sum));
        return counts;
    }

    /** All in one line, for people. */
    String verdict() {
        return "verdict: " + (isOk() ? "ok" : "failed") + " operations=" + (store.size() + counter.size())
                + " acknowledged=" + count(Operation.Outcome.OK) + " failed=" + count(Operation.Outcome.FAIL)
                + " unknown=" + count(Operation.Outcome.UNKNOWN) + " faults=" + faults.size()
                + " longest-pause-ms=" + Pauses.of(this).longestNanos() / 1_000_000 + " seed=" + plan.seed();
    }

    /** All in one line of JSON, for programs. */
    String json() {
        ObjectNode line = new ObjectMapper().createObjectNode();
        line.put("ok", isOk())
                .put("seed", plan.seed())
                .put("nodes", nodes.size())
                .put("seconds", endNanos / 1_000_000_000)
                .put("operations", store.size() + counter.size())
                .put("acknowledged", count(Operation.Outcome.OK))
                .put("failed", count(Operation.Outcome.FAIL))
                .put("unknown", count(Operation.Outcome.UNKNOWN))
                .put("longest_pause_ms", Pauses.of(this).longestNanos() / 1_000_000);
        ObjectNode byKind = line.putObject("faults");
        faultCounts().forEach((nemesis, count) -> byKind.put(nemesis.toString(), count));
        ObjectNode reasons = line.putObject("skipped");
        new TreeMap<>(skipped).forEach((nemesis, reason) -> reasons.put(nemesis.toString(), reason));
        checks.forEach(check -> line.withArray("checks")
                .addObject()
                .put("name", check.name())
                .put("ok", check.isOk())
                .put("detail", check.detail()));
        return line.toString();
    }
}
