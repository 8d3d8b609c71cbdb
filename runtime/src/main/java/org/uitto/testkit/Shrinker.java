package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a failing plan smaller for as long as it fails in the same way: calm conditions, fewer clients, fewer faults, fewer
 * commands. Bounded by a number of runs; the smallest plan so far is the result.
 */
final class Shrinker<R> {
    private final Function<RunPlan, Optional<R>> fails;
    private RunPlan smallest;
    private R result;
    private final int lotCount;
    private int runsLeft;

    /**
     * @param lotCount in how many orders of events each plan is tried
     * @param fails runs a plan; what came out, if it fails in the way that matters
     */
    Shrinker(RunPlan plan, R result, int lotCount, int maxRuns, Function<RunPlan, Optional<R>> fails) {
        this.lotCount = lotCount;
        this.smallest = plan;
        this.result = result;
        this.runsLeft = maxRuns;
        this.fails = fails;
    }

    /** What came out of the smallest plan. */
    R result() {
        return result;
    }

    /** The smallest plan that was found. */
    RunPlan shrink() {
        attempt(smallest.withFaults(List.of()).calm());
        attempt(smallest.calm());
        for (int client : smallest.clients()) {
            attempt(smallest.withCommands(smallest.commands().stream()
                    .filter(each -> each.client() != client)
                    .toList()));
        }
        int before;
        do {
            before = size();
            reduce(RunPlan::faults, kept -> smallest.withFaults(kept));
            reduce(RunPlan::commands, kept -> smallest.withCommands(kept));
        } while (size() < before && runsLeft > 0);
        return smallest;
    }

    private int size() {
        return smallest.faults().size() + smallest.commands().size();
    }

    /** Leaves parts out, half of it first, then smaller ones (Zeller and Hildebrandt 2002, "ddmin"). */
    private <T> void reduce(Function<RunPlan, List<T>> of, Function<List<T>, RunPlan> with) {
        List<T> kept = of.apply(smallest);
        for (int length = Math.max(1, kept.size() / 2); length >= 1; length /= 2) {
            int from = 0;
            while (from < kept.size() && runsLeft > 0) {
                List<T> fewer = new ArrayList<>(kept.subList(0, from));
                fewer.addAll(kept.subList(Math.min(from + length, kept.size()), kept.size()));
                if (attempt(with.apply(fewer))) {
                    kept = of.apply(smallest);
                } else {
                    from += length;
                }
            }
        }
    }

    private boolean attempt(RunPlan candidate) {
        for (int lot = 0; lot < lotCount && runsLeft > 0; lot++) {
            runsLeft--;
            RunPlan plan = candidate.withLot((smallest.lot() + lot) % lotCount);
            Optional<R> failed = fails.apply(plan);
            if (failed.isPresent()) {
                smallest = plan;
                result = failed.get();
                return true;
            }
        }
        return false;
    }
}
